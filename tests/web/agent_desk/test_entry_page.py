"""原文 at the desk: marked passage, standing, versions, chain, original file."""

import io
import re
from datetime import date

from kb.actor import Actor
from kb.db import Database
from kb.models import KnowledgeItem, StoredFile
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.services import entries, publishing
from kb.terms import KnowledgeKind, LinkKind, Role
from tests.web.agent_desk.conftest import EDITOR, WAITING, Desk, Library
from tests.web.conftest import Login, ManualClock


def test_the_link_of_a_card_opens_the_marked_passage(desk: Desk):
    card = desk.search("待遇等待期 集中参保期")["cards"][0]
    address, _, anchor = card["original_url"].partition("#")
    page = desk.client.get(address).text
    assert f'id="{anchor}"' in page
    assert "is-marked" in page


def test_words_of_the_question_are_marked_in_the_passage_only(desk: Desk, library: Library):
    address = f"/desk/entry/{library.insurance}?passage=1&q=待遇等待期"
    page = desk.client.get(address).text
    assert "<mark>" in page
    assert page.count('class="passage is-marked"') == 1


def test_an_ended_entry_says_so_in_words(desk: Desk, library: Library):
    page = desk.client.get(f"/desk/entry/{library.expired}").text
    assert "已到期" in page
    assert "现在不能作为答复依据" in page


def test_desk_entry_page_and_public_page_say_no_more_of_its_days_than_is_known(
    desk: Desk, library: Library, database: Database, clock: ManualClock, indexes: Indexes
):
    with database.unit_of_work() as session:
        unit = session.get_one(KnowledgeItem, library.water).unit
        content = entries.Content(
            kind=KnowledgeKind.POLICY,
            title="渡船航线调整方案",
            issued_on=date(2024, 3, 1),
            body="第一条 渡船航线改停江北码头，每二十分钟一班。\n",
        )
        version = entries.create_entry(
            session, unit=unit, content=content, actor=EDITOR, now=clock()
        )
        item_id = publishing.publish(session, version, actor=EDITOR, now=clock()).item_id
    drain_all(database, indexes)
    said = ("自成文日期 2024-03-01 起适用", "未写明有效期")
    card = desk.client.get("/desk", query_string={"q": "渡船航线改停哪个码头"}).text
    assert "渡船航线调整方案" in card
    for piece in said:
        assert f'<span class="num">{piece}</span>' in card
    assert "长期" not in card
    for address in (f"/desk/entry/{item_id}", f"/entry/{item_id}"):
        assert "，".join(said) in desk.client.get(address).text, address


def test_an_internal_entry_is_badged(desk: Desk, library: Library):
    assert "内部，不得外传" in desk.client.get(f"/desk/entry/{library.internal}").text


def test_the_chain_links_both_ways(
    desk: Desk, library: Library, database: Database, clock: ManualClock
):
    with database.unit_of_work() as session:
        old = session.get_one(KnowledgeItem, library.expired)
        version = entries.create_entry(
            session,
            unit=old.unit,
            content=entries.Content(
                kind=KnowledgeKind.POLICY,
                title="新生儿救助办法",
                body="第一条 新生儿救助每户每年三千元。\n",
                valid_from=date(2026, 1, 1),
                links=(entries.PlannedLink(LinkKind.SUPERSEDES, old.id, date(2026, 1, 1)),),
            ),
            actor=EDITOR,
            now=clock(),
        )
        publishing.publish(session, version, actor=EDITOR, now=clock())
        newer = version.item_id
    assert "新生儿救助办法" in desk.client.get(f"/desk/entry/{library.expired}").text
    page = desk.client.get(f"/desk/entry/{newer}").text
    assert f'href="/desk/entry/{library.expired}"' in page
    assert "替代" in page
    then = desk.search("新生儿临时救助", as_of="2025-06-01")
    shown = next(card for card in then["cards"] if card["item_id"] == library.expired)
    assert (shown["successor"]["item_id"], shown["successor"]["title"]) == (newer, "新生儿救助办法")
    assert f'今天的是《<a href="/desk/entry/{newer}"' in then["fragments"]["cards"][0]


