"""联想 and 您是不是要问 on the public's pages; the literal search."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.api_v1.city import City
from webapp.context import NAME

CANARY = "朱雀暗号七五三"


@pytest.fixture(autouse=True)
def at_once(app: Flask) -> None:
    app.extensions[NAME].search.suggestions.in_background = False


def lines(client: FlaskClient, typed: str) -> list[str]:
    answer = client.get("/suggest", query_string={"q": typed})
    assert answer.status_code == 200, answer.text
    return [item["text"] for item in answer.get_json()["items"]]


def test_lines_of_public_entries_in_force_may_be_cached(client: FlaskClient, city: City) -> None:
    city.publish("社保卡丢了怎么挂失？", variants=("卡不见了找谁",))
    city.publish("社保卡旧版说明", valid_from=date(2020, 1, 1), valid_until=date(2021, 1, 1))
    city.hide(f"社保卡{CANARY}")
    assert lines(client, "sbk") == ["社保卡丢了怎么挂失？"]
    assert lines(client, "卡不") == ["卡不见了找谁"]
    assert lines(client, CANARY[:3]) == []
    answer = client.get("/suggest?q=社保")
    assert answer.headers["Cache-Control"] == "public, max-age=30"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("typed", ["", "  ", "%00", "(" * 500, "a" * 5_000, "%ED%A0%80", "？！"])
def test_hostile_typing_gets_no_lines(client: FlaskClient, city: City, typed: str) -> None:
    city.publish("社保卡丢了怎么挂失？")
    answer = client.get(f"/suggest?q={typed}")
    assert answer.status_code == 200
    assert answer.get_json()["items"] == []


def test_a_miss_offers_near_questions_as_links(
    app: Flask, client: FlaskClient, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = app.extensions[NAME].search
    find = search.find
    # Whatever the threshold of the day is: this question shall be one without an answer.
    monkeypatch.setattr(search, "find", lambda *asked: replace(find(*asked), answered=False))
    city.publish("水表过户要带什么")
    city.hide(f"水表{CANARY}过户")
    page = client.get("/search?q=水表怎么过户").text
    assert "没有找到可以直接答复的内容" in page
    assert "您是不是要问" in page
    assert 'href="/search?q=%E6%B0%B4%E8%A1%A8' in page
    assert CANARY not in page


def test_a_literal_search_says_so_and_offers_the_way_back(client: FlaskClient, city: City) -> None:
    city.publish("水表过户要带什么")
    page = client.get("/search", query_string={"q": "水表过户", "literal": 1}).text
    assert "按原样搜索“水表过户”" in page
    assert "水表过户要带什么" in page
