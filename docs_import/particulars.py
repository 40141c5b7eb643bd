"""主题词, 索引号, 公开属性: what a document says of itself besides number, authority and days."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_import.document import Block
from docs_import.headings import squeeze
from docs_import.hints import Hints
from docs_import.metadata_fields import Found

_SUBJECTS = re.compile(r"^\s*主\s*题\s*词\s*[：:]\s*(?P<words>.{2,80})$")
_INDEX = re.compile(
    r"^\s*(?:信息)?索\s*[引取]\s*号\s*[：:]\s*(?P<number>[\w\-/.（）()〔〕]{4,60})$"
)
_OPEN = re.compile(r"主动公开|公开发布|全文公开|全社会公开|向社会公开")
_CLOSED = re.compile(r"依申请公开|不予公开|不公开|内部(?:资料|文件|使用|掌握)|此件不公开|免予公开")
# （此件公开发布）, 公开属性：主动公开, 公开方式 依申请公开
_OPENNESS = re.compile(
    r"^(?:[（(【]?(?:此件|本件|此文件)?[^。；，]{0,4}|(?:信息)?公开(?:属性|方式|类型|类别|形式|选项)\s*[：:]?\s*)"
    r"(?P<word>主动公开|依申请公开|不予公开|不公开|公开发布|免予公开|全文公开|内部资料|内部文件|内部使用)[^。；，]{0,10}[）)】]?$"
)
_EDGE = 25


def find_subjects(blocks: Sequence[Block], hints: Hints) -> Found | None:
    """Return 主题词, joined by 、."""
    given = hints.values.get("subject_words")
    if given:
        return Found(_words(given[0]), given[1])
    for i, block in enumerate(blocks):
        match = _SUBJECTS.match(block.text) if block.kind == "paragraph" else None
        if match:
            return Found(_words(match["words"]), f"正文第{i + 1}段")
    return None


def _words(text: str) -> str:
    return "、".join(word for word in re.split(r"[\s、，,；;]+", text) if word)


def find_index_number(blocks: Sequence[Block], hints: Hints) -> Found | None:
    """Return 索引号 from the table of the page or a line of its own near the beginning."""
    given = hints.values.get("index_number")
    if given:
        return Found(squeeze(given[0]), given[1])
    for i, block in enumerate(blocks[:_EDGE]):
        match = _INDEX.match(block.text)
        if match:
            return Found(match["number"], f"正文第{i + 1}段")
    return None


def find_audience(blocks: Sequence[Block], hints: Hints) -> Found | None:
    """Return public for 主动公开, internal for 依申请公开 and 不予公开."""
    given = hints.values.get("audience")
    if given and (_OPEN.search(given[0]) or _CLOSED.search(given[0])):
        return Found(_meaning(given[0]), given[1])
    last = len(blocks) - _EDGE
    for i, block in enumerate(blocks):
        if block.kind == "table" or _EDGE <= i < last:
            continue
        match = _OPENNESS.match(squeeze(block.text))
        if match:
            return Found(_meaning(match["word"]), f"正文第{i + 1}段（{match['word']}）")
    return None


def _meaning(word: str) -> str:
    return "internal" if _CLOSED.search(word) else "public"


def standing_warning(hints: Hints) -> str:
    """Return a sentence when the page itself says that the document no longer holds, else ""."""
    given = hints.values.get("standing")
    if given and re.search(r"废止|失效|无效|已过期|已作废", given[0]):
        return f"{given[1]}写着“{given[0]}”：这份文件可能已不再有效，请核对后再送审"
    return ""
