"""纠错 and 口径确认 that pass their time: told once, until they are answered."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kb.actor import Actor
from kb.db import Database
from kb.models import Conflict, Correction, KnowledgeVersion, Notice, Unit
from kb.services import correcting
from kb.services.overdue import tell_overdue
from kb.terms import Role
from tests.kb.conftest import NOW
from tests.kb.test_conflicts import Radar, ageing, civil, opened, radar
from tests.kb.test_corrections import agent, entry, reported
from tests.kb.test_entries import clerk_of

__all__ = ["ageing", "agent", "civil", "entry", "opened", "radar"]
DAY = timedelta(days=1)


def late(database: Database) -> list[tuple[str, int | None, str | None]]:
    with database.reading() as session:
        query = select(Notice).where(Notice.kind.endswith("_overdue"), ~Notice.is_resolved)
        rows = session.scalars(query.order_by(Notice.id))
        return [(row.title, row.unit_id, row.role) for row in rows]


def round_at(database: Database, now) -> None:  # type: ignore[no-untyped-def]
    with database.unit_of_work() as session:
        tell_overdue(session, now)


def test_a_correction_past_its_time_is_told_until_it_is_answered(
    any_database: Database, entry: KnowledgeVersion, agent: Actor, unit: Unit
) -> None:
    number = reported(any_database, entry, agent)  # due on 05-08 at 10:24
    round_at(any_database, NOW + timedelta(hours=23))
    assert late(any_database) == []
    for _ in range(2):
        round_at(any_database, NOW + 2 * DAY)
    title = f"纠错超时未答复：《{entry.title}》，应于 2026-05-08 10:24 前答复"
    assert late(any_database) == [(title, unit.id, None), (title, None, Role.EDITOR.value)]
    with any_database.unit_of_work() as session:
        found = session.get_one(Correction, number)
        correcting.reject(session, found, actor=clerk_of(unit), now=NOW + 2 * DAY, reason="没错")
    round_at(any_database, NOW + 2 * DAY)
    assert late(any_database) == []


@pytest.mark.parametrize(("answered", "told"), [("", 3), ("both", 2)])
def test_a_contradiction_past_its_time_is_told_to_who_has_not_answered(
    opened: tuple[Radar, int, int], answered: str, told: int
) -> None:
    database = opened[0].database
    with database.unit_of_work() as session:
        row = session.scalars(select(Conflict)).one()
        row.left_answer = answered
        assert row.due_at is not None
        due_at = row.due_at
    round_at(database, due_at)
    assert late(database) == []
    round_at(database, due_at + DAY)
    assert len(late(database)) == told
    assert late(database)[-1][2] == Role.EDITOR.value
