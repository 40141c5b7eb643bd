"""覆盖情况 on the page, in its files, and behind its figures."""

import csv
import io
from datetime import timedelta

from python_calamine import CalamineWorkbook

from kb.clock import local_day
from kb.db import Database
from kb.models import KnowledgeVersion, Unit
from kb.terms import Role
from tests.web.conftest import ManualClock
from tests.web.unit_portal.conftest import Enter, Portal

YEAR = "from=2026-01-01&to=2026-12-31"


def publish_back_then(database: Database, clock: ManualClock) -> None:
    """What ``add`` put there counts as published 90 days ago."""
    with database.unit_of_work() as session:
        for version in session.query(KnowledgeVersion):
            version.published_at = clock() - timedelta(days=90)


def test_a_supervisor_sees_all_units_and_a_unit_its_own(
    enter: Enter, clerk: Portal, other_unit: Unit
):
    supervisor = enter(Role.SUPERVISOR)
    page = supervisor.get("/units/coverage").text
    assert "澜川市教育局" in page
    assert "澜川水务集团" in page
    assert "从未推送" in page
    mine = clerk.get("/units/coverage").text
    assert "澜川水务集团" not in mine.split("<main", 1)[1]
    assert enter(Role.AGENT).get("/units/coverage").status_code == 403


def test_figures_open_the_entries_they_count(
    editor: Portal, clerk: Portal, add, database: Database, clock: ManualClock, unit: Unit
):
    today = local_day(clock())
    add("还没处理的", kind="qa", review_on=today - timedelta(days=3))
    add("现行的", kind="qa")
    publish_back_then(database, clock)
    page = editor.get(f"/units/coverage?{YEAR}").text
    assert "0.00%" in page
    assert "没按时 1" in page
    late = editor.get(f"/units/coverage/entries?unit={unit.id}&figure=late&{YEAR}").text
    assert "还没处理的" in late
    assert "还没有处理" in late
    assert "现行的" not in late
    held = clerk.get(f"/units/coverage/entries?unit={unit.id}&figure=in_force").text
    assert "现行的" in held
    assert clerk.get(f"/units/coverage/entries?unit={unit.id}&figure=none").status_code == 404
    assert clerk.get("/units/coverage/entries?unit=99&figure=late").status_code == 404


def test_a_unit_does_not_open_the_entries_of_another(clerk: Portal, add, other_unit: Unit):
    add("水务的", unit_id=other_unit.id)
    answer = clerk.get(f"/units/coverage/entries?unit={other_unit.id}&figure=in_force")
    assert answer.status_code == 404


def test_columns_sort_both_ways(editor: Portal, add, other_unit: Unit):
    add("水务的", unit_id=other_unit.id)

    def order(query: str) -> bool:
        table = editor.get(f"/units/coverage?{query}").text.split("<tbody>", 1)[1]
        return table.index("澜川水务集团") < table.index("澜川市教育局")

    assert order("sort=in_force")
    assert not order("sort=in_force&turned=1")
    assert not order("sort=silent")
    assert editor.get("/units/coverage?sort=x&from=y&to=z").status_code == 200


def test_the_files_hold_the_same_table(editor: Portal, add, database: Database, unit: Unit):
    with database.unit_of_work() as session:
        session.get_one(Unit, unit.id).name = "=澜川市教育局"
    add("现行的")
    answer = editor.get("/units/coverage.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=coverage-2026-05")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][:2] == ["单位", "现行有效（条）"]
    assert rows[1][:4] == ["'=澜川市教育局", "1", "0", "2026-05-07"]
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(editor.get("/units/coverage.xlsx").data)
    ).get_sheet_by_index(0)
    table = sheet.to_python()
    assert sheet.name == "覆盖情况 2026-05-01 至 2026-05-07"
    assert table[0][0] == "单位"
    assert table[1][:3] == ["'=澜川市教育局", 1.0, 0.0]
    assert editor.get("/units/coverage.pdf").status_code == 404
