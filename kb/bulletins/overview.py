"""What a leader looks at: a running period beside the one before, in a handful of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from kb.bulletins.comparing import comparison
from kb.bulletins.conditions import UNFILED, UNPLACED
from kb.bulletins.counting import count_beside
from kb.bulletins.document import document
from kb.bulletins.knowledge import library_counts
from kb.bulletins.periods import Period
from kb.bulletins.rates import rates
from kb.bulletins.tables import Counts
from kb.bulletins.window import Window


@dataclass(frozen=True)
class Day:
    """The requests of one day, in scope."""

    day: date
    requests: int
    resolved_online: int
    rate: Decimal | None


@dataclass(frozen=True)
class Overview:
    """Figures as documents of kb.bulletins.

    :ivar changed: the comparison of ``now`` with ``before`` (kb.bulletins.comparing).
    :ivar library: requests by what the library did for them.
    :ivar heat: requests by first-level category and district.
    :ivar days: day by day, oldest first; the days may begin before the period.
    """

    now: Mapping[str, Any]
    before: Mapping[str, Any]
    changed: Mapping[str, Any]
    library: Mapping[str, int]
    heat: Mapping[tuple[str, str], int]
    days: Sequence[Day]


def overview(session: Session, window: Window, days: Sequence[date]) -> Overview:
    """The figures of a window, and of each of these days as they stand at the same moment."""
    earlier = window.on(window.period.previous())
    windows = [window, earlier]
    each = [Window(Period(day, day), window.as_of, window.basis) for day in days]
    facts, (cells, *daily) = count_beside(
        session,
        windows,
        [(window, ("channel", "category", "region")), *((one, ("channel",)) for one in each)],
    )
    now, before = (
        document(known, one.basis, one.period, one.as_of)
        for one, known in zip(windows, facts, strict=True)
    )
    has = window.basis.scope.has
    totals = [table.where("channel", has).total() for table in daily]
    heat = (
        cells.where("channel", has)
        .renamed("category", lambda path: path.partition("/")[0] or UNFILED)
        .renamed("region", lambda path: path.partition("/")[0] or UNPLACED)
        .by("category", "region")
    )
    return Overview(
        now,
        before,
        comparison(now, before, window.basis.decimals),
        library_counts(session, window),
        {(category, region): counts["requests"] for (category, region), counts in heat.items()},
        [_day(day, counts, window) for day, counts in zip(days, totals, strict=True)],
    )


def _day(day: date, counts: Counts, window: Window) -> Day:
    known = rates(counts, window.basis, "resolved_online_rate")
    return Day(day, counts["requests"], counts["resolved_online"], known["resolved_online_rate"])
