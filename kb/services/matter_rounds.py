"""Looking for hot matters: asked for, planned, worked out aside and kept.

A round reads a period and the ones before it, which takes up to minutes of processor time; it is
worked out by a process of its own (kb.services.matter_finder), never in a request.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.bulletins.periods import Period
from kb.clock import Clock, local_day
from kb.db import Database
from kb.hot_matters.bursting import burst
from kb.hot_matters.grouping import Group, fixed, grouped
from kb.hot_matters.reading import Appeal, Weights
from kb.models import CitizenRequest, FoundMatter, MatterRound
from kb.services.hot_matters import Facts, facts_of, parts, round_of, wording
from kb.terms import Outcome

SMALLEST, MOST_KEPT, EARLIER = 3, 300, 4
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
MAX_ATTEMPTS = 3
AGAIN_AFTER = timedelta(days=1)
_READ = 100


def ask(session: Session, period: Period, now: datetime) -> MatterRound:
    """Have a period looked at, again if it was before; what was found stays until then."""
    found = round_of(session, period)
    if found is None:
        found = MatterRound(first=period.first, last=period.last, asked_at=now, state=WAITING)
        session.add(found)
    elif found.state not in (WAITING, RUNNING):
        found.state, found.asked_at, found.attempts, found.error = WAITING, now, 0, ""
    session.flush()
    return found


def plan_rounds(session: Session, now: datetime) -> None:
    """Last week and last month once, the running ones once a day."""
    today = local_day(now)
    monday = today - timedelta(days=today.weekday())
    month = Period(today.replace(day=1), today.replace(day=1))
    last_month = Period(month.first - timedelta(days=1), month.first - timedelta(days=1))
    for period in (
        Period(monday - timedelta(days=7), monday - timedelta(days=1)),
        Period(last_month.first.replace(day=1), last_month.last),
    ):
        if round_of(session, period) is None:
            ask(session, period, now)
    for period in (Period(monday, monday + timedelta(days=6)), whole_month(month)):
        known = round_of(session, period)
        if known is None or (known.state == DONE and known.asked_at < now - AGAIN_AFTER):
            ask(session, period, now)


def whole_month(period: Period) -> Period:
    """The calendar month that a period begins in."""
    first = period.first.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(first, following - timedelta(days=1))


def take(database: Database, clock: Clock) -> Period | None:
    """The period longest waiting, marked as being worked on; ``None`` when none waits."""
    with database.unit_of_work() as session:
        round_ = session.scalars(
            select(MatterRound)
            .where(MatterRound.state == WAITING)
            .order_by(MatterRound.asked_at, MatterRound.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if round_ is None:
            return None
        round_.state, round_.started_at = RUNNING, clock()
        round_.attempts += 1
        return Period(round_.first, round_.last)


def give_back(database: Database) -> None:
    """What was begun without an end waits again; after three tries it has failed."""
    with database.unit_of_work() as session:
        for round_ in session.scalars(select(MatterRound).where(MatterRound.state == RUNNING)):
            if round_.attempts < MAX_ATTEMPTS:
                round_.state = WAITING
            else:
                round_.state = FAILED
                round_.error = "计算三次中断，多半是内存不够；可以换短一点的时段，或点“重新计算”"


def has_waiting(database: Database) -> bool:
    """Tell whether a period waits to be looked at."""
    with database.reading() as session:
        query = select(MatterRound.id).where(MatterRound.state == WAITING).limit(1)
        return session.scalar(query) is not None


def work_out(database: Database, period: Period, clock: Clock) -> int:
    """Find the matters of a period and keep them in place of what was found before.

    :return: how many were kept.
    """
    # Grouping takes long: on SQLite a reader at work keeps every commit, and so everybody, waiting.
    appeals = _read(database, period)
    weights = Weights(appeals)
    groups = [group for group in grouped(appeals, weights).groups if len(group.keys) >= SMALLEST]
    groups.sort(key=lambda one: (-len(one.keys), min(one.keys)))
    kept = groups[:MOST_KEPT]
    earlier = _earlier(database, period, kept, weights)
    by_key = {one.key: one for one in appeals}
    ids = {key for group in kept for key in group.keys}
    with database.reading() as session:
        facts = {one.request_id: one for one in facts_of(session, period, ids)}
    found = [
        _found(group, [by_key[key] for key in group.keys], facts, counts, weights)
        for group, counts in zip(kept, earlier, strict=True)
    ]
    with database.unit_of_work() as session:
        _keep(session, period, found, len(appeals), clock())
    return len(found)


def fail(database: Database, period: Period, error: str) -> None:
    """The round could not be worked out; it says why and waits to be asked for again."""
    with database.unit_of_work() as session:
        round_ = round_of(session, period)
        if round_ is not None:
            round_.state, round_.error = FAILED, error[:2000]


def _read(database: Database, period: Period) -> list[Appeal]:
    with database.reading() as session:
        return list(_appeals(session, period))


def _appeals(session: Session, period: Period) -> Iterator[Appeal]:
    request = CitizenRequest
    query = (
        select(request.id, request.title, func.substr(request.content, 1, _READ), request.place)
        .where(
            request.received_at >= period.start,
            request.received_at < period.end,
            request.outcome != Outcome.INVALID.value,
        )
        .order_by(request.received_at, request.id)
        .execution_options(yield_per=2000)
    )
    for key, title, content, place in session.execute(query):
        yield Appeal(key, title, content, place)


def _earlier(
    database: Database, period: Period, groups: Sequence[Group], weights: Weights
) -> list[list[int]]:
    """For each group its counts in the preceding periods, oldest first.

    Periods from before the first request are left out, so that a new hotline has no bursts.
    """
    with database.reading() as session:
        first = session.scalar(select(func.min(CitizenRequest.received_at)))
    found: list[list[int]] = [[] for _ in groups]
    index, before = fixed(groups), period
    for _ in range(EARLIER):
        before = before.previous()
        if first is None or before.end <= first:
            break
        counts = [0] * len(groups)
        for appeal in _read(database, before):
            position = index.nearest(weights.vector(appeal))
            if position is not None:
                counts[position] += 1
        for row, count in zip(found, counts, strict=True):
            row.insert(0, count)
    return found


def _found(
    group: Group,
    appeals: Sequence[Appeal],
    facts: dict[int, Facts],
    earlier: list[int],
    weights: Weights,
) -> FoundMatter:
    known = [facts[key] for key in sorted(group.keys) if key in facts]
    central = sorted(appeals, key=lambda one: (-group.likeness(weights.vector(one)), one.key))
    title = wording(known, [one.key for one in central])
    readable = {one.request_id for one in known if not one.is_confidential}
    anchor = next((one.key for one in central if one.key in readable), central[0].key)
    return FoundMatter(
        anchor_id=anchor,
        title=title[:200],
        size=len(group.keys),
        burst=burst(len(group.keys), earlier),
        earlier=earlier,
        member_ids=sorted(group.keys),
        units=_plain(one.unit for one in known),
        districts=_plain(one.district for one in known),
        categories=_plain(one.category for one in known),
    )


def _plain(names: Iterator[str]) -> list[list[object]]:
    return [[part.name, part.count] for part in parts(names)]


def _keep(
    session: Session, period: Period, found: Sequence[FoundMatter], read: int, now: datetime
) -> None:
    round_ = ask(session, period, now)
    round_.found.clear()
    session.flush()
    for ordinal, one in enumerate(found, 1):
        one.ordinal = ordinal
        round_.found.append(one)
    round_.state, round_.computed_at, round_.requests, round_.error = DONE, now, read, ""
    session.flush()
