"""联想, the literal search, near questions, the region and the reasons at the desk."""

import pytest
from flask import Flask

from kb.db import Database
from kb.models import KnowledgeItem, KnowledgeVersion
from kb.outbox.drain import drain_all
from kb.outbox.enqueue import enqueue
from kb.outbox.indexes import Indexes
from tests.web.agent_desk.conftest import WAITING, Desk, Library
from webapp.context import NAME


@pytest.fixture(autouse=True)
def at_once(app: Flask) -> None:
    app.extensions[NAME].search.suggestions.in_background = False


def test_lines_while_typing_and_internal_ones_for_agents(desk: Desk, library: Library) -> None:
    answer = desk.client.get("/desk/suggest?q=dbbj").get_json()
    assert answer["items"] == [{"text": "断保补缴后的待遇等待期", "kind": "title"}]
    inner = desk.client.get("/desk/suggest?q=低空").get_json()
    assert [item["text"] for item in inner["items"]] == ["低空飞行扰民内部处置口径"]
    assert desk.client.get("/desk/suggest").get_json()["items"] == []
    past = desk.client.get("/desk/suggest?q=新生儿").get_json()
    assert past["items"] == []


def test_a_card_says_in_one_line_why_it_is_shown(desk: Desk) -> None:
    answer = desk.search(WAITING)
    reasons = answer["cards"][0]["reasons"]
    assert "相似问" in reasons["places"]
    assert reasons["coverage_percent"] > 50
    assert reasons["line"].startswith("命中：")
    assert f"覆盖 {reasons['coverage_percent']} %" in reasons["line"]
    assert reasons["line"] in answer["fragments"]["cards"][0]


def test_a_region_keeps_its_entries_and_those_of_the_whole_city(
    desk: Desk, library: Library, database: Database, indexes: Indexes
) -> None:
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, library.water)
        session.get_one(KnowledgeVersion, item.current_version_id).regions = ["临江区", "望山县"]
        enqueue(session, [item.id])
    drain_all(database, indexes)

    def found(region: str) -> list[int]:
        return [card["item_id"] for card in desk.search("江北路停水", region=region)["cards"]]

    assert library.water in found("临江区")
    assert library.water in found("望山县")
    assert library.water not in found("别的区")
    everywhere = desk.search(WAITING, region="别的区")["cards"]
    assert everywhere[0]["item_id"] == library.insurance


def test_a_literal_question_is_asked_as_it_is_typed(desk: Desk, library: Library) -> None:
    answer = desk.search("低空飞行", literal="1")
    assert answer["cards"][0]["item_id"] == library.internal
    assert answer["understood"]["corrections"] == []
    assert "按原样搜索" in answer["fragments"]["read"]


def test_a_miss_offers_near_questions(desk: Desk) -> None:
    answer = desk.search("火星移民船票")
    assert answer["did_you_mean"] == []
    answer = desk.search("低空飞行怎么处置", kind="contact")
    assert answer["state"] == "none"
    assert answer["did_you_mean"] == ["低空飞行扰民内部处置口径"]
    assert 'data-ask="低空飞行扰民内部处置口径"' in answer["fragments"]["none"]


def test_the_entry_shows_how_callers_ask(desk: Desk, library: Library) -> None:
    for _ in range(3):  # three calls
        form = desk.adoption_form(WAITING, title="断保") | {"query": "断了医保啥时候能报"}
        done = desk.post("/desk/adopt", **form).get_json()
        assert desk.post(f"/desk/calls/{done['call_id']}/end").status_code == 200
    page = desk.client.get(f"/desk/entry/{library.insurance}").text
    assert "来电常用说法" in page
    assert "断了医保啥时候能报" in page
