"""来电常用说法 on the entry's page of the portal: who sees it, takes it out, and takes it back."""

import pytest

from kb.actor import Actor
from kb.db import Database
from kb.models import KnowledgeVersion, LearnedQuery, Unit
from kb.services import learning
from kb.services.publishing import publish
from kb.terms import LearnedState, Role
from tests.web.conftest import ManualClock
from tests.web.unit_portal.conftest import Enter, Portal

SAID = "娃几号报名上学"
EDITOR = Actor(0, "编辑", None, frozenset({Role.EDITOR}))


@pytest.fixture
def row(database: Database, clock: ManualClock, clerk: Portal) -> LearnedQuery:
    """A published entry of the clerk's unit with one way callers ask."""
    version_id = clerk.push_draft()
    with database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, version_id)
        publish(session, version, actor=EDITOR, now=clock())
        row = LearnedQuery(
            item_id=version.item_id,
            text=SAID,
            state=LearnedState.ACTIVE.value,
            uses=4,
            learned_at=clock(),
            changed_at=clock(),
        )
        session.add(row)
    return row


def active(database: Database, row: LearnedQuery) -> list[str]:
    with database.reading() as session:
        return learning.active_texts(session, [row.item_id]).get(row.item_id, [])


def test_the_unit_sees_it_takes_it_out_and_takes_it_back(
    clerk: Portal, database: Database, row: LearnedQuery
) -> None:
    page = clerk.get(f"/units/entries/{row.item_id}").text
    assert "来电常用说法" in page
    assert SAID in page
    assert "近一年 4 通" in page
    address = f"/units/entries/{row.item_id}/learned/{row.id}"
    assert clerk.post(f"{address}/remove").status_code == 302
    assert active(database, row) == []
    assert "已去掉" in clerk.get(f"/units/entries/{row.item_id}").text
    assert clerk.post(f"{address}/restore").status_code == 302
    with database.reading() as session:
        again = session.get_one(LearnedQuery, row.id)
    # Nothing was adopted in this test, so it waits until callers ask so again.
    assert again.state == LearnedState.WAITING


def test_another_unit_neither_sees_nor_removes_it(
    enter: Enter, database: Database, other_unit: Unit, row: LearnedQuery
) -> None:
    stranger = enter(Role.UNIT_REVIEWER, unit_id=other_unit.id)
    assert SAID not in stranger.get(f"/units/entries/{row.item_id}").text
    answer = stranger.post(f"/units/entries/{row.item_id}/learned/{row.id}/remove")
    assert answer.status_code == 403
    assert active(database, row) == [SAID]


def test_one_that_is_not_there_is_404(clerk: Portal, row: LearnedQuery) -> None:
    assert clerk.post(f"/units/entries/{row.item_id}/learned/987654/remove").status_code == 404
