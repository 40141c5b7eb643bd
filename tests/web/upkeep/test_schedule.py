"""定时发布 from the review page: planned, seen in the lists, taken back."""

from kb.db import Database
from kb.models import KnowledgeVersion
from kb.services.scheduling import publish_planned, waiting_plan
from tests.web.conftest import ManualClock
from tests.web.unit_portal.conftest import Portal, version_of


def in_centre_review(clerk: Portal, reviewer: Portal, database: Database) -> KnowledgeVersion:
    version_id = clerk.push_draft()
    with database.unit_of_work() as session:
        session.get_one(KnowledgeVersion, version_id).state = "centre_review"
    return version_of(database, version_id)


def test_a_version_is_planned_published_at_its_time_and_seen_on_the_way(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database, clock: ManualClock
):
    version = in_centre_review(clerk, reviewer, database)
    address = f"/units/versions/{version.id}"
    assert "通过并定时发布" in editor.get(address).text
    assert "通过并定时发布" not in clerk.get(address).text
    form = {"rev": version.rev, "publish_at": "2026-05-08T09:00"}
    answer = editor.post(f"{address}/schedule", **form)
    assert (answer.status_code, answer.location) == (302, address)
    page = editor.get(address).text
    assert "待定时发布" in page
    assert "取消定时发布" in page
    assert "取消定时发布" not in clerk.get(address).text
    assert "等待定时发布" in clerk.get("/units").text
    with database.reading() as session:
        planned = waiting_plan(session, version.id)
        assert planned is not None
    clock.forward(days=1)
    publish_planned(database, planned.id, clock())
    assert version_of(database, version.id).state == "published"
    assert "等待定时发布" not in clerk.get("/units").text


def test_a_plan_is_taken_back(clerk: Portal, reviewer: Portal, editor: Portal, database: Database):
    version = in_centre_review(clerk, reviewer, database)
    address = f"/units/versions/{version.id}"
    editor.post(f"{address}/schedule", rev=version.rev, publish_at="2026-05-08T09:00")
    assert clerk.post(f"{address}/unschedule").status_code == 403
    assert editor.post(f"{address}/unschedule").status_code == 302
    assert version_of(database, version.id).state == "centre_review"
    assert editor.post(f"{address}/unschedule").status_code == 409


def test_a_time_that_is_past_missing_or_of_a_stale_page_is_refused(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database
):
    version = in_centre_review(clerk, reviewer, database)
    address = f"/units/versions/{version.id}/schedule"
    for moment in ("2026-05-07T10:00", "", "soon"):
        answer = editor.post(address, rev=version.rev, publish_at=moment)
        assert answer.status_code == 422
        assert "定时发布" in answer.text
        assert 'role="alert"' in answer.text
    answer = editor.post(address, rev=version.rev + 1, publish_at="2026-05-08T09:00")
    assert answer.status_code == 409
    assert version_of(database, version.id).state == "centre_review"
