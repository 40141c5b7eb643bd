"""What kind of knowledge a document looks like, as a suggestion to the person who drafts it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_import.document import Block
from docs_import.head_lines import is_question
from docs_import.headings import squeeze
from docs_import.metadata_fields import Found

_QA = re.compile(
    r"问答|常见问题|答疑|解答|百问|\d+问|[一二三四五六七八九十]+问|热点问题|Q&A|FAQ", re.I
)
_GUIDE = re.compile(
    r"(?:办事|服务|办理|申领|申请|操作|使用)?(?:指南|攻略|流程|手册)|办事须知|如何办|怎么办|怎么申领|一次性告知"
)
_NOTICE = re.compile(
    r"(?:通告|公告|公示|启事|提示|提醒|预告|公开信|倡议书|快讯|名单)(?:（[^（）]{1,20}）)?$|停水|停电|停气|停热|放假"
)
_POLICY = re.compile(
    r"(?:办法|规定|细则|条例|意见|方案|规则|规划|决定|批复|措施|政策|章程|标准|法)(?:（[^（）]{1,20}）)?(?:的通知)?$|印发|条例$"
)
_GUIDE_PART = re.compile(
    r"(?:办理|申请|受理)(?:条件|材料|流程|时限|地点|方式|对象|程序)|所需材料|收费标准|设定依据|办理依据"
)


def names_questions(title: str) -> bool:
    """Tell whether a title announces questions with their answers."""
    return bool(_QA.search(squeeze(title)))


def guess_kind(blocks: Sequence[Block], title: str, has_number: bool) -> Found | None:
    """Return policy, notice, qa or guide with the sign it was read from; None when none shows."""
    line = squeeze(title)
    questions = _questions(blocks)
    if names_questions(line):
        return Found("qa", "标题")
    is_policy = has_number or bool(_POLICY.search(line))  # which may have questions annexed
    if questions >= 3 and questions * 4 >= len(blocks) and not is_policy:
        return Found("qa", f"正文里有{questions}个问题", doubtful=True)
    if _GUIDE.search(line):
        return Found("guide", "标题")
    parts = {m.group() for b in blocks for m in _GUIDE_PART.finditer(_short(b))}
    if len(parts) >= 3:
        return Found("guide", "正文的小标题", doubtful=True)
    if _NOTICE.search(line):
        return Found("notice", "标题")
    if _POLICY.search(line) or (has_number and line):
        return Found("policy", "标题" if _POLICY.search(line) else "有文号")
    if line.endswith("通知"):
        return Found("notice", "标题", doubtful=True)
    return None


def _questions(blocks: Sequence[Block]) -> int:
    following = [*blocks[1:], None]
    return sum(is_question(block, after) for block, after in zip(blocks, following, strict=False))


def _short(block: Block) -> str:
    """The words that may be the name of a part: a short line, or the first column of a table."""
    if block.kind == "table":
        return " ".join(row[0] for row in block.rows if row and len(row[0]) <= 12)
    return block.text if len(block.text) <= 24 else ""
