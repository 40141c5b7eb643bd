"""Versions on their pages: clause by clause, by day, restored, and what holds instead."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from kb.db import Database
from kb.models import KnowledgeItem, KnowledgeVersion, Unit
from kb.services.entries import Content, PlannedLink, create_entry, create_version
from kb.services.publishing import publish
from kb.terms import KnowledgeKind, LinkKind, Role
from tests.web.conftest import Login, ManualClock
from tests.web.corrections.test_corrections import EDITOR, send

OLD = "第一条 学费每学期 800 元，开学前缴清。\n\n第二条 报名从 5 月 20 日开始。\n"
NEW = "第一条 学费每学期 600 元，开学前缴清。\n\n第二条 报名从 5 月 20 日开始。\n"


def publish_new(
    database: Database, unit: Unit, clock: ManualClock, title: str, *links: PlannedLink
) -> int:
    content = Content(KnowledgeKind.POLICY, title, OLD, valid_from=date(2024, 1, 1), links=links)
    with database.unit_of_work() as session:
        owner = session.get_one(Unit, unit.id)
        version = create_entry(session, unit=owner, content=content, actor=EDITOR, now=clock())
        return publish(session, version, actor=EDITOR, now=clock()).item_id


@pytest.fixture
def entry(database: Database, unit: Unit, clock: ManualClock) -> int:
    """An entry whose second version changed a fee from 2026-05-01 on."""
    item_id = publish_new(database, unit, clock, "学费办法")
    content = Content(KnowledgeKind.POLICY, "学费办法", NEW, valid_from=date(2026, 5, 1))
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, item_id)
        second = create_version(session, item, content=content, actor=EDITOR, now=clock())
        publish(session, second, actor=EDITOR, now=clock())
    return item_id


def test_the_changed_clause_stands_beside_the_old_one(login_as: Login, entry: int) -> None:
    clerk = login_as(Role.UNIT_CLERK)
    page = clerk.get(f"/units/entries/{entry}/compare?old=1&new=2").text
    assert "<del>800</del>" in page
    assert "<ins>600</ins>" in page
    assert "报名从" not in page  # unchanged clauses are left out until asked for
    assert "报名从" in clerk.get(f"/units/entries/{entry}/compare?old=1&new=2&all=1").text


def test_versions_are_the_owners_own_business(
    login_as: Login, entry: int, database: Database
) -> None:
    with database.unit_of_work() as session:
        stranger = Unit(name="澜川市水利局")
        session.add(stranger)
    other = login_as(Role.UNIT_CLERK, name="shuili", unit_id=stranger.id)
    assert other.get(f"/units/entries/{entry}/compare").status_code == 404


def test_an_old_version_is_taken_up_from_its_page_and_from_the_entry(
    login_as: Login, entry: int, database: Database
) -> None:
    with database.reading() as session:
        first, second = (row.id for row in session.get_one(KnowledgeItem, entry).versions)
    form = f'action="/units/versions/{first}/restore"'
    places = (f"/units/entries/{entry}", f"/units/versions/{first}")
    clerk = login_as(Role.UNIT_CLERK)
    for place in places:
        assert form in clerk.get(place).text
    now = f'action="/units/versions/{second}/restore"'
    for place in (f"/units/entries/{entry}", f"/units/versions/{second}"):
        assert now not in clerk.get(place).text  # what is published is begun from anyway
    send(clerk, f"/units/versions/{first}/restore")
    for place in places:
        assert form not in clerk.get(place).text  # one version on its way is enough


def test_an_old_version_becomes_the_draft_of_the_next(
    login_as: Login, entry: int, database: Database
) -> None:
    clerk = login_as(Role.UNIT_CLERK)
    with database.reading() as session:
        first = session.get_one(KnowledgeItem, entry).versions[0].id
    made = send(clerk, f"/units/versions/{first}/restore")
    assert made.status_code == 302
    with database.reading() as session:
        item = session.get_one(KnowledgeItem, entry)
        third = item.versions[-1]
        assert (third.number, third.state, "800 元" in third.body) == (3, "draft", True)
        assert item.current_version is not None and item.current_version.number == 2
    assert "以第 1 版为底" in clerk.get(f"/units/entries/{entry}").text


def public_page(client: FlaskClient, item_id: int, day: str = "") -> str:
    return client.get(f"/entry/{item_id}" + (f"?as_of={day}" if day else "")).text


def test_a_past_day_shows_what_held_then_under_a_banner(
    login_as: Login, entry: int, client: FlaskClient
) -> None:
    pages = [
        public_page(client, entry, "2025-03-01"),
        login_as(Role.UNIT_CLERK).get(f"/units/entries/{entry}?as_of=2025-03-01").text,
        login_as(Role.AGENT).get(f"/desk/entry/{entry}?as_of=2025-03-01").text,
    ]
    for page in pages:
        assert "这是 2025-03-01 的口径（第 1 版）；今天以第 2 版为准" in page
        assert "800 元" in page
    assert "600 元" in public_page(client, entry)
    assert "那天本条没有生效" in public_page(client, entry, "2023-06-01")
    assert client.get(f"/entry/{entry}?as_of=昨天").status_code == 422


def test_an_entry_that_ended_names_what_holds_now_however_far_along_the_chain(
    login_as: Login, database: Database, unit: Unit, clock: ManualClock, client: FlaskClient
) -> None:
    first = publish_new(database, unit, clock, "停车办法一")
    link = PlannedLink(LinkKind.SUPERSEDES, first, date(2026, 1, 1))
    second = publish_new(database, unit, clock, "停车办法二", link)
    link = PlannedLink(LinkKind.SUPERSEDES, second, date(2026, 4, 1))
    third = publish_new(database, unit, clock, "停车办法三", link)
    for page, address in (
        (public_page(client, first), f'href="/entry/{third}"'),
        (
            login_as(Role.UNIT_CLERK).get(f"/units/entries/{first}").text,
            f'href="/units/entries/{third}"',
        ),
        (login_as(Role.AGENT).get(f"/desk/entry/{first}").text, f'href="/desk/entry/{third}"'),
    ):
        told = page[page.index("现行的是") :]
        assert told.index(address) < told.index("停车办法三") < 400
        assert "chain-chart" in page


def test_a_version_that_is_still_to_come_does_not_hide_what_holds_today(
    database: Database, unit: Unit, clock: ManualClock, client: FlaskClient
) -> None:
    item_id = publish_new(database, unit, clock, "学费办法")
    content = Content(KnowledgeKind.POLICY, "学费办法", NEW, valid_from=date(2026, 9, 1))
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, item_id)
        second = create_version(session, item, content=content, actor=EDITOR, now=clock())
        publish(session, second, actor=EDITOR, now=clock())
        assert session.get_one(KnowledgeVersion, second.id).state == "published"
    page = public_page(client, item_id)
    assert "800 元" in page
    assert "今天仍以第 1 版为准；第 2 版自 2026-09-01 起施行" in page


def test_the_page_of_a_version_says_what_ended_it_and_when(
    login_as: Login, entry: int, database: Database, unit: Unit, clock: ManualClock
) -> None:
    editor = login_as(Role.EDITOR)
    with database.reading() as session:
        first, second = (row.id for row in session.get_one(KnowledgeItem, entry).versions)
    replaced = editor.get(f"/units/versions/{first}").text
    assert "<s>已被替代</s>" in head_of(replaced)
    assert "已发布" not in head_of(replaced)
    assert f'<b>换成了</b><a href="/units/versions/{second}">第 2 版</a>' in replaced
    assert '自 <span class="num">2026-05-01</span> 起' in replaced
    assert "已发布" in head_of(editor.get(f"/units/versions/{second}").text)
    repeals = PlannedLink(LinkKind.REPEALS, entry, date(2026, 5, 7))
    newer = publish_new(database, unit, clock, "废止学费办法的决定", repeals)
    repealed = editor.get(f"/units/versions/{second}").text
    assert "<s>已废止</s>" in head_of(repealed)
    assert "有效期到 2026-05-06 为止" in repealed
    assert f'<b>废止它的是</b><a href="/units/entries/{newer}">废止学费办法的决定</a>' in repealed


def head_of(page: str) -> str:
    """The line with the title and the state."""
    return page[page.index('id="r-head"') :].partition("</header>")[0]
