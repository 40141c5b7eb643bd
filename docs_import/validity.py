"""生效 and 有效期: from when and until when the document says it holds.

Sentences are read one by one, and only those in which the document speaks of itself:
居住证有效期为一年 and 新标准自2025年1月起执行 are about something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from docs_import.dates import chinese_number, first_date, last_day, normalise, plus_days
from docs_import.document import Block
from docs_import.headings import squeeze
from docs_import.hints import Hints
from docs_import.metadata_fields import Found
from docs_import.numbering import CHINESE, marker
from docs_import.validity_dates import (
    DAY,
    day_of,
    first_day,
    later_end,
    months_after,
)

_KIND = (
    r"(?:通知|通告|公告|办法|规定|细则|意见|方案|条例|决定|标准|规则|措施|政策|实施|指引|章程"
    r"|规范|规程|目录|制度|准则|试行|文件|清单|计划|预案|决议|批复|令|指南|要点|条款|法(?!人|律|院|定))"
)
# 本市新标准 is no document.
_NOT_SELF = (
    r"(?!市|省|区|县|州|旗|镇|村|街|社区|国|地|辖|级|届|年|月|次|期|人|户|校|院"
    r"|单位|行政|机构|企业|自治)"
)
_SELF = rf"本{_NOT_SELF}[一-鿿《》〈〉（）]{{0,14}}?{_KIND}(?:（[^（）]{{1,8}}）)?"
_PROCLAIMED = (
    r"(?:现|特)?(?:予以|予|将其|重新)?(?:公布|发布|印发|公告|通告)(?:给你们)?(?:施行|实施|执行)?"
)
# What may stand before 自…起施行 or 有效期 in its own clause.
_SUBJECT = re.compile(
    rf"(?:^|[，,；、：:（(]|{_PROCLAIMED}[，,]?)\s*"
    rf"(?:{_SELF}[^，。；自从]{{0,4}}|其|文件)?(?:的|均|将|也|应|并|拟)?\s*$"
)
_ABOUT_ITSELF = re.compile(rf"{_SELF}|现予公布|现予发布|予以公布|予以发布|现印发|现公布|现发布")
_OPENS = re.compile(r"(?:自|从|于)[^，。；]{2,30}起")
_STARTS = r"(?:正式|开始|同步|全面|统一)?(?:施行|实施|执行|生效|试行|启用|有效)"
_ENDS_CLAUSE = rf"(?=[，,。；;、）)\s]|$|有效|至|到|并|，?试行|的|[{CHINESE}\d])"
_HOUR = r"(?:（含[^（）]{0,6}）|\(含[^()]{0,6}\))?\s*(?:零时|0时|零点|0点|00[：:]00)?"
_FROM = re.compile(
    rf"(?:(?:自|从|于)\s*{DAY}{_HOUR}\s*(?:之日)?(?:起|开始|始)?"
    rf"|{DAY.replace('?P<', '?P<b')}{_HOUR}\s*起)\s*{_STARTS}{_ENDS_CLAUSE}"
)
_ISSUED = r"(?:印发|发布|公布|下发|发文|颁布|公告|通告|签发|发布公告|公开发布|批准|通过|刊登)"
_FROM_ISSUE = re.compile(
    rf"(?:自|从)(?:本[一-鿿]{{1,6}})?(?:{_ISSUED}(?:之|的)?日|即日)(?:起|开始)?[，,]?"
    rf"(?:(?:满|经过)?(?P<count>[{CHINESE}\d]{{1,3}})\s*(?P<unit>日|天|个月|个工作日)"
    rf"(?:之?后|届满后|后起)?(?:起)?)?\s*{_STARTS}{_ENDS_CLAUSE}"
)
_TERM_NAME = r"(?:有效期|试行期|暂行期|施行期|执行期|实施期|有效时间|有效时限)(?:限|间)?"
_BECOMES = r"(?:调整|延长|延续|顺延|暂定|确定|定|截|截止)?"
_COUNT = (
    rf"(?P<count>[{CHINESE}\d]{{1,3}})\s*(?P<unit>周?年|个月|日|天)"
    rf"(?:(?P<half>半)|[零又]?(?P<more>[{CHINESE}\d]{{1,2}})\s*个月)?"
)
_TERM = re.compile(rf"{_TERM_NAME}\s*{_BECOMES}(?:为|是|：|:)?\s*{_COUNT}(?!内|以)")
_TRIAL = re.compile(rf"[，,]?\s*(?:先行|暂)?(?:试行|暂行)\s*{_COUNT}(?!内|以)")
_RANGE = re.compile(
    rf"(?:{_TERM_NAME}\s*(?:为|是|：|:)?\s*)?(?:自|从)?\s*{DAY}{_HOUR}\s*(?:起|开始)?"
    rf"\s*(?:施行|实施|执行|试行|有效|生效)?"
    rf"\s*[，,]?\s*(?:至|到|—+|-+|–|~|～)\s*"
    rf"(?P<last>{DAY.replace('?P<', '?P<l')}|(?:同年)?\s*(?P<mm>\d{{1,2}})月(?P<dd>\d{{1,2}})日)"
    rf"(?:24时)?\s*(?P<stop>止|期间)?\s*(?P<verb>有效|施行|实施|执行|试行|内有效)?"
)
_UNTIL = re.compile(
    rf"(?:{_TERM_NAME}\s*(?:至|到|为|{_BECOMES}(?:至|到|为|于))|(?:执行|实施|施行|试行|有效)\s*(?:期限)?(?:截至|截止至|截止到|截止|至|到))\s*{DAY}"
    rf"|[，,]\s*(?:有效)?(?:截?至|到|截止到?)?\s*{DAY.replace('?P<', '?P<b')}\s*(?:止|截止|终止)"
)
_LAPSES = re.compile(
    rf"(?P<how>自|从|至|到|于|截至)?\s*{DAY}\s*(?P<on>起|止)?\s*[，,]?(?:自行|自动|即行|同时)?(?:废止|失效|停止执行|终止执行)"
)
_SENTENCES = re.compile(r"(?<=[。；;])(?![^《》]{0,200}》)")


@dataclass(frozen=True)
class _End:
    """A last day, or a term that still needs its first."""

    where: str
    day: str = ""
    years: int = 0
    months: int = 0
    days: int = 0
    doubtful: bool = False


def find_validity(
    blocks: Sequence[Block], hints: Hints, issued_on: str | None, printed_on: str | None
) -> tuple[Found | None, Found | None]:
    """Return (valid_from, valid_until); the last day counts as valid.

    :param issued_on: 成文日期, for 自印发之日起施行 when the print date is not known.
    :param printed_on: the date of the 版记 (…印发).
    """
    issued = printed_on or issued_on
    start, end = _settled(*_of_text(blocks, issued), issued)
    given, last = _given(hints, "valid_from"), _given_end(hints)
    first = _preferred(given, start)
    until = _settled(first, last, issued)[1] if last else None
    until = _preferred(until, end)
    return (first, None) if first and until and until.value < first.value else (first, until)


def _preferred(given: Found | None, read: Found | None) -> Found | None:
    """What the table of the page says, which knows of later changes; a difference is told."""
    if given is None or read is None or given.value == read.value:
        return given or read
    where = f"{given.where}；{read.where}算出的是{read.value}"
    return Found(given.value, where, doubtful=True)


def _of_text(blocks: Sequence[Block], issued: str | None) -> tuple[Found | None, _End | None]:
    start: Found | None = None
    end: _End | None = None
    for i, block in reversed(list(enumerate(blocks))):
        if start and end:
            break
        where = f"正文第{i + 1}段"
        for sentence in _own_sentences(block.text):
            first, last = _start(sentence, where, issued), _end(sentence, where)
            start, end = start or first, end or last
    return start, end


def _settled(
    start: Found | None, end: _End | None, issued: str | None
) -> tuple[Found | None, Found | None]:
    if end is None:
        return start, None
    if end.day:
        last: Found | None = Found(end.day, end.where, end.doubtful)
    elif start is not None:
        last = Found(_after(start.value, end), end.where, start.doubtful)
    elif issued is not None:
        # 本通知有效期1年 and no first day: it holds from the day it was issued.
        where = f"{end.where}（没有写从哪天起，按成文日期起算）"
        last = Found(_after(issued, end), where, doubtful=True)
    else:
        last = None
    if start and last and last.value < start.value:
        return start, None
    return start, last


def _after(start: str, end: _End) -> str:
    if end.days:
        return plus_days(start, end.days - 1)
    return last_day(start, years=end.years, months=end.months)


def _given(hints: Hints, name: str) -> Found | None:
    value = hints.values.get(name)
    day = first_date(value[0]) if value else None
    return Found(day, value[1]) if value and day else None


def _given_end(hints: Hints) -> _End | None:
    until = _given(hints, "valid_until")
    if until:
        return _End(until.where, until.value)
    term = hints.values.get("validity")
    return _end(f"有效期{normalise(term[0])}", term[1]) if term else None


def _own_sentences(text: str) -> Iterator[str]:
    """The sentences in which the document speaks of itself, without their numbers."""
    number = marker(text)
    rest = number.rest if number else text
    own = False
    for sentence in _SENTENCES.split(normalise(rest)):
        bare = squeeze(sentence)
        # 有效期五年。 after 本通知自…起施行。 goes on about the same.
        goes_on = own and re.match(rf"{_TERM_NAME}|试行|至", bare)
        own = bool(_ABOUT_ITSELF.search(bare) or _OPENS.match(bare) or goes_on)
        if own:
            yield bare


def _is_own(sentence: str, match: re.Match[str]) -> bool:
    return bool(_SUBJECT.search(sentence[: match.start()]))


def _start(text: str, where: str, issued: str | None) -> Found | None:
    for match in _RANGE.finditer(text):
        if _is_range(text, match):
            return Found(first_day(match), where)
    for match in _FROM.finditer(text):
        if _is_own(text, match):
            day = first_day(match) or first_day(match, "b")
            return Found(day, where) if day else None
    for match in _FROM_ISSUE.finditer(text):
        if _is_own(text, match) and issued:
            return _from_issue(match, where, issued)
    return None


def _from_issue(match: re.Match[str], where: str, issued: str) -> Found | None:
    if match["unit"] == "个工作日":
        return None
    count = chinese_number(match["count"]) if match["count"] else 0
    later = f"{match['count']}{match['unit']}后" if count else ""
    start = months_after(issued, count) if match["unit"] == "个月" else plus_days(issued, count)
    return Found(start, f"{where}（自印发之日起{later}）", doubtful=True)


def _is_range(text: str, match: re.Match[str]) -> bool:
    named = re.match(_TERM_NAME, match.group()) or match["stop"] or match["verb"]
    said = re.search("施行|实施|执行|试行|有效|生效", match.group())
    return bool(named and said and _is_own(text, match) and first_day(match))


def _end(text: str, where: str) -> _End | None:
    for match in _RANGE.finditer(text):
        if _is_range(text, match):
            return _dated(later_end(match), where)
    for match in _UNTIL.finditer(text):
        day = day_of(match) or day_of(match, "b")
        if day and (_is_own(text, match) or _follows_start(text, match)):
            return _dated(day, where)
    for match in _TERM.finditer(text):
        if _is_own(text, match) or _follows_start(text, match):
            return _term(match, where)
    for match in _TRIAL.finditer(text):
        if _follows_start(text, match) or _is_own(text, match):
            return _term(match, where)
    return _lapse(text, where)


def _follows_start(text: str, match: re.Match[str]) -> bool:
    """…起施行，有效期 and …起试行两年: the subject stands before the start."""
    before = text[: match.start()]
    return bool(re.search(rf"(?:起|后)\s*{_STARTS}[，,（(]?\s*(?:有效)?$|起[，,]?$", before))


def _dated(day: str, where: str) -> _End | None:
    return _End(where, day) if day else None


def _term(match: re.Match[str], where: str) -> _End | None:
    count = chinese_number(match["count"])
    more = 6 if match["half"] else chinese_number(match["more"]) if match["more"] else 0
    end = _End(where)
    if match["unit"] in ("日", "天"):
        return replace(end, days=count) if 1 <= count <= 999 else None
    if match["unit"] == "个月":
        return replace(end, months=count) if 1 <= count <= 120 else None
    return replace(end, years=count, months=more) if 1 <= count <= 60 else None


def _lapse(text: str, where: str) -> _End | None:
    """本通知至2025年12月31日自行废止; 自2026年1月1日起失效 ends on the day before."""
    match = _LAPSES.search(text)
    if match is None or not _is_own(text, match):
        return None
    day = day_of(match)
    if day and match["on"] == "起":
        return _End(where, plus_days(day, -1))
    return _End(where, day, doubtful=match["how"] in (None, "于")) if day else None
