"""An entry's page: who sees what, the chain, withdrawing and putting back."""

from datetime import date

from sqlalchemy import select

from kb.db import Database
from kb.models import (
    AuditRecord,
    IndexJob,
    ItemEvent,
    ItemLink,
    KnowledgeItem,
    KnowledgeVersion,
    Unit,
)
from kb.services.chains import apply_links
from kb.terms import Role
from tests.kb.conftest import EDITOR, NOW
from tests.web.unit_portal.conftest import NOTICE, Enter, Portal, form_of, version_of
from tests.web.unit_portal.test_review import decide, publish, submit


def _item(database: Database, item_id: int) -> KnowledgeItem:
    with database.reading() as session:
        return session.get_one(KnowledgeItem, item_id)


def test_publishing_a_successor_ends_the_old_entry_in_the_same_transaction(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database
):
    old = publish(clerk, reviewer, editor, database, clerk.push_draft())
    draft_id = clerk.push_draft(NOTICE.replace("2026〕4号", "2026〕9号"), "新.txt")
    draft = version_of(database, draft_id)
    form = form_of(draft, link_new=f"#{old.item_id}", link_new_kind="supersedes")
    clerk.post(f"/units/versions/{draft_id}", **form | {"link_new_on": "2026-06-01"})
    submitted = version_of(database, draft_id)
    links = {"link_item": old.item_id, "link_kind": "supersedes", "link_on": "2026-06-01"}
    clerk.post(f"/units/versions/{draft_id}", **form_of(submitted, action="submit", **links))
    decide(reviewer, database, draft_id, "approve")
    assert _item(database, old.item_id).state == "published"
    assert "替代《" in editor.get(f"/units/versions/{draft_id}").text
    decide(editor, database, draft_id, "approve")
    ended = _item(database, old.item_id)
    assert (ended.state, ended.ended_on) == ("superseded", date(2026, 5, 31))
    page = clerk.get(f"/units/entries/{old.item_id}").text
    assert "被替代" in page
    assert f"/units/entries/{draft.item_id}" in page
    # 05-07 today: the old entry holds until its successor begins, and says so.
    assert "还剩" in clerk.get("/units").text


def test_an_editor_takes_a_wrong_repeal_back(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database
):
    old = publish(clerk, reviewer, editor, database, clerk.push_draft())
    other = NOTICE.replace("2026〕4号", "2026〕9号")
    new = publish(clerk, reviewer, editor, database, clerk.push_draft(other, "新.txt"))
    with database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, new.id)
        version.planned_links = [
            {"kind": "repeals", "item_id": old.item_id, "effective_on": "2026-05-01"}
        ]
        apply_links(session, version, EDITOR, NOW)
        link_id = session.scalars(select(ItemLink.id)).one()
    path = f"/units/entries/{new.item_id}/links/{link_id}/undo"
    assert _item(database, old.item_id).state == "repealed"
    assert "撤销关系" not in clerk.get(f"/units/entries/{new.item_id}").text
    assert "撤销关系" in editor.get(f"/units/entries/{old.item_id}").text
    assert clerk.post(path, reason="认错了文件").status_code == 403
    assert editor.post(path, reason=" ").status_code == 422
    assert editor.post(path, reason="认错了文件").status_code == 302
    back = _item(database, old.item_id)
    assert (back.state, back.ended_on) == ("published", None)
    with database.reading() as session:
        assert session.scalars(select(ItemLink)).all() == []
        told = session.scalars(select(ItemEvent.comment).where(ItemEvent.kind == "unlinked"))
        assert all(comment.endswith("：认错了文件") for comment in told)
        acts = session.scalars(select(AuditRecord.action)).all()
        assert "knowledge.unlink" in acts
    assert editor.post(path, reason="再来").status_code == 404


def test_withdrawing_needs_a_reason_leaves_an_index_job_and_can_be_undone(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database
):
    version = publish(clerk, reviewer, editor, database, clerk.push_draft())
    path = f"/units/entries/{version.item_id}"
    assert reviewer.post(f"{path}/withdraw", reason=" ").status_code == 422
    with database.unit_of_work() as session:
        session.query(IndexJob).delete()
    assert reviewer.post(f"{path}/withdraw", reason="数字有误").status_code == 302
    with database.reading() as session:
        jobs = {(job.target, job.object_id) for job in session.scalars(select(IndexJob))}
    assert jobs == {("public", version.item_id), ("staff", version.item_id)}
    assert _item(database, version.item_id).state == "withdrawn"
    page = clerk.get(path).text
    assert "数字有误" in page
    assert "已下架" in page
    assert reviewer.post(f"{path}/restore").status_code == 302
    assert _item(database, version.item_id).state == "published"


def test_a_clerk_cannot_withdraw(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database
):
    version = publish(clerk, reviewer, editor, database, clerk.push_draft())
    answer = clerk.post(f"/units/entries/{version.item_id}/withdraw", reason="想下架")
    assert answer.status_code == 403
    assert _item(database, version.item_id).state == "published"


def test_another_unit_reads_the_public_text_but_no_history_and_no_original(
    clerk: Portal,
    reviewer: Portal,
    editor: Portal,
    enter: Enter,
    other_unit: Unit,
    database: Database,
):
    version_id = clerk.push_draft()
    submit(clerk, database, version_id)
    decide(reviewer, database, version_id, "return", "内部意见")
    version = publish(clerk, reviewer, editor, database, version_id)
    stranger = enter(Role.UNIT_REVIEWER, Role.UNIT_CLERK, unit_id=other_unit.id)
    page = stranger.get(f"/units/entries/{version.item_id}").text
    assert "2026年5月20日至6月10日。" in page
    assert "内部意见" not in page
    assert "/units/files/" not in page
    assert "新建一版" not in page
    path = f"/units/entries/{version.item_id}"
    assert stranger.post(f"{path}/versions").status_code == 403
    assert stranger.post(f"{path}/withdraw", reason="抢先").status_code == 403
    assert stranger.get(f"/units/versions/{version.id}").status_code == 404


def test_an_internal_entry_does_not_exist_for_another_unit(
    clerk: Portal,
    reviewer: Portal,
    editor: Portal,
    enter: Enter,
    other_unit: Unit,
    database: Database,
):
    version_id = clerk.push_draft(audience="internal")
    version = publish(clerk, reviewer, editor, database, version_id)
    stranger = enter(Role.UNIT_CLERK, unit_id=other_unit.id)
    assert stranger.get(f"/units/entries/{version.item_id}").status_code == 404
    assert "内部" in clerk.get(f"/units/entries/{version.item_id}").text


def test_one_next_version_at_a_time(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database
):
    version = publish(clerk, reviewer, editor, database, clerk.push_draft())
    path = f"/units/entries/{version.item_id}/versions"
    assert clerk.post(path).status_code == 302
    assert clerk.post(path).status_code == 409


def test_a_new_file_becomes_the_next_version(
    clerk: Portal, reviewer: Portal, editor: Portal, database: Database
):
    version = publish(clerk, reviewer, editor, database, clerk.push_draft())
    text = NOTICE.replace("6月10日", "6月30日")
    answer = clerk.push(text.encode(), "第二版.txt", item=str(version.item_id))
    second = version_of(database, int(answer.location.rsplit("/", 1)[1]))
    assert (second.item_id, second.number) == (version.item_id, 2)
    assert version_of(database, version.id).state == "published"


def test_an_entry_that_is_not_there_is_404(clerk: Portal):
    for path in ("entries/4711", "versions/4711", "files/4711"):
        assert clerk.get(f"/units/{path}").status_code == 404
