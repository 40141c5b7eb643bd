"""Bulletins as a list: those being written, those issued."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from kb.models import BulletinRow
from kb.terms import BulletinKind, BulletinState

PER_PAGE = 20


@dataclass(frozen=True)
class Wanted:
    """Which bulletins: of a state, of a kind, of a year; ``None`` or 0 for any."""

    state: BulletinState | None = None
    kind: BulletinKind | None = None
    year: int = 0


@dataclass(frozen=True)
class BulletinPage:
    """One page, the latest period first."""

    rows: Sequence[BulletinRow]
    page: int
    pages: int
    total: int


def bulletin_page(session: Session, wanted: Wanted, page: int) -> BulletinPage:
    """A page of the list; one beyond the last gives the last."""
    where = _conditions(wanted)
    total = session.scalar(select(func.count()).select_from(BulletinRow).where(*where)) or 0
    pages = max(-(-total // PER_PAGE), 1)
    page = min(max(page, 1), pages)
    query = (
        select(BulletinRow)
        .where(*where)
        .order_by(BulletinRow.last.desc(), BulletinRow.first, BulletinRow.id.desc())
        .offset((page - 1) * PER_PAGE)
        .limit(PER_PAGE)
        .options(selectinload(BulletinRow.editions))
    )
    return BulletinPage(session.scalars(query).all(), page, pages, total)


def counts_by_state(session: Session) -> dict[str, int]:
    """How many bulletins are in each state."""
    query = select(BulletinRow.state, func.count()).group_by(BulletinRow.state)
    found = dict(session.execute(query).all())
    return {state.value: int(found.get(state.value, 0)) for state in BulletinState}


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state is not None:
        found.append(BulletinRow.state == wanted.state.value)
    if wanted.kind is not None:
        found.append(BulletinRow.kind == wanted.kind.value)
    if wanted.year:
        found.append(func.extract("year", BulletinRow.last) == wanted.year)
    return found
