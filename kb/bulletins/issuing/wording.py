"""How periods, moments and numbers read in a bulletin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from kb.bulletins.issuing.parts import Number
from kb.bulletins.periods import Period
from kb.clock import SHANGHAI

_NUMERALS = "零一二三四五六七八九十"
_QUARTER, _HALF, _YEAR, _WEEK = 3, 6, 12, 7


@dataclass(frozen=True)
class PeriodWords:
    """A period in words: ``2025年第三季度``, ``第三季度``, ``上季度``, ``（7月1日—9月30日）``."""

    long: str
    short: str
    before: str
    span: str


def words_of(period: Period) -> PeriodWords:
    """The words for a week, month, quarter, half-year, year, or any other span."""
    first, last, months = period.first, period.last, period.months
    year = f"{first.year}年"
    span = f"{day_words(first)}—{day_words(last)}"
    if first.year != last.year:
        span = f"{year}{day_words(first)}—{last.year}年{day_words(last)}"
    if months == 1:
        return PeriodWords(f"{year}{first.month}月", f"{first.month}月", "上月", span)
    if months == _QUARTER and first.month % _QUARTER == 1:
        name = f"第{_NUMERALS[first.month // _QUARTER + 1]}季度"
        return PeriodWords(year + name, name, "上季度", span)
    if months == _HALF and first.month in (1, 7):
        name = "上半年" if first.month == 1 else "下半年"
        return PeriodWords(year + name, name, "上个半年", span)
    if months == _YEAR and first.month == 1:
        return PeriodWords(year, year, "上年", span)
    if period.days == _WEEK:
        return PeriodWords(f"{year}{span}", "本周", "上周", span)
    return PeriodWords(span if first.year != last.year else year + span, "本期", "上期", span)


def enumerated(texts: Sequence[str], word: str) -> str:
    """``一是…；二是…``; one alone has no number."""
    if len(texts) == 1:
        return f"{'' if word == '是' else word}{texts[0]}"
    return "；".join(f"{_NUMERALS[at]}{word}{text}" for at, text in enumerate(texts, 1))


def day_words(day: date) -> str:
    """``7月1日``."""
    return f"{day.month}月{day.day}日"


def date_words(day: date) -> str:
    """``2025年7月1日``."""
    return f"{day.year}年{day_words(day)}"


def moment_words(moment: datetime, year: int) -> str:
    """``10月21日24时``: the day's last minute is its end.

    :param year: that the text is about; any other is said.
    """
    local = moment.astimezone(SHANGHAI)
    day = (day_words if local.year == year else date_words)(local.date())
    if (local.hour, local.minute) == (23, 59):
        return f"{day}24时"
    minutes = f"{local.minute}分" if local.minute else ""
    return f"{day}{local.hour}时{minutes}"


def plain(value: Number) -> str:
    """A count in a sentence: no zeros at its end."""
    text = format(Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def fixed(value: Number, decimals: int) -> str:
    """A rate in a sentence or a column: always as many decimals."""
    if value is None:
        return "—"
    last = Decimal(1).scaleb(-decimals)
    return f"{Decimal(str(value)).quantize(last, ROUND_HALF_UP):f}"


def decimals_of(value: Number) -> int:
    """How many decimals a number has."""
    return len(plain(value).partition(".")[2])


def signed(value: Number, decimals: int) -> str:
    """A change in a column: ``+3.10%``; without a sign where nothing changed, a dash where there is
    nothing to compare with."""
    if value is None:
        return "—"
    change = Decimal(str(value))
    return f"{change:+.{decimals}f}%" if change else f"{abs(change):.{decimals}f}%"
