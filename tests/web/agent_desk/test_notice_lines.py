"""What is announced for the day that a caller names stands above the usual answer."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from kb.db import Database
from kb.models import Unit
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.services import entries, publishing
from kb.terms import KnowledgeKind
from tests.web.agent_desk.conftest import EDITOR, Desk, Library
from tests.web.conftest import ManualClock

CLOSED = "关于暂停渡船证办理的公告"
USUAL = "渡船证在哪里办，什么时候办？"


@pytest.fixture
def ferry(database: Database, indexes: Indexes, clock: ManualClock, library: Library) -> None:
    def add(kind: KnowledgeKind, title: str, **content: Any) -> None:
        with database.unit_of_work() as session:
            version = entries.create_entry(
                session,
                unit=session.query(Unit).filter_by(name="市公安局").one(),
                content=entries.Content(kind=kind, title=title, **content),
                actor=EDITOR,
                now=clock(),
            )
            publishing.publish(session, version, actor=EDITOR, now=clock())

    add(
        KnowledgeKind.QA,
        USUAL,
        facts={"conclusion": "渡船证在码头窗口办，周一至周六办理。", "hours": "周一至周六"},
    )
    add(
        KnowledgeKind.NOTICE,
        CLOSED,
        body="因系统升级，渡船证暂停办理。\n",
        issued_on=date(2026, 5, 6),
        valid_from=date(2026, 5, 12),
        valid_until=date(2026, 5, 15),
    )
    add(
        KnowledgeKind.NOTICE,
        "渡船证年审安排",
        body="渡船证今年起每年年审。\n",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
    )
    drain_all(database, indexes)


def cards_of(desk: Desk, question: str) -> dict[str, str]:
    found = desk.search(question)
    fragments = found["fragments"]["cards"]
    return {card["title"]: html for card, html in zip(found["cards"], fragments, strict=True)}


def test_a_notice_for_the_day_asked_stands_on_the_card(desk: Desk, ferry: None) -> None:
    told = cards_of(desk, "13号渡船证能办吗")
    assert '（<span class="num nb">05-12 至 05-15</span>）' in told[USUAL]
    assert f">{CLOSED}</a>》" in told[USUAL]
    assert "年审安排</a>》（" not in told[USUAL]  # a whole year is a rule, not a notice of a day
    assert "通知：" not in told[CLOSED]


@pytest.mark.parametrize("question", ["渡船证能办吗", "16号渡船证能办吗", "13号江北路停水吗"])
def test_another_day_or_matter_is_told_nothing(desk: Desk, ferry: None, question: str) -> None:
    assert all(f">{CLOSED}</a>》" not in html for html in cards_of(desk, question).values())


def test_the_public_is_told_as_well(client: FlaskClient, ferry: None) -> None:
    page = client.get("/search", query_string={"q": "13号渡船证能办吗"}).text
    assert '（<span class="num nb">05-12 至 05-15</span>）' in page
    assert "05-12 至" not in client.get("/search", query_string={"q": "16号渡船证能办吗"}).text


def test_the_day_is_counted_from_the_day_that_is_asked_about(desk: Desk, ferry: None) -> None:
    found = desk.search("13号渡船证能办吗", as_of="2026-05-14")  # the next 13th is in June
    assert CLOSED in [card["title"] for card in found["cards"]]
    assert all(f">{CLOSED}</a>》" not in html for html in found["fragments"]["cards"])


def test_what_is_not_in_force_yet_is_counted_apart(desk: Desk, ferry: None) -> None:
    found = desk.search("渡船证能办吗")
    titles = [card["title"] for card in found["cards"]]
    assert CLOSED in titles
    assert f"现行有效 {len(titles) - 1} 条、尚未施行 1 条" in found["fragments"]["hits"]
