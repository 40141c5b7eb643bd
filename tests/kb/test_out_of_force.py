"""What is not in force is found by nobody by default, from the very second on."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from kb.db import Database
from kb.models import KnowledgeItem, Unit
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.queries import public
from kb.services.entries import PlannedLink
from kb.services.questions import Question
from kb.services.search import SearchService
from kb.services.withdrawing import withdraw
from kb.terms import LinkKind
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_outbox import TODAY, publish_entry

TITLE = "校车停靠点怎么申请增设"


@pytest.fixture
def service(any_database: Database, indexes: Indexes) -> Iterator[SearchService]:
    yield SearchService(indexes, any_database)


def doors(database: Database, service: SearchService, day: date) -> dict[str, list[int]]:
    """What each way of looking gives on a day, by default."""
    with database.reading() as session:
        asked = Question("校车停靠点", day)
        return {
            "staff": [one.item.id for one in service.find(session, asked, EDITOR).found],
            "public": [one.item.id for one in service.find(session, asked, None).found],
            "category": [item.id for item in public.entries_in(session, "教育", day, 1).items],
        }


@pytest.mark.parametrize("kind", ["withdrawn", "superseded", "repealed"])
def test_what_is_ended_is_gone_before_the_index_has_heard_of_it(
    any_database: Database, unit: Unit, indexes: Indexes, service: SearchService, kind: str
) -> None:
    old = publish_entry(any_database, unit, TITLE, category="教育/校车")
    drain_all(any_database, indexes)
    assert doors(any_database, service, TODAY) == {
        "staff": [old],
        "public": [old],
        "category": [old],
    }
    if kind == "withdrawn":
        with any_database.unit_of_work() as session:
            item = session.get_one(KnowledgeItem, old)
            withdraw(session, item, actor=EDITOR, now=NOW, reason="线路取消")
    else:
        link = LinkKind.SUPERSEDES if kind == "superseded" else LinkKind.REPEALS
        publish_entry(any_database, unit, "城乡班线新办法", links=(PlannedLink(link, old, TODAY),))
    for found in doors(any_database, service, TODAY).values():
        assert old not in found
    drain_all(any_database, indexes)
    for found in doors(any_database, service, TODAY).values():
        assert old not in found
    # What held the day before can still be asked for, unless it was taken down.
    before = doors(any_database, service, TODAY - timedelta(days=1))["staff"]
    assert before == ([] if kind == "withdrawn" else [old])


def test_the_last_day_ends_at_midnight_without_any_job(
    any_database: Database, unit: Unit, indexes: Indexes, service: SearchService
) -> None:
    entry = publish_entry(any_database, unit, TITLE, category="教育/校车", valid_until=TODAY)
    drain_all(any_database, indexes)
    assert doors(any_database, service, TODAY)["staff"] == [entry]
    assert doors(any_database, service, TODAY + timedelta(days=1)) == {
        "staff": [],
        "public": [],
        "category": [],
    }