def test_an_earlier_version_is_shown_as_such(
    desk: Desk, library: Library, database: Database, clock: ManualClock
):
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, library.insurance)
        content = publishing.content_of(item.versions[0])
        version = entries.create_version(session, item, content=content, actor=EDITOR, now=clock())
        publishing.publish(session, version, actor=EDITOR, now=clock())
    page = desk.client.get(f"/desk/entry/{library.insurance}?version=1").text
    assert "这是第 1 版，不是现在的文本" in page
    assert desk.client.get(f"/desk/entry/{library.insurance}?version=9").status_code == 404


def test_the_original_is_downloaded_as_it_came_and_never_shown_as_a_page(
    desk: Desk, library: Library, database: Database, clock: ManualClock, app
):
    files = app.extensions["yingda"].files
    kept = files.keep(io.BytesIO("<script>原件</script>".encode()))
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, library.insurance)
        stored = StoredFile(
            sha256=kept.sha256,
            size_bytes=kept.size_bytes,
            name="通知 原件.html",
            unit_id=item.unit_id,
            uploaded_at=clock(),
        )
        session.add(stored)
        session.flush()
        item.versions[0].file_id = stored.id
    answer = desk.client.get(f"/desk/entry/{library.insurance}/original")
    assert answer.data.decode() == "<script>原件</script>"
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert desk.client.get(f"/desk/entry/{library.water}/original").status_code == 404


def test_uses_are_listed_where_the_figure_leads(desk: Desk, library: Library):
    desk.adopt()
    card = desk.search(WAITING)["cards"][0]
    assert card["use_count"] == 1
    page = desk.client.get(f"/desk/entry/{library.insurance}").text
    assert 'id="uses"' in page
    assert WAITING in page


def test_an_unknown_entry_and_people_of_other_rooms_are_turned_away(
    desk: Desk, library: Library, login_as: Login
):
    assert desk.client.get("/desk/entry/987654").status_code == 404
    clerk = login_as(Role.UNIT_CLERK)
    assert clerk.get(f"/desk/entry/{library.insurance}").status_code == 403


def test_an_unpublished_entry_has_no_page_here(
    desk: Desk, library: Library, database: Database, clock: ManualClock
):
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, library.insurance)
        writer = Actor(0, "经办", item.unit_id, frozenset({Role.EDITOR}))
        content = entries.Content(kind=KnowledgeKind.QA, title="草稿", body="还没有发布。")
        draft = entries.create_entry(
            session, unit=item.unit, content=content, actor=writer, now=clock()
        )
        draft_id = draft.item_id
    assert desk.client.get(f"/desk/entry/{draft_id}").status_code == 404


def test_the_card_of_a_text_file_leads_to_the_marked_place_of_the_original(
    desk: Desk, library: Library, database: Database, clock: ManualClock, app
):
    kept = app.extensions["yingda"].files.keep(io.BytesIO("救助办法".encode()))
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, library.expired)
        stored = StoredFile(
            sha256=kept.sha256,
            size_bytes=kept.size_bytes,
            name="救助办法.txt",
            unit_id=item.unit_id,
            uploaded_at=clock(),
        )
        session.add(stored)
        session.flush()
        item.versions[0].file_id = stored.id
    found = desk.search("新生儿临时救助", as_of="2025-06-01")
    card = next(card for card in found["cards"] if card["item_id"] == library.expired)
    assert card["page_url"].startswith(f"/originals/{stored.id}?version={card['version_id']}&")
    shown = desk.client.get(card["page_url"].partition("#")[0]).text
    marked = shown[shown.index('id="mark"') :]
    assert card["clause"]["text"][:8] in re.sub(
        "</?mark>", "", marked[: marked.index("</section>")]
    )
    with database.unit_of_work() as session:
        session.get_one(KnowledgeItem, library.expired).versions[0].row = 3
    found = desk.search("新生儿临时救助", as_of="2025-06-01")
    card = next(card for card in found["cards"] if card["item_id"] == library.expired)
    assert card["page_url"] == ""  # a line of a table, among the entries of others
