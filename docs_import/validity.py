"""生效 and 有效期: from when and until when the document says it holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_import.dates import (
    DATE,
    chinese_number,
    first_date,
    last_day,
    normalise,
    plus_days,
    to_iso,
)
from docs_import.document import Block
from docs_import.hints import Hints
from docs_import.metadata_fields import Found
from docs_import.numbering import CHINESE

_KIND = (
    r"(?:通知|通告|公告|办法|规定|细则|意见|方案|条例|决定|标准|规则|措施|政策|实施|指引|章程"
    r"|规范|规程|目录|制度|准则|试行|文件)"
)
# The document speaking of itself. 居住证有效期为一年 is about something else.
_SELF = re.compile(
    rf"本[一-鿿《》（）]{{0,12}}{_KIND}|^(?:第.{{1,6}}条|[{CHINESE}]+、|（[{CHINESE}]+）)?\s*自.{{2,24}}起"
)
_DATE = f"(?P<date>{DATE.pattern})"
_STARTS = r"(?:正式|开始|同步)?(?:施行|实施|执行|生效|试行)"
_FROM = re.compile(rf"(?:自|从|于)\s*{_DATE}\s*(?:之日)?(?:起|开始)?\s*{_STARTS}")
_FROM_ISSUE = re.compile(
    rf"自(?:印发|发布|公布|下发|发文|颁布)之?日起(?:(?P<days>[{CHINESE}\d]{{1,3}})日后)?\s*{_STARTS}"
)
_TERM = re.compile(
    rf"(?:有效期|试行期|施行期)(?:限)?(?:为|是)?\s*(?P<count>[{CHINESE}\d]{{1,3}})\s*(?P<unit>年|个月)"
    rf"|试行\s*(?P<trial>[{CHINESE}\d]{{1,2}})\s*年"
)
_UNTIL = re.compile(
    rf"(?:有效期|执行期|施行期|执行|实施|施行)(?:限)?(?:截?至|到|截止到?)\s*{_DATE}"
)
_RANGE = re.compile(
    rf"有效期(?:限)?(?:为)?自?\s*(?P<first>{DATE.pattern})\s*起?\s*(?:至|到|—|-)\s*{_DATE}"
)


def find_validity(
    blocks: Sequence[Block], hints: Hints, issued_on: str | None, printed_on: str | None
) -> tuple[Found | None, Found | None]:
    """Return (valid_from, valid_until); the last day counts as valid.

    :param issued_on: 成文日期, for 自印发之日起施行 when the print date is not known.
    :param printed_on: the date of the 版记 (…印发).
    """
    start, end = _given(hints, "valid_from"), _given(hints, "valid_until")
    for i, block in reversed(list(enumerate(blocks))):
        text = normalise(block.text)
        if not _SELF.search(text) and not re.search("现予公布|现予发布", text):
            continue
        where = f"正文第{i + 1}段"
        first = _start(text, where, printed_on or issued_on)
        last = _end(text, where, first or start)
        start, end = start or first, end or last
        if start and end:
            break
    if end is None and start is not None:
        end = _late_term(blocks, start)
    if start and end and end.value < start.value:
        return start, None
    return start, end


def _given(hints: Hints, name: str) -> Found | None:
    value = hints.values.get(name)
    day = first_date(value[0]) if value else None
    return Found(day, value[1]) if value and day else None


def _start(text: str, where: str, issued_on: str | None) -> Found | None:
    span = _RANGE.search(text)
    day = to_iso(span["first"]) if span else None
    if day:
        return Found(day, where)
    match = _FROM.search(text)
    day = to_iso(match["date"]) if match else None
    if day:
        return Found(day, where)
    issue = _FROM_ISSUE.search(text)
    if issue and issued_on:
        days = chinese_number(issue["days"]) if issue["days"] else 0
        return Found(plus_days(issued_on, days), f"{where}（自印发之日起）", doubtful=True)
    return None


def _end(text: str, where: str, start: Found | None) -> Found | None:
    until = _RANGE.search(text) or _UNTIL.search(text)
    day = to_iso(until["date"]) if until else None
    if day:
        return Found(day, where)
    term = _TERM.search(text)
    if term is None or start is None:
        return None
    count = chinese_number(term["count"] or term["trial"])
    if not 1 <= count <= 60:
        return None
    years = term["unit"] != "个月"
    end = last_day(start.value, years=count if years else 0, months=0 if years else count)
    return Found(end, where, doubtful=start.doubtful)


def _late_term(blocks: Sequence[Block], start: Found) -> Found | None:
    """本办法有效期5年 in a paragraph of its own."""
    for i, block in enumerate(blocks):
        if re.search(rf"本[一-鿿]{{0,6}}{_KIND}.{{0,12}}有效期", block.text):
            return _end(normalise(block.text), f"正文第{i + 1}段", start)
    return None
