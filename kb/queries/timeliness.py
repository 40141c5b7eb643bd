"""知识更新及时率: of the entries due in a period, the share handled by their due day.

A due day is a version's last valid day (失效日) or its review day (核验日). The duty arises 30 days
ahead, when the first reminder is sent, or with the publication if that is later. It is handled by
a new version, a withdrawal, a successor or repeal, 到期不再延续, and a review also by 仍有效. What
was handled before the duty arose was never due; a 通知公告 may simply run out. Days that are not
over yet are not judged.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session, load_only

from kb.bulletins.periods import Period
from kb.clock import local_day
from kb.models import EntryCheck, ItemEvent, KnowledgeItem, KnowledgeVersion
from kb.queries.duties import AHEAD_DAYS
from kb.terms import KnowledgeKind

DEFINITION = (
    "知识更新及时率 = 按时处理的 ÷ 应处理的 × 100%。时段内每个到期日、核验日各计一件，"
    "今天及以后的不计；到期前 30 天起发布新版、确认仍有效、确认到期不再延续、下架，"
    "或被新件替代、废止，都算处理，当天及以前处理的算按时。通知公告到期自动失效，不计到期日。"
)
_OVER = ("withdrawn", "supersedes", "repeals")
_USED = (
    KnowledgeVersion.item_id,
    KnowledgeVersion.number,
    KnowledgeVersion.kind,
    KnowledgeVersion.valid_until,
    KnowledgeVersion.review_on,
    KnowledgeVersion.published_at,
)


@dataclass(frozen=True)
class History:
    """What one published version was due for, and what was done, in city days.

    :ivar last_day: its last valid day; ``None`` for none, and for a 通知公告.
    :ivar reviews: review days with the day of the 仍有效 that settled each (``None``: none yet).
    :ivar accepted_on: the days of 到期不再延续.
    :ivar ended_on: the days it was replaced, withdrawn, superseded or repealed.
    """

    published_on: date
    last_day: date | None = None
    reviews: tuple[tuple[date, date | None], ...] = ()
    accepted_on: tuple[date, ...] = ()
    ended_on: tuple[date, ...] = ()


@dataclass(frozen=True)
class Duty:
    """One due day: ``kind`` is ``expiry`` or ``review``; not handled yet is ``None``."""

    kind: str
    due_on: date
    handled_on: date | None

    @property
    def is_timely(self) -> bool:
        """Tell whether it was handled by its day."""
        return self.handled_on is not None and self.handled_on <= self.due_on


def duties(history: History) -> Iterator[Duty]:
    """Everything the version was due for."""
    over = (*history.accepted_on, *history.ended_on)
    if history.last_day is not None:
        yield from _duty("expiry", history.last_day, history.published_on, over)
    since = history.published_on
    for due_on, checked_on in history.reviews:
        if history.last_day is None or due_on <= history.last_day:
            checks = (checked_on,) if checked_on is not None else ()
            yield from _duty("review", due_on, since, (*over, *checks))
        since = checked_on or since


def _duty(kind: str, due_on: date, since: date, handled: Iterable[date]) -> Iterator[Duty]:
    if since > due_on:
        return
    arises_on = max(since, due_on - timedelta(days=AHEAD_DAYS))
    first = min((day for day in handled if day >= since), default=None)
    if first is None or first >= arises_on:
        yield Duty(kind, due_on, first)


@dataclass(frozen=True)
class Handled:
    """A duty of one entry of one unit."""

    unit_id: int
    item_id: int
    version_id: int
    duty: Duty


def handled_in(
    session: Session, span: Period, today: date, scope: Collection[int] | None = None
) -> list[Handled]:
    """The duties whose due day lies in the span and is over, by due day."""
    last = min(span.last, today - timedelta(days=1))
    if last < span.first:
        return []
    found = [
        Handled(unit_id, version.item_id, version.id, duty)
        for version, unit_id, history in _histories(session, span.first, last, scope)
        for duty in duties(history)
        if span.first <= duty.due_on <= last
    ]
    return sorted(found, key=lambda row: (row.duty.due_on, row.item_id, row.duty.kind))


def _histories(
    session: Session, first: date, last: date, scope: Collection[int] | None
) -> Iterator[tuple[KnowledgeVersion, int, History]]:
    checked = select(EntryCheck.version_id).where(EntryCheck.due_on.between(first, last))
    query = (
        select(KnowledgeVersion, KnowledgeItem.unit_id)
        .join(KnowledgeItem, KnowledgeItem.id == KnowledgeVersion.item_id)
        .where(
            KnowledgeVersion.published_at.is_not(None),
            true() if scope is None else KnowledgeItem.unit_id.in_(scope),
            or_(
                KnowledgeVersion.valid_until.between(first, last),
                KnowledgeVersion.review_on.between(first, last),
                KnowledgeVersion.id.in_(checked),
            ),
        )
        # A period's versions are many, and their texts are not asked.
        .options(load_only(*_USED))
    )
    rows = [(version, unit_id) for version, unit_id in session.execute(query)]
    for start in range(0, len(rows), 500):
        page = rows[start : start + 500]
        checks = _checks(session, [version.id for version, _ in page])
        items = {version.item_id for version, _ in page}
        ends, publications = _ends(session, items), _publications(session, items)
        for version, unit_id in page:
            later = publications[version.item_id]
            replaced = [day for number, day in later if number > version.number][:1]
            history = _history(version, checks[version.id], [*replaced, *ends[version.item_id]])
            yield version, unit_id, history


def _history(version: KnowledgeVersion, checks: list[EntryCheck], ended_on: list[date]) -> History:
    assert version.published_at is not None  # noqa: S101 - the query asks for it
    published_on = local_day(version.published_at)
    holds = [check for check in checks if check.outcome == "holds"]
    reviews = [(check.due_on, local_day(check.at)) for check in holds if check.due_on is not None]
    last: list[tuple[date, date | None]] = []
    if version.review_on is not None:
        last = [(version.review_on, None)]
    return History(
        published_on,
        None if version.kind == KnowledgeKind.NOTICE else version.valid_until,
        (*reviews, *last),
        tuple(local_day(check.at) for check in checks if check.outcome == "ends"),
        tuple(day for day in ended_on if day >= published_on),
    )


def _checks(session: Session, version_ids: list[int]) -> dict[int, list[EntryCheck]]:
    found: dict[int, list[EntryCheck]] = defaultdict(list)
    query = select(EntryCheck).where(EntryCheck.version_id.in_(version_ids))
    for check in session.scalars(query.order_by(EntryCheck.at, EntryCheck.id)):
        found[check.version_id].append(check)
    return found


def _publications(session: Session, item_ids: set[int]) -> dict[int, list[tuple[int, date]]]:
    found: dict[int, list[tuple[int, date]]] = defaultdict(list)
    query = select(
        KnowledgeVersion.item_id, KnowledgeVersion.number, KnowledgeVersion.published_at
    ).where(KnowledgeVersion.item_id.in_(item_ids), KnowledgeVersion.published_at.is_not(None))
    for item_id, number, published_at in session.execute(query.order_by(KnowledgeVersion.number)):
        if published_at is not None:
            found[item_id].append((number, local_day(published_at)))
    return found


def _ends(session: Session, item_ids: set[int]) -> dict[int, list[date]]:
    """The days each entry was ended; a withdrawal that was taken back did not end it."""
    found: dict[int, list[date]] = defaultdict(list)
    query = select(ItemEvent.item_id, ItemEvent.kind, ItemEvent.at).where(
        ItemEvent.item_id.in_(item_ids), ItemEvent.kind.in_((*_OVER, "restored"))
    )
    for item_id, kind, at in session.execute(query.order_by(ItemEvent.at, ItemEvent.id)):
        if kind != "restored":
            found[item_id].append(local_day(at))
        elif found[item_id]:
            found[item_id].pop()
    return found
