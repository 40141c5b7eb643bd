"""按人生大事找: what belongs to an event, and that an empty one is not offered."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.current_profile import Profiles
from kb.errors import InvalidInput
from kb.profile import profile_from
from kb.profile_life_events import LifeEvent, read_life_events
from tests.web.api_v1.city import City
from webapp.context import NAME

EVENTS = (
    LifeEvent("生孩子", "产检、津贴", ("社会保障/生育保险",), ("新生儿",)),
    LifeEvent("上学", categories=("教育",)),
    LifeEvent("退休养老", words=("退休",)),
)


@pytest.fixture
def public(app: Flask, city: City) -> Iterator[FlaskClient]:
    known = app.extensions[NAME]
    app.extensions[NAME] = replace(
        known, profiles=Profiles.fixed(replace(known.profile, life_events=EVENTS), known.database)
    )
    yield app.test_client()


def _offered(client: FlaskClient) -> list[str]:
    page = client.get("/life").text
    assert ("按人生大事找</h2>" in client.get("/").text) == ("life-events" in page)
    return re.findall(r'href="/life/[^"]+">.*?<span>([^<]+)', page)


def test_an_event_is_offered_while_an_entry_of_it_holds(public: FlaskClient, city: City) -> None:
    assert _offered(public) == []
    city.publish("入学报名", category="教育/义务教育")
    city.publish("生育津贴怎么领", category="社会保障/生育保险", valid_until=date(2026, 5, 6))
    city.hide("退休内部口径", category="其他")
    assert _offered(public) == ["上学"]
    city.publish("退休怎么办手续", category="社会保障/养老保险")
    assert _offered(public) == ["上学", "退休养老"]


def test_entries_come_by_category_and_then_by_word(public: FlaskClient, city: City) -> None:
    city.publish("新生儿怎么参保", category="社会保障/居民医保", facts={"conclusion": "随父母。"})
    city.publish("生育津贴怎么领", category="社会保障/生育保险", facts={"conclusion": "单位领。"})
    city.publish("生育保险条例", category="社会保障/生育保险", valid_until=date(2026, 5, 6))
    city.publish("停水通知", category="公用事业/供水")
    page = public.get("/life/生孩子").text
    assert re.findall(r'<h2 class="ph2" id="g\d">([^<]+)', page) == ["生育保险", "其他"]
    assert re.findall(r"<summary><span>([^<]+)", page) == ["生育津贴怎么领", "新生儿怎么参保"]
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found is not None
    told = json.loads(found[1])
    assert told["@type"] == "FAQPage"
    assert [one["acceptedAnswer"]["text"] for one in told["mainEntity"]] == ["单位领。", "随父母。"]


def test_an_event_no_city_has_is_not_found(public: FlaskClient) -> None:
    assert public.get("/life/登月").status_code == 404
    assert "这件事现在没有有效的内容" in public.get("/life/上学").text


def test_the_sitemap_names_events_and_units(public: FlaskClient, city: City) -> None:
    city.publish("入学报名", category="教育/义务教育")
    text = public.get("/sitemap.xml").text
    assert text.count("/life/") == 1
    assert f"/by-unit/{city.unit_id}<" in text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([{"name": "上学", "words": ["学"]}] * 2, "“上学”写了两次"),
        ([{"name": "上学"}], "要写类别（categories）或标题里的词（words）"),
        ([{"name": "上学", "categories": "教育"}], "categories 应为列表"),
        ([{"name": "上/学", "words": ["学"]}], "不含斜杠"),
        ([{"name": "上学", "word": ["学"]}], "没有“word”这一项"),
        ([{"name": "上学", "words": ["学", " "]}], "有空白"),
        ({"name": "上学"}, "应写作"),
        (["上学"], "应写作"),
    ],
)
def test_a_wrong_event_is_told(data: object, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        read_life_events(data)


def test_a_profile_lists_its_events_in_order() -> None:
    given = [{"name": " 上学 ", "categories": ["教育"]}, {"name": "退休", "words": ["退休"]}]
    assert [one.name for one in profile_from({"life_events": given}).life_events] == [
        "上学",
        "退休",
    ]
