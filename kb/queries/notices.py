"""提醒 of one person: what waits for them, whether they saw it, and how many are new."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.models import Notice, NoticeReader
from kb.terms import Role

PAGE = 30
_WRITERS = (Role.UNIT_CLERK, Role.UNIT_REVIEWER)


def meant_for(actor: Actor) -> ColumnElement[bool]:
    """The condition that a notice is for this person, see :class:`kb.models.Notice`."""
    by_unit_alone = and_(Notice.role.is_(None), Notice.user_id.is_(None))
    fits = [
        or_(Notice.user_id.is_(None), Notice.user_id == actor.user_id),
        or_(Notice.unit_id.is_(None), Notice.unit_id.in_(actor.unit_scope)),
        or_(Notice.role.is_(None), Notice.role.in_([role.value for role in actor.roles])),
    ]
    if not actor.has(*_WRITERS):
        fits.append(~by_unit_alone)
    return and_(*fits)


@dataclass(frozen=True)
class Seen:
    """A notice, and when this person first saw it (``None``: it is new to them)."""

    notice: Notice
    seen_at: datetime | None


@dataclass(frozen=True)
class NoticePage:
    """One page of notices, newest first; ``pages`` is at least 1."""

    rows: tuple[Seen, ...]
    total: int
    page: int
    pages: int


def unseen_count(session: Session, actor: Actor) -> int:
    """How many open notices the person has not seen."""
    query = (
        select(func.count())
        .select_from(Notice)
        .outerjoin(NoticeReader, _reader(actor))
        .where(Notice.is_resolved.is_(False), meant_for(actor), NoticeReader.seen_at.is_(None))
    )
    return session.scalar(query) or 0


def notices_of(
    session: Session, actor: Actor, *, is_resolved: bool = False, page: int = 1
) -> NoticePage:
    """The person's open notices, or those settled, newest first."""
    query = (
        select(Notice, NoticeReader.seen_at)
        .outerjoin(NoticeReader, _reader(actor))
        .where(Notice.is_resolved.is_(is_resolved), meant_for(actor))
    )
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = session.execute(
        query.order_by(Notice.created_at.desc(), Notice.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
        .options(selectinload(Notice.unit))
    )
    return NoticePage(tuple(Seen(notice, at) for notice, at in rows), total, page, pages)


def _reader(actor: Actor) -> ColumnElement[bool]:
    return and_(NoticeReader.notice_id == Notice.id, NoticeReader.user_id == actor.user_id)


def unseen_ids(session: Session, actor: Actor) -> list[int]:
    """The open notices the person has not seen."""
    query = (
        select(Notice.id)
        .outerjoin(NoticeReader, _reader(actor))
        .where(Notice.is_resolved.is_(False), meant_for(actor), NoticeReader.seen_at.is_(None))
    )
    return list(session.scalars(query))
