"""Corrections as lists: the queue of those who answer them, and what became of one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, select, true
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.models import Correction, KnowledgeItem, Unit
from kb.queries.pages import within
from kb.services.corrections import UNSETTLED
from kb.terms import CorrectionState, Role

PER_PAGE = 20
# How the queue may be narrowed: address value → what it shows.
TABS = {
    "waiting": "待处理",
    "overdue": "已超时",
    "accepted": "正在改",
    "rejected": "已驳回",
    "settled": "已改正",
    "all": "全部",
}


@dataclass(frozen=True)
class Wanted:
    """Which corrections, and which page of them (from 1)."""

    tab: str = "waiting"
    kind: str = ""
    unit_id: int | None = None
    page: int = 1


@dataclass(frozen=True)
class Found:
    """One page of corrections and how many there are."""

    rows: Sequence[Correction]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // PER_PAGE))


def handled_by(actor: Actor) -> ColumnElement[bool]:
    """The condition that a correction is this person's to answer: own units', an editor's all."""
    if actor.has(Role.EDITOR):
        return true()
    if not actor.unit_scope:
        return false()
    own = select(KnowledgeItem.id).where(KnowledgeItem.unit_id.in_(actor.unit_scope))
    return Correction.item_id.in_(own)


def _tab(tab: str, now: datetime) -> ColumnElement[bool]:
    if tab == "waiting":
        return Correction.state == CorrectionState.OPEN.value
    if tab == "overdue":
        return and_(Correction.state.in_(UNSETTLED), Correction.due_at < now)
    if tab in (CorrectionState.ACCEPTED, CorrectionState.REJECTED, CorrectionState.SETTLED):
        return Correction.state == tab
    return true()


def _narrowed(wanted: Wanted) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.kind:
        conditions.append(Correction.kind == wanted.kind)
    if wanted.unit_id is not None:
        conditions.append(Correction.unit_id == wanted.unit_id)
    return and_(true(), *conditions)


def list_corrections(
    session: Session, actor: Actor, wanted: Wanted, now: datetime, *, size: int = PER_PAGE
) -> Found:
    """A page of the queue: what must be answered first comes first, then the newest answered."""
    condition = and_(handled_by(actor), _tab(wanted.tab, now), _narrowed(wanted))
    is_done = case((Correction.state.in_(UNSETTLED), 0), else_=1)
    due = case((Correction.state.in_(UNSETTLED), Correction.due_at))
    order = (is_done, due, Correction.handled_at.desc(), Correction.id)
    return _page(session, condition, order, wanted.page, size)


def reported_by(session: Session, user_id: int, page: int) -> Found:
    """A page of what one person reported, newest first."""
    return _page(session, Correction.reporter_id == user_id, (Correction.id.desc(),), page)


def _page(
    session: Session,
    condition: ColumnElement[bool],
    order: Sequence[Any],
    page: int,
    size: int = PER_PAGE,
) -> Found:
    total = session.scalar(select(func.count()).select_from(Correction).where(condition)) or 0
    page = within(page, total, size)
    query = (
        select(Correction)
        .where(condition)
        .order_by(*order)
        .limit(size)
        .offset((page - 1) * size)
        .options(
            selectinload(Correction.version),
            selectinload(Correction.unit),
            selectinload(Correction.reporter),
            selectinload(Correction.item).selectinload(KnowledgeItem.current_version),
        )
    )
    return Found(list(session.scalars(query)), total, page)


def counts(session: Session, actor: Actor, now: datetime) -> dict[str, int]:
    """How many corrections each tab of the queue holds for this person."""
    numbers = {
        tab: func.coalesce(func.sum(case((_tab(tab, now), 1), else_=0)), 0).label(tab)
        for tab in TABS
    }
    row = session.execute(select(*numbers.values()).where(handled_by(actor))).one()
    return {tab: int(getattr(row, tab)) for tab in TABS}


def units_with_corrections(session: Session) -> list[tuple[int, str]]:
    """The units that were ever reported to, by name, for the editor's filter."""
    told = select(Correction.unit_id).distinct()
    query = select(Unit.id, Unit.name).where(Unit.id.in_(told)).order_by(Unit.name)
    return [(unit_id, name) for unit_id, name in session.execute(query)]
