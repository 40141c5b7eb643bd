"""A card that lies open while something else is published: the desk is told, and of what."""

from kb.clock import local_day
from kb.db import Database
from kb.models import KnowledgeItem
from kb.services import entries, publishing
from kb.services.withdrawing import withdraw
from kb.terms import KnowledgeKind, LinkKind
from tests.web.agent_desk.conftest import EDITOR, WAITING, Desk, Library
from tests.web.conftest import ManualClock


def replace_insurance(database: Database, library: Library, clock: ManualClock) -> int:
    """Publish an entry that takes the place of the insurance one today; its id."""
    today = local_day(clock())
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, library.insurance)
        content = entries.Content(
            kind=KnowledgeKind.QA,
            title="断保补缴新办法",
            valid_from=today,
            facts={"conclusion": "补缴后等待一个月。"},
            links=(entries.PlannedLink(LinkKind.SUPERSEDES, item.id, today),),
        )
        version = entries.create_entry(
            session, unit=item.unit, content=content, actor=EDITOR, now=clock()
        )
        publishing.publish(session, version, actor=EDITOR, now=clock())
        return version.item_id


def test_what_was_replaced_meanwhile_names_its_successor(
    desk: Desk, library: Library, database: Database, clock: ManualClock
):
    form = desk.adoption_form(WAITING)
    state = f"/desk/state?item_id={form['item_id']}&version={form['version']}"
    assert desk.client.get(state).get_json()["shown"]["holds"] is True
    newer = replace_insurance(database, library, clock)
    answer = desk.post("/desk/adopt", **form)
    assert answer.status_code == 409
    assert "现在的是《断保补缴新办法》" in answer.get_json()["error"]["message"]
    shown = desk.client.get(state).get_json()["shown"]
    assert (shown["holds"], shown["label"]) == (False, "已被替代")
    assert shown["successor"]["item_id"] == newer
    assert f'href="/desk/entry/{newer}"' in shown["fragments"]["note"]


def test_the_open_card_learns_of_a_new_version_and_of_a_withdrawal(
    desk: Desk, library: Library, database: Database, clock: ManualClock
):
    state = f"/desk/state?item_id={library.insurance}&version=1"
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, library.insurance)
        content = publishing.content_of(item.versions[0])
        version = entries.create_version(session, item, content=content, actor=EDITOR, now=clock())
        publishing.publish(session, version, actor=EDITOR, now=clock())
    shown = desk.client.get(state).get_json()["shown"]
    assert shown["label"] == "有新版本"
    assert shown["sentence"] == "这个条目刚更新到第 2 版，卡上是第 1 版"
    assert shown["successor"]["title"] == "断保补缴后的待遇等待期（第 2 版）"
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, library.insurance)
        withdraw(session, item, actor=EDITOR, now=clock(), reason="有误")
    shown = desk.client.get(state).get_json()["shown"]
    assert (shown["holds"], shown["successor"]) == (False, {})
    assert desk.client.get("/desk/state?item_id=x&version=1").status_code == 422
