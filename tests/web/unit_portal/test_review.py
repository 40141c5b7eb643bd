"""审核: clerk → reviewer → editor → published; a step that is somebody else's is refused."""

from sqlalchemy import select, update
from sqlalchemy.orm.exc import StaleDataError

from kb.db import Database
from kb.models import IndexJob, KnowledgeVersion, Unit
from kb.terms import Role
from tests.web.unit_portal.conftest import Enter, Portal, form_of, version_of
from webapp.errors import describe


def submit(clerk: Portal, database: Database, version_id: int) -> KnowledgeVersion:
    version = version_of(database, version_id)
    answer = clerk.post(f"/units/versions/{version_id}", **form_of(version, action="submit"))
    assert answer.status_code == 302, answer.text
    return version_of(database, version_id)


def decide(portal: Portal, database: Database, version_id: int, verb: str, comment: str = ""):
    rev = version_of(database, version_id).rev
    return portal.post(f"/units/versions/{version_id}/{verb}", rev=str(rev), comment=comment)


def publish(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database, version_id: int
) -> KnowledgeVersion:
    """Walk a draft to publication with three people."""
    submit(clerk, database, version_id)
    assert decide(reviewer, database, version_id, "approve").status_code == 302
    assert decide(editor, database, version_id, "approve").status_code == 302
    version = version_of(database, version_id)
    assert version.state == "published"
    return version


def _outbox(database: Database) -> set[tuple[str, int]]:
    with database.reading() as session:
        return {(job.target, job.object_id) for job in session.scalars(select(IndexJob))}


def test_the_full_path_ends_published_with_outbox_rows_for_both_targets(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database
):
    version_id = clerk.push_draft()
    with database.unit_of_work() as session:
        session.query(IndexJob).delete()
    submit(clerk, database, version_id)
    assert version_of(database, version_id).state == "unit_review"
    assert "入学报名" in reviewer.get("/units").text
    decide(reviewer, database, version_id, "approve")
    assert version_of(database, version_id).state == "centre_review"
    answer = decide(editor, database, version_id, "approve", "口径准确")
    version = version_of(database, version_id)
    assert version.state == "published"
    assert version.item.current_version_id == version_id
    assert _outbox(database) == {("public", version.item_id), ("staff", version.item_id)}
    assert "已发布，可检索" in editor.get(answer.location).text
    steps = editor.get(f"/units/entries/{version.item_id}").text
    assert "口径准确" in steps


def test_a_clerk_can_neither_approve_nor_publish(clerk: Portal, database: Database):
    version_id = clerk.push_draft()
    submit(clerk, database, version_id)
    assert decide(clerk, database, version_id, "approve").status_code == 403
    assert decide(clerk, database, version_id, "return", "不行").status_code == 403
    assert version_of(database, version_id).state == "unit_review"
    assert 'data-key="Y"' not in clerk.get(f"/units/versions/{version_id}").text


def test_the_reviewer_of_another_unit_does_not_even_see_it(
    clerk: Portal, enter: Enter, other_unit: Unit, database: Database
):
    version_id = clerk.push_draft()
    submit(clerk, database, version_id)
    stranger = enter(Role.UNIT_REVIEWER, unit_id=other_unit.id)
    assert decide(stranger, database, version_id, "approve").status_code == 404
    assert version_of(database, version_id).state == "unit_review"


def test_the_units_reviewer_cannot_give_the_centres_approval(
    clerk: Portal, reviewer: Portal, database: Database
):
    version_id = clerk.push_draft()
    submit(clerk, database, version_id)
    decide(reviewer, database, version_id, "approve")
    assert decide(reviewer, database, version_id, "approve").status_code == 403
    assert version_of(database, version_id).state == "centre_review"


def test_a_trusted_unit_publishes_with_its_own_approval(
    clerk: Portal, reviewer: Portal, database: Database, unit: Unit
):
    with database.unit_of_work() as session:
        session.execute(update(Unit).where(Unit.id == unit.id).values(is_trusted=True))
    version_id = clerk.push_draft()
    submit(clerk, database, version_id)
    assert "通过并发布" in reviewer.get(f"/units/versions/{version_id}").text
    answer = decide(reviewer, database, version_id, "approve")
    assert version_of(database, version_id).state == "published"
    assert "已发布，可检索" in reviewer.get(answer.location).text


def test_whoever_may_only_return_is_told_who_decides(
    clerk: Portal, editor: Portal, reviewer: Portal, database: Database, unit: Unit
):
    version = submit(clerk, database, clerk.push_draft())
    said = f"由{unit.name}的审核人审核"
    assert said in editor.get(f"/units/versions/{version.id}").text
    assert said not in reviewer.get(f"/units/versions/{version.id}").text


