"""开始使用: how far a new installation has come, from what is in it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from kb.models import Adoption, KnowledgeItem, Unit, User
from kb.queries.people import has_role
from kb.terms import ItemState, Role


@dataclass(frozen=True)
class FirstSteps:
    """What there is already; nothing is kept of it, so it can be done in any order and by parts.

    :ivar has_answered: whether a call was answered with an entry.
    """

    has_units: bool
    has_agent: bool
    has_editor: bool
    has_knowledge: bool
    has_answered: bool

    @property
    def is_done(self) -> bool:
        """Whether calls can be answered and one was."""
        return all(
            (self.has_units, self.has_agent, self.has_editor, self.has_knowledge, self.has_answered)
        )


_HAS_KNOWLEDGE = exists(select(KnowledgeItem.id).where(KnowledgeItem.state == ItemState.PUBLISHED))


def has_knowledge(session: Session) -> bool:
    """Whether anything is published: without it no question can be answered."""
    return bool(session.scalar(select(_HAS_KNOWLEDGE)))


def first_steps(session: Session) -> FirstSteps:
    """Read it with one question."""
    row = session.execute(
        select(
            exists(select(Unit.id)),
            _somebody_is(Role.AGENT),
            _somebody_is(Role.EDITOR),
            _HAS_KNOWLEDGE,
            exists(select(Adoption.id).where(Adoption.undone_at.is_(None))),
        )
    ).one()
    return FirstSteps(*(bool(one) for one in row))


def _somebody_is(role: Role) -> ColumnElement[bool]:
    return exists(select(User.id).where(User.is_active.is_(True), has_role(role)))
