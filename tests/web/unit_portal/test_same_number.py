"""One 文号 is in force once, unless a person said why two documents have it."""

from datetime import timedelta

import pytest

from kb.actor import Actor
from kb.db import Database
from kb.errors import InvalidInput
from kb.models import ItemEvent, KnowledgeVersion
from kb.services import publishing, scheduling
from kb.terms import Role, VersionState
from tests.kb.conftest import NOW
from tests.web.unit_portal.conftest import NOTICE, Portal, form_of, version_of
from tests.web.unit_portal.test_review import decide, publish, submit

ASKED = "库中已有文号 澜教规〔2026〕4号 的条目"
CHANGED = NOTICE.replace("6月10日", "6月20日")
REASON = "旧件的文号登记错了"
EDITOR = Actor(0, "知识管理员", None, frozenset({Role.EDITOR}))
People = tuple[Portal, Portal, Portal]


@pytest.fixture
def people(clerk: Portal, reviewer: Portal, editor: Portal) -> People:
    return clerk, reviewer, editor


def test_a_draft_with_a_number_in_force_is_handed_in_only_when_answered(
    people: People, database: Database
) -> None:
    clerk, reviewer, editor = people
    old = publish(*people, database, clerk.push_draft())
    draft = version_of(database, clerk.push_draft(CHANGED, "修订.txt"))
    path = f"/units/versions/{draft.id}"
    for portal, action in ((clerk, "submit"), (editor, "publish")):
        refused = portal.post(path, **form_of(draft, action=action))
        assert (refused.status_code, "请先存为草稿" in refused.text) == (422, True)
    unanswered = clerk.post(f"{path}/same-number", item=old.item_id, choice="different", reason=" ")
    assert unanswered.status_code == 422
    assert "请写明为什么文号相同却是不同文件" in unanswered.text
    clerk.post(f"{path}/same-number", item=old.item_id, choice="different", reason=REASON)
    submit(clerk, database, draft.id)
    said = f"文号同为澜教规〔2026〕4号，与 #{old.item_id}《{old.title}》是不同文件：{REASON}"
    for portal in (reviewer, editor):
        assert said in portal.get(path).text
        assert decide(portal, database, draft.id, "approve").status_code == 302
    with database.reading() as session:
        found = session.get_one(KnowledgeVersion, draft.id)
        assert found.state == VersionState.PUBLISHED
        step = session.query(ItemEvent).filter_by(version_id=draft.id, kind="number_apart").one()
        assert step.comment == said
        # What was answered once is answered for both, whichever has the next version.
        old_again = session.get_one(KnowledgeVersion, old.id)
        publishing.require_told_apart(session, old_again)


def test_what_was_handed_in_unasked_is_answered_by_who_reviews_it(
    people: People, database: Database
) -> None:
    clerk, _, editor = people
    first, second = clerk.push_draft(), clerk.push_draft(CHANGED, "修订.txt")
    for draft in (first, second):  # neither is in force yet
        submit(clerk, database, draft)
    with database.unit_of_work() as session:
        for draft in (first, second):
            found = session.get_one(KnowledgeVersion, draft)
            found.state = VersionState.CENTRE_REVIEW.value
    assert decide(editor, database, first, "approve").status_code == 302
    refused = decide(editor, database, second, "approve")
    assert (refused.status_code, ASKED in refused.text) == (422, True)
    path = f"/units/versions/{second}"
    assert ASKED in editor.get(path).text
    item_id = version_of(database, first).item_id
    form = {"item": item_id, "choice": "different", "reason": REASON}
    assert editor.post(f"{path}/same-number", **form).status_code == 302
    assert decide(editor, database, second, "approve").status_code == 302
    assert version_of(database, second).state == VersionState.PUBLISHED


def test_a_plan_for_later_is_refused_too(people: People, database: Database) -> None:
    clerk, _, _ = people
    publish(*people, database, clerk.push_draft())
    draft = clerk.push_draft(CHANGED, "修订.txt")
    with database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, draft)
        found.state = VersionState.CENTRE_REVIEW.value
        with pytest.raises(InvalidInput, match="库中已有文号"):
            scheduling.plan(session, found, NOW + timedelta(days=1), actor=EDITOR, now=NOW)


def test_another_number_and_the_next_version_of_the_entry_ask_nothing(
    people: People, database: Database
) -> None:
    clerk, _, _ = people
    old = publish(*people, database, clerk.push_draft())
    publish(*people, database, clerk.push_draft(CHANGED.replace("4号", "5号"), "五号.txt"))
    answer = clerk.post(f"/units/entries/{old.item_id}/versions")
    following = int(answer.location.rsplit("/", 1)[1])
    submit(clerk, database, following)
    assert version_of(database, following).state == VersionState.UNIT_REVIEW


def test_replacing_the_older_one_is_an_answer(people: People, database: Database) -> None:
    clerk, _, _ = people
    old = publish(*people, database, clerk.push_draft())
    draft = clerk.push_draft(CHANGED, "修订.txt")
    clerk.post(f"/units/versions/{draft}/same-number", item=old.item_id, choice="supersede")
    publish(*people, database, draft)
    with database.reading() as session:
        assert session.get_one(KnowledgeVersion, old.id).item.state == "superseded"


def test_an_entry_comes_back_beside_its_number_only_with_a_reason(
    people: People, database: Database
) -> None:
    clerk, _, editor = people
    old = publish(*people, database, clerk.push_draft())
    path = f"/units/entries/{old.item_id}"
    editor.post(f"{path}/withdraw", reason="文号登记错了")
    other = publish(*people, database, clerk.push_draft(CHANGED, "修订.txt"))
    page = editor.get(path).text
    assert "文号 澜教规〔2026〕4号 现在另有一条" in page
    assert f'href="/units/entries/{other.item_id}"' in page
    refused = editor.post(f"{path}/restore", apart=" ")
    assert (refused.status_code, "请写明为什么文号相同却是不同文件" in refused.text) == (422, True)
    with database.reading() as session:
        assert session.get_one(KnowledgeVersion, old.id).item.state == "withdrawn"
    assert editor.post(f"{path}/restore", apart=REASON).status_code == 302
    with database.reading() as session:
        assert session.get_one(KnowledgeVersion, old.id).item.state == "published"
        step = session.query(ItemEvent).filter_by(version_id=old.id, kind="number_apart").one()
        assert step.comment.endswith(f"是不同文件：{REASON}")


def test_an_entry_whose_number_nobody_else_has_comes_back_unasked(
    people: People, database: Database
) -> None:
    clerk, _, editor = people
    old = publish(*people, database, clerk.push_draft())
    path = f"/units/entries/{old.item_id}"
    editor.post(f"{path}/withdraw", reason="核对")
    assert "现在另有一条" not in editor.get(path).text
    assert editor.post(f"{path}/restore").status_code == 302
