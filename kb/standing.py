"""效力: whether an entry holds on a given day. Pure; used by index records, cards and pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kb.clock import local_day
from kb.models.knowledge import KnowledgeItem, KnowledgeVersion
from kb.terms import ItemState, KnowledgeKind, Standing

EXPIRING_DAYS = 30
# What holds today, whether or not it ends soon.
IN_FORCE = (Standing.IN_FORCE, Standing.EXPIRING)
_HELD_ONCE = {ItemState.PUBLISHED, ItemState.SUPERSEDED, ItemState.REPEALED}


@dataclass(frozen=True)
class Period:
    """The days an entry holds, both ends included; ``None`` is open."""

    start: date | None
    end: date | None

    def holds_on(self, day: date) -> bool:
        """Tell whether ``day`` lies in the period."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


def period(item: KnowledgeItem, version: KnowledgeVersion) -> Period:
    """The days this version holds: its own dates, cut short where a successor ended it.

    A successor is another entry, or the next version of this one. A text that names no day holds
    from the day it took another's place; the first of an entry has no known beginning.
    """
    last_own = version.replaced_on - timedelta(days=1) if version.replaced_on else None
    ends = [day for day in (version.valid_until, item.ended_on, last_own) if day is not None]
    start = version.valid_from or version.issued_on or version.took_over_on
    return Period(start, min(ends) if ends else None)


def answering_period(item: KnowledgeItem, version: KnowledgeVersion) -> Period:
    """The days on which the entry answers questions.

    A notice (通知公告) announces what is to come: people ask when the water will be cut before it
    is, so it answers from the day it was issued. A rule answers from the day it takes effect.
    """
    span, issued = period(item, version), version.issued_on
    announces = version.kind == KnowledgeKind.NOTICE and issued is not None
    if announces and span.start is not None and issued is not None and issued < span.start:
        return Period(issued, span.end)
    return span


def entry_period(item: KnowledgeItem, version: KnowledgeVersion) -> Period:
    """The days on which the entry answers with its current or an earlier version."""
    span = answering_period(item, version)
    if span.start is None or item.first_held_on is None:
        return span
    return Period(min(span.start, item.first_held_on), span.end)


def version_on(
    item: KnowledgeItem, versions: Iterable[KnowledgeVersion], day: date
) -> KnowledgeVersion | None:
    """Which of the entry's published versions answers a question about ``day``, if any does.

    Of several that hold on the day, the newest that was known then; where none was known yet, as
    for a document loaded long after it took effect, the newest.
    """
    holding = [
        version
        for version in versions
        if version.published_at is not None and holds(item, version, day)
    ]
    known = [row for row in holding if row.published_at and local_day(row.published_at) <= day]
    return max(known or holding, key=lambda version: version.number, default=None)


def spoken_version(item: KnowledgeItem, day: date) -> KnowledgeVersion | None:
    """The version whose words the entry says: the one that holds on ``day``, else the last.

    Whether the entry is withdrawn or ended is not asked. The same rule in SQL is
    :func:`kb.queries.shown.shown_version`.
    """
    current = item.current_version
    if current is None or item.first_held_on is None:
        return current
    if answering_period(item, current).holds_on(day):
        return current
    return max(
        (
            version
            for version in item.versions
            if version.published_at is not None and answering_period(item, version).holds_on(day)
        ),
        key=lambda version: version.number,
        default=current,
    )


def holds(item: KnowledgeItem, version: KnowledgeVersion, day: date) -> bool:
    """Tell whether the entry may answer a question about ``day``."""
    return item.state in _HELD_ONCE and answering_period(item, version).holds_on(day)


def standing_on(item: KnowledgeItem, version: KnowledgeVersion, day: date) -> Standing:
    """The word to print beside the entry on ``day``."""
    if item.state == ItemState.DRAFT:
        return Standing.UNPUBLISHED
    if item.state == ItemState.WITHDRAWN:
        return Standing.WITHDRAWN
    span = period(item, version)
    if span.start is not None and day < span.start:
        return Standing.FUTURE
    if span.end is not None and day > span.end:
        if version.replaced_on is not None and span.end < version.replaced_on <= day:
            return Standing.SUPERSEDED
        return _how_it_ended(item, span.end)
    if span.end is not None and span.end - day < timedelta(days=EXPIRING_DAYS):
        return Standing.EXPIRING
    return Standing.IN_FORCE


def review_is_overdue(item: KnowledgeItem, version: KnowledgeVersion, day: date) -> bool:
    """Tell whether an entry that holds was to be checked before ``day`` and was not."""
    if version.review_on is None or version.review_on >= day:
        return False
    return standing_on(item, version, day) in IN_FORCE


def _how_it_ended(item: KnowledgeItem, end: date) -> Standing:
    if item.ended_on is None or item.ended_on > end:
        return Standing.EXPIRED
    return {
        ItemState.SUPERSEDED.value: Standing.SUPERSEDED,
        ItemState.REPEALED.value: Standing.REPEALED,
    }.get(item.state, Standing.EXPIRED)
