"""到期与复核: which entries need their owner, by what they say and what was done about it.

An entry (published, not ended by another) needs its owner from 30 days before its last valid day
or its review day. 到期不再延续 settles the end; a 通知公告 that has run out needs nobody; of an
entry that has run out nobody asks the review any more.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, not_, or_, select, true
from sqlalchemy.orm import Session, selectinload

from kb.models import EntryCheck, KnowledgeItem, KnowledgeVersion
from kb.standing import standing_on
from kb.terms import ON_THE_WAY, ItemState, KnowledgeKind, Standing

AHEAD_DAYS = 30
PAGE = 20
STATES = {"all": "全部", "expired": "已到期未处理", "overdue": "超期未核验", "soon": "30 天内"}
_FAR = date(9999, 12, 31)


def needs_end(today: date) -> ColumnElement[bool]:
    """The entry's end is near or past, and nobody has said what is to become of it."""
    accepted = (
        select(EntryCheck.id)
        .where(EntryCheck.version_id == KnowledgeVersion.id, EntryCheck.outcome == "ends")
        .exists()
    )
    until = KnowledgeVersion.valid_until
    announced = and_(KnowledgeVersion.kind == KnowledgeKind.NOTICE.value, until < today)
    return and_(
        until.is_not(None),
        until <= today + timedelta(days=AHEAD_DAYS),
        not_(announced),
        ~accepted,
    )


def needs_review(today: date) -> ColumnElement[bool]:
    """The entry still holds, and its review day is near or past."""
    until, review = KnowledgeVersion.valid_until, KnowledgeVersion.review_on
    return and_(
        review.is_not(None),
        review <= today + timedelta(days=AHEAD_DAYS),
        or_(until.is_(None), until >= today),
    )


def due_condition(today: date, state: str = "all") -> ColumnElement[bool]:
    """The condition behind a choice of ``STATES`` on an entry joined to its current version.

    :raises KeyError: an unknown choice.
    """
    until, review = KnowledgeVersion.valid_until, KnowledgeVersion.review_on
    ended = and_(needs_end(today), until < today)
    overdue = and_(needs_review(today), review < today)
    chosen = {
        "all": or_(needs_end(today), needs_review(today)),
        "expired": ended,
        "overdue": overdue,
        "soon": or_(
            and_(needs_end(today), until >= today), and_(needs_review(today), review >= today)
        ),
    }[state]
    return and_(KnowledgeItem.state == ItemState.PUBLISHED.value, chosen)


def is_ending(version: KnowledgeVersion, today: date) -> bool:
    """Whether its own last day is near or past, so that it is renewed or let end."""
    until = version.valid_until
    return until is not None and until <= today + timedelta(days=AHEAD_DAYS)


@dataclass(frozen=True)
class Due:
    """An entry that needs its owner, and the more urgent of its two days."""

    item: KnowledgeItem
    version: KnowledgeVersion
    standing: Standing
    day: date
    is_review: bool
    days_left: int

    @property
    def is_due(self) -> bool:
        """Whether it needs its owner at all."""
        return self.day != _FAR

    def asks_end(self, today: date) -> bool:
        """Whether the owner is asked about its last day."""
        return is_ending(self.version, today)


@dataclass(frozen=True)
class DuePage:
    """One page of rows; ``pages`` is at least 1."""

    rows: tuple[Due, ...]
    total: int
    page: int
    pages: int


def due(
    session: Session,
    scope: Collection[int] | None,
    today: date,
    *,
    state: str = "all",
    page: int = 1,
    size: int = PAGE,
    is_descending: bool = False,
) -> DuePage:
    """One page of the entries of these units (``None`` is all) that need their owner.

    :param is_descending: the least urgent first.
    """
    query, day = _rows(today)
    query = query.where(
        true() if scope is None else KnowledgeItem.unit_id.in_(scope),
        due_condition(today, state),
    )
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    rows = session.execute(
        query.order_by(day.desc() if is_descending else day, KnowledgeItem.id)
        .limit(size)
        .offset((page - 1) * size)
        .options(selectinload(KnowledgeItem.unit), selectinload(KnowledgeItem.current_version))
    )
    return DuePage(
        tuple(_due(item, version, day, is_review, today) for item, version, day, is_review in rows),
        total,
        page,
        pages,
    )


def due_of(session: Session, item_id: int, today: date) -> tuple[Due, ...]:
    """The row of one published entry, due or not; empty where it is not published."""
    query, _day = _rows(today)
    query = query.where(
        KnowledgeItem.id == item_id, KnowledgeItem.state == ItemState.PUBLISHED.value
    )
    return tuple(
        _due(item, version, day, is_review, today)
        for item, version, day, is_review in session.execute(query)
    )


def _rows(today: date) -> tuple[Any, ColumnElement[date]]:
    """Entry, version, its more urgent day and whether that is the review's."""
    end = case((needs_end(today), KnowledgeVersion.valid_until), else_=_FAR)
    review = case((needs_review(today), KnowledgeVersion.review_on), else_=_FAR)
    day = case((end <= review, end), else_=review)
    query = select(KnowledgeItem, KnowledgeVersion, day, review < end).join(
        KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id
    )
    return query, day


def _due(
    item: KnowledgeItem, version: KnowledgeVersion, day: date, is_review: bool, today: date
) -> Due:
    standing = standing_on(item, version, today)
    return Due(item, version, standing, day, bool(is_review), (day - today).days)


def on_the_way(session: Session, item_ids: Collection[int]) -> dict[int, KnowledgeVersion]:
    """The next version of each entry that is on its way to publication."""
    query = select(KnowledgeVersion).where(
        KnowledgeVersion.item_id.in_(item_ids), KnowledgeVersion.state.in_(ON_THE_WAY)
    )
    return {version.item_id: version for version in session.scalars(query)}


def duties_of(version: KnowledgeVersion, today: date, *, accepts_end: bool) -> dict[str, date]:
    """What one published version asks of its owner today: ``expiry`` and ``review`` → due day.

    :param accepts_end: somebody said 到期不再延续.
    """
    found: dict[str, date] = {}
    horizon = today + timedelta(days=AHEAD_DAYS)
    until, review = version.valid_until, version.review_on
    has_ended = until is not None and until < today
    runs_out = version.kind == KnowledgeKind.NOTICE and has_ended
    if until is not None and until <= horizon and not accepts_end and not runs_out:
        found["expiry"] = until
    if review is not None and review <= horizon and not has_ended:
        found["review"] = review
    return found
