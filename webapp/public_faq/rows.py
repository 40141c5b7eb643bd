"""An entry as a line of a public list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from indexer.answer import opening
from kb.facts import fact_text
from kb.models import KnowledgeItem, KnowledgeVersion
from kb.presenters.spoken import speakable
from kb.queries.public import Entry
from kb.standing import Period, period, review_is_overdue, standing_on
from kb.terms import KnowledgeKind, Standing

# A notice that ends within this many days is printed as pressing.
PRESSING_DAYS = 30
MAX_ANSWER = 120


@dataclass(frozen=True)
class Row:
    """What a list prints of an entry."""

    item_id: int
    title: str
    kind_label: str
    unit: str
    category: str
    standing: Standing
    days_left: int | None
    review_overdue: bool
    answer: str
    span_text: str
    time_text: str
    is_pressing: bool


def rows(entries: Iterable[Entry], today: date) -> list[Row]:
    """The lines of a list, in its order."""
    return [row(item, version, today) for item, version in entries]


def row(item: KnowledgeItem, version: KnowledgeVersion, today: date) -> Row:
    """One line."""
    span = period(item, version)
    days_left = (span.end - today).days if span.end and span.end >= today else None
    is_ahead = span.start is not None and span.start > today
    return Row(
        item_id=item.id,
        title=version.title,
        kind_label=KnowledgeKind(version.kind).label,
        unit=item.unit.name,
        category=version.category,
        standing=standing_on(item, version, today),
        days_left=days_left,
        review_overdue=review_is_overdue(item, version, today),
        answer=answer_of(version),
        span_text=span_text(span, today),
        time_text=time_text(span, today),
        is_pressing=not is_ahead and days_left is not None and days_left < PRESSING_DAYS,
    )


def answer_of(version: KnowledgeVersion) -> str:
    """The conclusion, or the first whole sentences of the text."""
    conclusion = fact_text(version.facts.get("conclusion", ""))
    if conclusion:
        return conclusion
    first = opening(version.passages)
    said = speakable(first.text) if first is not None else ""
    return said if len(said) <= MAX_ANSWER else f"{said[:MAX_ANSWER]}…"


def span_text(span: Period, today: date) -> str:
    """``04-21 至 05-20``; the year where it is not this year."""
    start, end = _day(span.start, today), _day(span.end, today)
    if start and end:
        return start if start == end else f"{start} 至 {end}"
    if start:
        return f"自 {start} 起"
    return f"至 {end}" if end else ""


def _day(day: date | None, today: date) -> str:
    if day is None:
        return ""
    return f"{day:%m-%d}" if day.year == today.year else day.isoformat()


def time_text(span: Period, today: date) -> str:
    """How long it is to the start or the end: ``13 天后开始``, ``还剩 5 天``, ``当前有效``."""
    if span.start is not None and span.start > today:
        days = (span.start - today).days
        return "明天开始" if days == 1 else f"{days} 天后开始"
    if span.end is None:
        return "当前有效"
    days = (span.end - today).days
    if days < 0:
        return "已结束"
    return "今天截止" if days == 0 else f"还剩 {days} 天"
