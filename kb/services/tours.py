"""Which guided tours (导览) a person has finished or left."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import FinishedTour
from kb.terms import Role


def finished_tours(session: Session, user_id: int) -> set[Role]:
    """The roles whose tour this person need not be shown again."""
    query = select(FinishedTour.role).where(FinishedTour.user_id == user_id)
    return {Role(role) for role in session.scalars(query)}


def finish_tour(session: Session, actor: Actor, role: str, now: datetime) -> None:
    """Remember that the person has seen or skipped the tour of one of their roles.

    :raises InvalidInput: it is no role of theirs.
    """
    if role not in actor.roles:
        raise InvalidInput("没有这个导览，或者它不是您的角色的")
    if Role(role) not in finished_tours(session, actor.user_id):
        session.add(FinishedTour(user_id=actor.user_id, role=role, at=now))