def test_a_return_needs_a_reason_which_the_clerk_then_reads(
    clerk: Portal, reviewer: Portal, database: Database
):
    version_id = clerk.push_draft()
    submit(clerk, database, version_id)
    assert decide(reviewer, database, version_id, "return").status_code == 422
    assert version_of(database, version_id).state == "unit_review"
    decide(reviewer, database, version_id, "return", "报名时间请写明几点截止")
    assert version_of(database, version_id).state == "returned"
    assert "报名时间请写明几点截止" in clerk.get("/units").text
    assert "报名时间请写明几点截止" in clerk.get(f"/units/versions/{version_id}").text


def test_a_decision_on_a_text_that_changed_meanwhile_is_refused(
    clerk: Portal, reviewer: Portal, database: Database
):
    version_id = clerk.push_draft()
    seen = submit(clerk, database, version_id)
    decide(reviewer, database, version_id, "return", "改一下")
    returned = version_of(database, version_id)
    clerk.post(
        f"/units/versions/{version_id}", **form_of(returned, title="换了标题", action="submit")
    )
    answer = reviewer.post(f"/units/versions/{version_id}/approve", rev=str(seen.rev))
    assert answer.status_code == 409
    assert version_of(database, version_id).state == "unit_review"


def test_a_version_under_review_cannot_be_edited_and_what_was_typed_is_shown(
    clerk: Portal, database: Database
):
    version_id = clerk.push_draft()
    before = version_of(database, version_id)
    submit(clerk, database, version_id)
    answer = clerk.post(f"/units/versions/{version_id}", **form_of(before, body="来不及保存的话"))
    assert answer.status_code == 409
    assert "来不及保存的话" in answer.text
    assert version_of(database, version_id).body == before.body


def test_the_reviewer_sees_what_changed(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database
):
    first = publish(clerk, reviewer, editor, database, clerk.push_draft())
    answer = clerk.post(f"/units/entries/{first.item_id}/versions")
    second = version_of(database, int(answer.location.rsplit("/", 1)[1]))
    body = second.body.replace("6月10日", "6月20日")
    clerk.post(f"/units/versions/{second.id}", **form_of(second, body=body, action="submit"))
    page = reviewer.get(f"/units/versions/{second.id}").text
    assert "第 1 版 → 第 2 版" in page
    assert "至6月<del>10</del><ins>20</ins>日。" in page


def test_after_a_decision_the_next_one_opens_and_the_queue_ends_at_home(
    clerk: Portal, reviewer: Portal, database: Database, clock
):
    first = clerk.push_draft()
    submit(clerk, database, first)
    clock.forward(minutes=1)
    second = clerk.push_draft("停课通知\n\n明天停课一天。\n", "停课.txt")
    submit(clerk, database, second)
    assert reviewer.get("/units/review").location.endswith(f"/units/versions/{first}")
    page = reviewer.get(f"/units/versions/{first}").text
    assert f'href="/units/versions/{second}" data-key="J"' in page
    answer = decide(reviewer, database, first, "approve")
    assert answer.location.endswith(f"/units/versions/{second}")
    answer = decide(reviewer, database, second, "return", "写明原因")
    assert answer.location.endswith("/units")
    assert reviewer.get("/units/review").location.endswith("/units")


def test_two_decisions_in_one_moment_are_a_conflict_and_no_fault_of_the_system():
    # What PostgreSQL answers the second of two transactions that changed one row.
    problem = describe(StaleDataError())
    assert (problem.status, problem.code) == (409, "stale_version")
    assert "有人先处理了" in problem.message


def test_the_reviewer_reads_what_becomes_of_a_version_not_in_force_yet(
    clerk: Portal, editor: Portal, database: Database
) -> None:
    first = clerk.push_draft()
    editor.post(
        f"/units/versions/{first}", action="publish", **form_of(version_of(database, first))
    )
    item_id = version_of(database, first).item_id

    def next_draft(**changes: str) -> int:
        answer = clerk.post(f"/units/entries/{item_id}/versions")
        version_id = int(answer.location.rsplit("/", 1)[1])
        form = form_of(version_of(database, version_id), valid_until="", **changes)
        assert clerk.post(f"/units/versions/{version_id}", action="save", **form).status_code == 302
        return version_id

    second = next_draft(valid_from="2027-01-01", body="第一条 每学期 700 元。\n")
    form = form_of(version_of(database, second))
    editor.post(f"/units/versions/{second}", action="publish", **form)
    third = next_draft(valid_from="2027-07-01", body="第一条 每学期 800 元。\n")
    page = clerk.get(f"/units/versions/{third}").text
    assert "第 2 版自 2027-01-01 起施行，现在还没有施行" in page
    assert "第 2 版到 2027-06-30 为止" in page
    form = form_of(version_of(database, third), body="第一条 每学期 700 元。\n")
    clerk.post(f"/units/versions/{third}", action="save", **form)
    assert "发布后第 2 版不再施行" in clerk.get(f"/units/versions/{third}").text
