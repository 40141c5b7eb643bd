"""Lines around the text: the head (文号, 机关, 标题, 称谓), the signature (落款), questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_import.dates import normalise
from docs_import.document import Block
from docs_import.headings import looks_like_title, squeeze
from docs_import.numbering import CHINESE, Rank, marker

NUMBER = re.compile(
    r"[一-鿿（）()]{1,24}[〔\[［（(【]\s*(?:19|20)\d{2}\s*[〕\]］）)】]\s*第?\s*\d{1,6}\s*号"
)
_ORDER = re.compile(
    r"(?:[一-鿿、]{2,60}(?:令|公告))?[（(]?(?:(?:19|20)\d{2}年)?第?\d{1,5}号[）)]?$"
)
ORGAN = re.compile(
    r"(?:局|厅|委|府|部|院|署|处|所|(?<!网)站|联社|[府委政贫信法侨外台宣编]办|办公室|中心|公司|银行|大队|支队|总队|集团|学校|大学"
    r"|(?:委员|联合|协|工|常委|理事|基金|管委|研究|学|残联|常务|大|居委|村委)会|管委|联席会议|指挥部|监狱"
    r"|残联|妇联|工商联|银保监会|证监会|监管会|总工会|团委|供销社)"
    r"(?:[（(][^（）()]{2,30}[）)])?$"
)
_PLACE = re.compile(
    r"[一-鿿]{1,8}?(?:省|市|区|县|州|盟|旗|镇|街道)|国家|国务院|中华|中共|中国|全国|最高|新疆|西藏"
)
_STAMP = re.compile(r"\s*[（(](?:代?[盖签]?章|印章?|公章|代章|章)[）)]$")
_DATE = (
    rf"(?:(?:19|20)\d{{2}}\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日"
    rf"|[{CHINESE}]{{4}}年[{CHINESE}]{{1,2}}月[{CHINESE}]{{1,3}}日)"
)
_DATE_LINE = re.compile(rf"[（(]?{_DATE}[）)]?$")
_SIGNED = re.compile(rf"(?P<organ>.{{2,60}}?)[\s　，]*{_DATE}(?:印发)?$")
_SALUTATION = re.compile(r"[^。；]{2,120}[：:]$")
_ADDRESSEE = re.compile(r"各|单位|部门|机构|政府|局|委|企业|公司|市民|居民|群众|家长|朋友|你")
_ASKED = re.compile(r"[？?]$")
_COUNT = rf"\s*[\d{CHINESE}]{{0,3}}\s*"
# 问：, 问题二：, Q1., 【问】, 第三问：
_SAID = re.compile(
    rf"[【\[]?\s*(?:问题?|提问|Question|Q|第[\d{CHINESE}]{{1,3}}问){_COUNT}(?:[】\]]\s*[：:]?|[：:.、])\s*",
    re.IGNORECASE,
)
_REPLY = rf"[【\[]?\s*(?:答复?|回[答复]|解答|Answer|A){_COUNT}(?:[】\]]\s*[：:]?|[：:.、])"
_ANSWER = re.compile(_REPLY, re.IGNORECASE)
# 问：在哪里办？答：在窗口办。 on one line
_BOTH = re.compile(rf"{_SAID.pattern}(?P<asked>[^。]{{2,100}}?[？?])\s*{_REPLY}", re.IGNORECASE)
# 案例2：, 例：, 【示例一】
_EXAMPLE = re.compile(
    rf"[【\[]?(?:典型)?(?:案例|事例|示例|举例|例子|情景|场景|例){_COUNT}(?:[】\]]\s*[：:]?|[：:])"
)
_WONDERS = re.compile(r"怎么|如何|怎样|哪里|哪些|哪儿|多久|多少|什么|是否|能否|可否|能不能|吗$|谁")
_MAX_QUESTION = 100


def head_length(blocks: Sequence[Block], title: str = "") -> int:
    """Return how many blocks at the beginning are head lines, 0 to 12."""
    wanted = squeeze(title)
    count = 0
    for i, block in enumerate(blocks[:12]):
        if not _is_head(block, wanted, blocks[i + 1] if i + 1 < len(blocks) else None):
            break
        count = i + 1
    return count if count < len(blocks) else 0


def _is_head(block: Block, wanted: str, follower: Block | None) -> bool:
    if block.kind == "heading" and block.level == 1:
        return not is_question(block, follower)
    if block.kind != "paragraph" or marker(block.text):
        return False
    line = squeeze(block.text)
    if wanted and line == wanted:
        return True
    return (
        is_number_line(line)
        or is_organ_line(block.text)
        or is_letterhead(line)
        or is_salutation(line)
        or (looks_like_title(line) or is_date_line(line))
    )


def is_date_line(text: str) -> bool:
    """Tell whether a line is nothing but a date."""
    if len(text) > 60 or not text.rstrip().endswith(("日", "）", ")")):
        return False
    return bool(_DATE_LINE.match(squeeze(normalise(text))))


def is_number_line(line: str) -> bool:
    """Tell whether a line is nothing but a 文号."""
    line = squeeze(normalise(line))
    return len(line) <= 40 and bool(NUMBER.fullmatch(line) or _ORDER.fullmatch(line))


def is_organ_line(text: str) -> bool:
    """Tell whether a line is nothing but names of authorities."""
    return bool(organ_names(text))


def is_letterhead(line: str) -> bool:
    """Tell whether a line is the red head of a document (发文机关标志): 云汀市民政局文件."""
    return line.endswith("文件") and is_organ_line(line.removesuffix("文件"))


def organ_names(text: str) -> list[str]:
    """Return the authorities that a line names and nothing else, [] when it says more.

    A name broken by white space (云汀市供热保障 工作领导小组, 民 政 局) is put together.
    """
    text = unstamped(text)
    if (
        len(text) > 80
        or not ORGAN.search(text)
        or any(sign in text for sign in "。；，：！？、“《")
        or marker(text)
    ):
        return []
    parts = text.split()
    if len(parts) > 2 and all(len(part) == 1 for part in parts):
        return ["".join(parts)]
    names: list[str] = []
    begun = ""
    for part in parts:
        whole = begun + part
        if len(whole) >= 3 and ORGAN.search(whole):
            names.append(whole)
            begun = ""
        elif begun or not begins_with_place(part) or len(part) > 30:
            return []
        else:
            begun = part
    return [] if begun else names


def begins_with_place(text: str) -> bool:
    """Tell whether a name begins as those of authorities do: with the place or 国家, 中国."""
    return bool(_PLACE.match(text))


def unstamped(text: str) -> str:
    """Return the name of an authority without （代章）, （盖章） behind it."""
    return _STAMP.sub("", text.rstrip())


def is_salutation(line: str) -> bool:
    """Tell whether a line addresses the readers (各区人民政府，市政府各部门：)."""
    return (
        bool(_SALUTATION.match(line) and _ADDRESSEE.search(line))
        and len(line) <= 90
        and (line.startswith(("各", "尊敬", "广大", "市", "区", "县", "省", "有关", "全")))
    )


def signature_length(blocks: Sequence[Block], at: int) -> int:
    """Return how many blocks from `at` on are a signature: authorities and a date, or 0."""
    if blocks[at].kind != "paragraph":
        return 0
    if _signed_line(blocks[at].text):
        return 1
    for count, block in enumerate(blocks[at : at + 12]):
        if block.kind != "paragraph":
            return 0
        if is_date_line(block.text):
            return count + 1 if count else 0
        if not is_organ_line(block.text):
            return 0
    return 0


def _signed_line(text: str) -> bool:
    match = _SIGNED.match(" ".join(normalise(text).split()))
    return bool(match and is_organ_line(match["organ"]))


def is_question(block: Block, follower: Block | None) -> bool:
    """Tell whether a block asks what the next one answers."""
    text = block.text
    if block.kind in ("heading", "paragraph") and _BOTH.match(text):
        return True
    if block.kind not in ("heading", "paragraph") or len(text) > _MAX_QUESTION:
        return False
    if follower is None or (follower.kind == "heading" and not marker(follower.text)):
        return False
    if _SAID.match(text):
        return True
    if _ANSWER.match(follower.text):
        return "。" not in text
    if not _ASKED.search(text) or _ASKED.search(follower.text) or "。" in text:
        return False
    number = marker(text)
    return number is None or number.rank <= Rank.ARABIC_PAREN


def is_said(text: str) -> bool:
    """Tell whether a line begins with 问：, Q1. and the like."""
    return bool(_SAID.match(text.strip()))


def is_example(text: str) -> bool:
    """Tell whether a line begins with 案例2：, 例： and the like."""
    return bool(_EXAMPLE.match(text.strip()))


def answer_after(text: str) -> str:
    """Return what follows 答：, at the beginning or behind the question, "" when there is none."""
    words = text.strip()
    found = _BOTH.match(words) or _ANSWER.match(words)
    return words[found.end() :].strip() if found else ""


def wonders(text: str) -> bool:
    """Tell whether a heading of a page of questions asks one, though without its sign."""
    return len(text) <= _MAX_QUESTION and bool(_WONDERS.search(text.rstrip("：:")))


def question_words(text: str) -> str:
    """Return the question without its number, 问： and what answers it on the same line."""
    words = text.strip()
    both = _BOTH.match(words)
    if both:
        return both["asked"].strip()
    number = marker(words)
    if number and number.rest:
        words = number.rest
    said = _SAID.match(words)
    return words[said.end() :].strip() if said and words[said.end() :].strip() else words
