"""Places: what is about another city stands back, unless the caller names that city."""

from __future__ import annotations

from datetime import date

import pytest

from indexer.features import Weights
from indexer.places import home_of, place_of, places_of
from indexer.whoosh_engine import WhooshEngine

from .conftest import item, public


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("云汀市供热管理办法", "云汀"),
        ("2026年石桥区入学办法", "石桥"),
        ("中国(海南)自由贸易港条例", "海南"),
        ("内蒙古自治区草原条例", "内蒙古"),
        ("广东省消防条例", "广东"),
        ("城市供热条例", ""),
        ("住宅小区停车办法", ""),
        ("关于印发市级储备办法的通知", ""),
        ("机动车管理办法", ""),
    ],
)
def test_title_names_a_place(title: str, place: str) -> None:
    assert place_of(title) == place


@pytest.mark.parametrize(
    ("authority", "places"),
    [
        ("云汀市石桥区教育局", ("云汀", "石桥")),
        ("市财政局", ("*",)),
        ("国务院", ("*",)),
        ("", ()),
    ],
)
def test_authority_names_its_places(authority: str, places: tuple[str, ...]) -> None:
    assert places_of(authority) == places


def test_home_is_where_the_authorities_are() -> None:
    # Of 100 items that name one, 98 name 云汀, 40 of them 石桥 as well, and one names 海州.
    assert home_of({"": 500, "*": 90, "云汀": 58, "云汀 石桥": 40, "海州": 1, "江口": 1}) == {
        "云汀",
        "石桥",
    }


def test_no_authority_no_home() -> None:
    assert home_of({"": 30}) == frozenset()


def first(engine: WhooshEngine, asked: str) -> str:
    return engine.search(asked, public()).hits[0].item_id


def test_another_citys_rule_stands_back_until_the_caller_names_it(engine: WhooshEngine) -> None:
    rule = "犬只应当每年登记，由养犬人到派出所办理养犬登记。"
    ours = item("ours", "养犬登记办法", rule + "其余略。", issuing_authority="云湖市公安局")
    engine.apply([ours, item("theirs", "海州市养犬登记办法", rule)], [], marker=1)
    assert first(engine, "养犬登记怎么办理") == "ours"
    without = engine.explain("养犬登记怎么办理", public(), weights=Weights(elsewhere=1.0, own=1.0))
    assert without.result.hits[0].item_id == "theirs"
    assert first(engine, "海州养犬登记怎么办理") == "theirs"


def test_without_any_authority_no_place_is_another(engine: WhooshEngine) -> None:
    rule = "犬只应当每年登记，由养犬人到派出所办理养犬登记。"
    engine.apply(
        [
            item("short", "养犬登记办法", rule + "其余略。"),
            item("named", "海州市养犬登记办法", rule),
        ],
        [],
        marker=1,
    )
    candidates = engine.explain("养犬登记怎么办理", public()).candidates
    assert {candidate.parts["place"] for candidate in candidates} == {1.0}


def test_an_own_authoritys_document_about_another_place_is_ours(engine: WhooshEngine) -> None:
    ours = item("ours", "海州市车辆进入云湖市通行办法", issuing_authority="云湖市公安局")
    engine.apply([ours], [], marker=1)
    (candidate,) = engine.explain("车辆通行", public()).candidates
    assert candidate.parts["place"] == pytest.approx(Weights().own)


def test_the_own_authoritys_rule_comes_before_one_of_nobody_known(engine: WhooshEngine) -> None:
    rule = "犬只应当每年登记，由养犬人到派出所办理养犬登记。"
    ours = item("ours", "养犬登记办法", rule + "其余略。", issuing_authority="云湖市公安局")
    engine.apply([ours, item("law", "养犬登记办法", rule)], [], marker=1)
    assert first(engine, "养犬登记怎么办理") == "ours"
    without = engine.explain("养犬登记怎么办理", public(), weights=Weights(own=1.0))
    assert without.result.hits[0].item_id == "law"


def test_of_two_that_say_the_same_the_newer_comes_first(engine: WhooshEngine) -> None:
    rule = "犬只应当每年登记，由养犬人到派出所办理养犬登记。"
    old = item("a-old", "养犬登记办法", rule, issued_on=date(2015, 1, 1))
    new = item("b-new", "养犬登记办法", rule, issued_on=date(2026, 1, 1))
    engine.apply([old, new, item("c-undated", "养犬登记办法", rule)], [], marker=1)
    hits = engine.search("养犬登记怎么办理", public()).hits
    assert [hit.item_id for hit in hits] == ["b-new", "a-old", "c-undated"]


def test_a_districts_entry_stands_back_until_the_district_is_named(engine: WhooshEngine) -> None:
    lamps = "路灯损坏的，由养护单位三日内修复。"
    engine.apply(
        [
            item("city", "路灯报修指南", lamps + "其余略。"),
            item("district", "路灯报修指南", lamps, region="望溪县 鹭洲区"),
        ],
        [],
        marker=1,
    )
    assert first(engine, "路灯坏了") == "city"
    without = engine.explain("路灯坏了", public(), weights=Weights(district=1.0))
    assert without.result.hits[0].item_id == "district"
    assert first(engine, "望溪的路灯坏了") == "district"
    chosen = engine.search("路灯坏了", public(regions=frozenset({"鹭洲区"})))
    assert chosen.hits[0].item_id == "district"
