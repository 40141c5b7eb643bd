"""The audit log, searched: who did what to which object, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from kb.bulletins.periods import Period
from kb.clock import day_start
from kb.models import AuditRecord, User

PAGE = 50
LATEST = 8
Found = Sequence[Row[AuditRecord, str]]


@dataclass(frozen=True)
class WantedActs:
    """Which acts; an empty part leaves nothing out.

    :ivar who: part of a name or user name.
    :ivar action: a code, or its beginning before the dot: ``work_order``.
    """

    who: str = ""
    action: str = ""
    object_type: str = ""
    object_id: str = ""
    days: Period | None = None


def acts(
    session: Session, wanted: WantedActs, *, page: int = 1, at_most: int = PAGE
) -> tuple[Found, int]:
    """Acts with the name of who did them, newest first, and how many there are in all."""
    total = session.scalar(_narrowed(select(func.count(AuditRecord.id)), wanted)) or 0
    query = _newest(wanted).limit(at_most).offset((page - 1) * PAGE)
    return session.execute(query).all(), total


def acts_on(session: Session, object_type: str, object_id: object) -> Found:
    """What was last done to one object."""
    wanted = WantedActs(object_type=object_type, object_id=str(object_id))
    return session.execute(_newest(wanted).limit(LATEST)).all()


def _newest(wanted: WantedActs) -> Select[AuditRecord, str]:
    query: Select[AuditRecord, str] = _narrowed(select(AuditRecord, User.name), wanted)
    return query.order_by(AuditRecord.id.desc())


def _narrowed(query: Any, wanted: WantedActs) -> Any:
    query = query.outerjoin(User, User.id == AuditRecord.actor_id)
    if wanted.who:
        name = User.name.contains(wanted.who, autoescape=True)
        query = query.where(or_(name, User.username == wanted.who.lower()))
    if wanted.action:
        below = AuditRecord.action.startswith(f"{wanted.action}.", autoescape=True)
        query = query.where(or_(AuditRecord.action == wanted.action, below))
    if wanted.object_type:
        query = query.where(AuditRecord.object_type == wanted.object_type)
    if wanted.object_id:
        query = query.where(AuditRecord.object_id == wanted.object_id)
    if wanted.days is not None:
        after = day_start(wanted.days.last + timedelta(days=1))
        query = query.where(AuditRecord.at >= day_start(wanted.days.first), AuditRecord.at < after)
    return query
