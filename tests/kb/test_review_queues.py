"""待审 at both desks: counts, the first rows, and one's place among all of them."""

from datetime import timedelta

from kb.actor import Actor
from kb.db import Database
from kb.models import KnowledgeVersion, Unit
from kb.queries.review_queues import Place, first_of, place_of, queues
from kb.terms import Role, VersionState
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of, draft, other_unit

__all__ = ["other_unit"]


def test_a_person_decides_on_the_unit_desk_first_and_then_on_the_centres(
    any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    def waiting(owner: Unit, state: VersionState, minute: int) -> int:
        version_id = draft(any_database, owner).id
        with any_database.unit_of_work() as session:
            version = session.get_one(KnowledgeVersion, version_id)
            version.state, version.updated_at = state.value, NOW + timedelta(minutes=minute)
        return version_id

    centre = waiting(other_unit, VersionState.CENTRE_REVIEW, 0)
    third, first, second = (waiting(unit, VersionState.UNIT_REVIEW, at) for at in (9, 3, 3))
    theirs = waiting(other_unit, VersionState.UNIT_REVIEW, 1)
    waiting(unit, VersionState.DRAFT, 0)
    scope = frozenset({unit.id})
    both = Actor(0, "审", unit.id, frozenset({Role.EDITOR, Role.UNIT_REVIEWER}), scope)
    reviewer = clerk_of(unit, Role.UNIT_REVIEWER)
    with any_database.reading() as session:
        told = queues(session, EDITOR, None, 2)
        assert [row.id for row in told.unit.rows] == [theirs, first]
        assert (told.unit.total, told.centre.total, told.mine) == (4, 1, 1)
        own = queues(session, reviewer, None, 2)
        assert ([row.id for row in own.unit.rows], own.unit.total) == ([first, second], 3)
        assert (own.centre.total, own.mine) == (0, 3)
        assert first_of(session, reviewer) == first
        assert place_of(session, both, second) == Place(2, 4, third)
        assert place_of(session, both, third) == Place(3, 4, centre)
        assert place_of(session, both, centre) == Place(4, 4, first)  # after the last the first
        assert place_of(session, both, theirs) == Place(0, 4, first)
        assert place_of(session, EDITOR, centre) == Place(1, 1, None)
        assert first_of(session, clerk_of(unit)) is None
