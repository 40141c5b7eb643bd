"""Links to older documents and contacts that were read in a draft's original."""

import pytest

from kb.db import Database
from kb.models import KnowledgeItem, KnowledgeVersion, Unit
from kb.services.entries import Content, create_entry
from kb.services.publishing import publish
from kb.terms import ItemState, KnowledgeKind, Role
from tests.kb.conftest import EDITOR, NOW
from tests.web.unit_portal.conftest import Enter, Portal

TEXT = """澜教规〔2026〕9号

澜川市教育局关于印发《澜川市入学报名办法》的通知

各区县教育局：

现将《澜川市入学报名办法》印发给你们，请遵照执行。

咨询电话：澜川市教育局基础教育科 0999-2345678。

本通知自2026年6月1日起施行，有效期5年。《旧报名办法》（澜教规〔2020〕3号）同时废止。

（此件依申请公开）

澜川市教育局
2026年5月6日
"""
LINK = "这份文件要废止、修改、替代的文件"


@pytest.fixture
def old(database: Database, unit: Unit) -> KnowledgeVersion:
    with database.unit_of_work() as session:
        version = create_entry(
            session,
            unit=unit,
            content=Content(
                kind=KnowledgeKind.POLICY,
                title="旧报名办法",
                body="第一条 旧的。\n",
                document_number="澜教规[2020]3号",
            ),
            actor=EDITOR,
            now=NOW,
        )
        return publish(session, version, actor=EDITOR, now=NOW)


def _answer(portal: Portal, version: int, link: int, database: Database, **form: object):
    with database.reading() as session:
        rev = session.get_one(KnowledgeVersion, version).rev
    return portal.post(f"/units/versions/{version}/found/{link}", rev=rev, **form)


def _save(portal: Portal, version: int, database: Database, **form: object):
    with database.reading() as session:
        found = session.get_one(KnowledgeVersion, version)
        known = {
            "rev": found.rev,
            "title": found.title,
            "document_number": found.document_number,
            "kind": found.kind,
            "audience": found.audience,
            "body": found.body,
            "valid_from": str(found.valid_from),
        }
        planned = found.planned_links
    known["link_item"] = [row["item_id"] for row in planned]
    known["link_kind"] = [row["kind"] for row in planned]
    known["link_on"] = [row["effective_on"] or "" for row in planned]
    return portal.post(f"/units/versions/{version}", **(known | form))


def test_the_draft_page_shows_what_was_read(clerk: Portal, old: KnowledgeVersion) -> None:
    version = clerk.push_draft(TEXT)
    page = clerk.get(f"/units/versions/{version}").text
    assert LINK in page
    assert "《旧报名办法》" in page
    assert "文号相同" in page
    assert f"/units/entries/{old.item_id}" in page
    assert "0999-2345678" in page
    assert "澜川市教育局基础教育科" in page
    assert "（依申请公开）" in page


def test_a_document_that_is_not_for_the_public_begins_as_internal(
    clerk: Portal, database: Database
) -> None:
    version = clerk.push_draft(TEXT)
    with database.reading() as session:
        assert session.get_one(KnowledgeVersion, version).audience == "internal"


def test_confirming_on_the_page_and_publishing_ends_the_old_one(
    clerk: Portal, editor: Portal, database: Database, old: KnowledgeVersion
) -> None:
    version = clerk.push_draft(TEXT)
    answer = _answer(clerk, version, 1, database, choice="confirm", item=old.item_id)
    assert answer.status_code == 302
    page = clerk.get(f"/units/versions/{version}").text
    assert "已确认；发布这一版时" in page
    assert "重新核对" in page
    assert _save(editor, version, database, action="publish").status_code == 302
    with database.reading() as session:
        item = session.get_one(KnowledgeItem, old.item_id)
        assert (item.state, str(item.ended_on)) == (ItemState.REPEALED, "2026-05-31")


def test_an_unsettled_link_stops_handing_in_until_the_person_says_so(
    clerk: Portal, database: Database, old: KnowledgeVersion
) -> None:
    version = clerk.push_draft(TEXT)
    refused = _save(clerk, version, database, action="submit", title="改过的标题")
    assert refused.status_code == 422
    assert "还有 1 处与旧件的关系没有核对" in refused.text
    assert "改过的标题" in refused.text
    taken = _save(clerk, version, database, action="submit", links_unsettled="yes")
    assert taken.status_code == 302
    with database.reading() as session:
        assert session.get_one(KnowledgeVersion, version).state == "unit_review"


def test_another_entry_can_be_named_and_a_wrong_name_is_told(
    clerk: Portal, database: Database, old: KnowledgeVersion
) -> None:
    version = clerk.push_draft(TEXT)
    wrong = _answer(clerk, version, 1, database, choice="other", other="没有这个")
    assert (wrong.status_code, "没有找到" in wrong.text) == (422, True)
    empty = _answer(clerk, version, 1, database, choice="other", other=" ")
    assert empty.status_code == 422
    named = _answer(clerk, version, 1, database, choice="other", other=f"#{old.item_id} 旧")
    assert named.status_code == 302
    taken_back = _answer(clerk, version, 1, database, choice="reopen")
    assert taken_back.status_code == 302
    with database.reading() as session:
        assert session.get_one(KnowledgeVersion, version).planned_links == []


def test_a_stale_page_and_a_strangers_hand_decide_nothing(
    clerk: Portal, enter: Enter, other_unit: Unit, database: Database, old: KnowledgeVersion
) -> None:
    version = clerk.push_draft(TEXT)
    path = f"/units/versions/{version}/found/1"
    stale = clerk.post(path, rev=999, choice="confirm", item=old.item_id)
    assert stale.status_code == 409
    stranger = enter(Role.UNIT_CLERK, unit_id=other_unit.id)
    assert _answer(stranger, version, 1, database, choice="reject").status_code == 404
    assert _answer(clerk, version, 99, database, choice="reject").status_code == 404
    assert _answer(clerk, version, 1, database, choice="").status_code == 422


def test_a_phone_becomes_a_contact_draft_once(
    clerk: Portal, enter: Enter, other_unit: Unit, database: Database
) -> None:
    version = clerk.push_draft(TEXT)
    path = f"/units/versions/{version}/contacts"
    assert clerk.post(path, place=0).status_code == 302
    page = clerk.get(f"/units/versions/{version}").text
    assert "已有：" in page
    assert "澜川市教育局基础教育科联系电话" in page
    with database.reading() as session:
        made = session.get_one(KnowledgeVersion, version + 1)
        assert (made.kind, made.facts["phone"]) == ("contact", "0999-2345678")
        assert "澜教规〔2026〕9号" in made.body
        assert made.state == "draft"
    assert clerk.post(path, place=0).status_code == 409
    assert clerk.post(path, place=7).status_code == 404
    stranger = enter(Role.UNIT_CLERK, unit_id=other_unit.id)
    assert stranger.post(path, place=0).status_code == 404
