"""The rows of the answers say what was ruled, not only the opened card."""

from kb.db import Database
from kb.models import Conflict, ConflictStep, KnowledgeItem
from tests.web.agent_desk.conftest import WAITING, Desk, Library
from tests.web.conftest import ManualClock


def test_a_row_says_which_value_holds(
    desk: Desk, library: Library, database: Database, clock: ManualClock
) -> None:
    assert "口径已裁定" not in desk.search(WAITING)["fragments"]["hits"]
    with database.unit_of_work() as session:
        left, right = (
            session.get_one(KnowledgeItem, one) for one in (library.contact, library.insurance)
        )
        row = Conflict(
            attribute="等待期",
            state="agreed",
            ruling="mine",
            memory_key="k",
            found_at=clock(),
            left_item_id=left.id,
            left_version_id=left.current_version_id,
            left_ordinal=0,
            left_clause="等待六个月",
            left_value="六个月",
            left_start=2,
            right_item_id=right.id,
            right_version_id=right.current_version_id,
            right_ordinal=0,
            right_clause="等待三个月",
            right_value="三个月",
            right_start=2,
        )
        row.steps.append(ConflictStep(kind="ruled", at=clock()))
        session.add(row)
    page = desk.search(WAITING)["fragments"]["hits"]
    rows = [row for row in page.split("<li ") if "断保补缴后的待遇等待期" in row]
    assert ["口径已裁定：以六个月为准" in row for row in rows] == [True]
