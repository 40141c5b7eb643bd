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
from docs_import.numbering import marker
from docs_import.validity_dates import (
    day_of,
    first_day,
    later_end,
    months_after,
)
from docs_import.validity_words import (
    ABOUT_ITSELF,
    FROM,
    FROM_ISSUE,
    LAPSES,
    OPENS,
    RANGE,
    REACH,
    SENTENCES,
    SPEAKS,
    STARTS,
    SUBJECT,
    TERM,
    TERM_NAME,
    TRIAL,
    UNTIL,
)


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
    if not SPEAKS.search(text):
        return
    number = marker(text)
    rest = number.rest if number else text
    own = False
    for sentence in SENTENCES.split(normalise(rest)):
        bare = squeeze(sentence)
        # 有效期五年。 after 本通知自…起施行。 goes on about the same.
        goes_on = own and re.match(rf"{TERM_NAME}|试行|至", bare)
        own = bool(ABOUT_ITSELF.search(bare) or OPENS.match(bare) or goes_on)
        if own:
            yield bare


def _is_own(sentence: str, match: re.Match[str]) -> bool:
    return bool(SUBJECT.search(sentence[max(0, match.start() - REACH) : match.start()]))


def _start(text: str, where: str, issued: str | None) -> Found | None:
    for match in RANGE.finditer(text):
        if _is_range(text, match):
            return Found(first_day(match), where)
    for match in FROM.finditer(text):
        if _is_own(text, match):
            day = first_day(match) or first_day(match, "b")
            return Found(day, where) if day else None
    for match in FROM_ISSUE.finditer(text):
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
    named = re.match(TERM_NAME, match.group()) or match["stop"] or match["verb"]
    said = re.search("施行|实施|执行|试行|有效|生效", match.group())
    return bool(named and said and _is_own(text, match) and first_day(match))


def _end(text: str, where: str) -> _End | None:
    for match in RANGE.finditer(text):
        if _is_range(text, match):
            return _dated(later_end(match), where)
    for match in UNTIL.finditer(text):
        day = day_of(match) or day_of(match, "b")
        if day and (_is_own(text, match) or _follows_start(text, match)):
            return _dated(day, where)
    for match in TERM.finditer(text):
        if _is_own(text, match) or _follows_start(text, match):
            return _term(match, where)
    for match in TRIAL.finditer(text):
        if _follows_start(text, match) or _is_own(text, match):
            return _term(match, where)
    return _lapse(text, where)


def _follows_start(text: str, match: re.Match[str]) -> bool:
    """…起施行，有效期 and …起试行两年: the subject stands before the start."""
    before = text[max(0, match.start() - REACH) : match.start()]
    return bool(re.search(rf"(?:起|后)\s*{STARTS}[，,（(]?\s*(?:有效)?$|起[，,]?$", before))


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
    match = LAPSES.search(text)
    if match is None or not _is_own(text, match):
        return None
    day = day_of(match)
    if day and match["on"] == "起":
        return _End(where, plus_days(day, -1))
    return _End(where, day, doubtful=match["how"] in (None, "于")) if day else None
