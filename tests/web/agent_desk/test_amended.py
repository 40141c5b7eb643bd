"""An entry of which a part was changed says so wherever its old words are read."""

from datetime import date, timedelta

import pytest
from flask import Flask

from kb.db import Database
from kb.models import ItemLink
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.services import entries, publishing
from kb.terms import KnowledgeKind, LinkKind
from tests.web.agent_desk.conftest import EDITOR, WAITING, Desk, Library
from tests.web.conftest import ManualClock

CHANGE = "关于修改待遇等待期的通知"


@pytest.fixture
def amendment(
    database: Database, indexes: Indexes, library: Library, clock: ManualClock
) -> ItemLink:
    """What changes the entry, from today on."""
    with database.unit_of_work() as session:
        unit = session.get_one(entries.KnowledgeItem, library.insurance).unit
        version = entries.create_entry(
            session,
            unit=unit,
            content=entries.Content(
                kind=KnowledgeKind.POLICY,
                title=CHANGE,
                body="第一条 待遇等待期改为两个月。\n",
            ),
            actor=EDITOR,
            now=clock(),
        )
        publishing.publish(session, version, actor=EDITOR, now=clock())
        link = ItemLink(
            newer_id=version.item_id,
            older_id=library.insurance,
            kind=LinkKind.AMENDS.value,
            effective_on=clock().date(),
        )
        session.add(link)
    drain_all(database, indexes)
    return link


def _card(desk: Desk, library: Library, **more: str) -> tuple[dict[str, object], str]:
    answer = desk.search(WAITING, **more)
    place = [card["item_id"] for card in answer["cards"]].index(library.insurance)
    return answer["cards"][place], answer["fragments"]["cards"][place]


def test_the_card_and_the_pages_say_what_changed_a_part(
    desk: Desk, library: Library, app: Flask, amendment: ItemLink, clock: ManualClock
) -> None:
    card, html = _card(desk, library)
    [told] = card["amendments"]  # type: ignore[misc]
    assert (told["title"], told["effective_on"]) == (CHANGE, clock().date().isoformat())
    assert "部分内容已修改" in html and f'《<a href="/desk/entry/{amendment.newer_id}"' in html
    public = app.test_client()
    for page in (
        desk.client.get(f"/desk/entry/{library.insurance}").text,
        public.get(f"/entry/{library.insurance}").text,
        public.get("/search", query_string={"q": WAITING}).text,
    ):
        assert "部分内容已修改" in page and CHANGE in page
    assert "可以照此办理" not in public.get(f"/entry/{library.insurance}").text


def test_nothing_is_said_before_the_change_holds(
    desk: Desk, database: Database, library: Library, amendment: ItemLink
) -> None:
    with database.unit_of_work() as session:
        link = session.get_one(ItemLink, amendment.id)
        link.effective_on = link.effective_on + timedelta(days=30)
    card, html = _card(desk, library)
    assert card["amendments"] == []
    assert "部分内容已修改" not in html


def test_a_day_before_the_change_is_told_without_it(
    desk: Desk, library: Library, amendment: ItemLink
) -> None:
    yesterday = amendment.effective_on - timedelta(days=1)
    assert isinstance(yesterday, date)
    answer = desk.search(WAITING, as_of=yesterday.isoformat())
    assert all(card["amendments"] == [] for card in answer["cards"])
