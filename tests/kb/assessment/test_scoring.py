"""Scores worked by hand, each step with its numbers."""

from decimal import Decimal
from typing import Any

import pytest

from kb.assessment.basis import Assessment, Extra, Item
from kb.assessment.basis_reading import assessment_from
from kb.assessment.scoring import Ruling, Scorecard, scorecards
from kb.errors import InvalidInput
from kb.profile import profile_from

D = Decimal
SCHEME = Assessment(
    items=(
        Item("resolved_on_time_rate", D(60), D(100), D(80)),
        Item("average_hours", D(40), D(24), D(72)),
    ),
    extras=(Extra("returned", D("-0.5"), D(2)),),
    bands=(("优秀", 90), ("合格", 60), ("待改进", 0)),
    at_least=5,
)


def row(name: str = "市住建局", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "kind": "市直部门",
        "orders": 20,
        "resolved_on_time_rate": D("93.33"),
        "average_hours": D("36.50"),
        "returned": 3,
    } | more


def rates(on_time: int | None, hours: int | None) -> dict[str, Any]:
    return {
        "resolved_on_time_rate": None if on_time is None else D(on_time),
        "average_hours": None if hours is None else D(hours),
    }


def card(**more: Any) -> Scorecard:
    return scorecards([row(**more)], SCHEME)[0]


def test_a_score_and_its_derivation() -> None:
    found = card()
    # (93.33-80)/20*60 = 39.99; (36.5-72)/(24-72)*40 = 29.5833; 69.5733 - 1.5 = 68.0733
    assert [line.points for line in found.lines] == [D("39.99"), D("29.58"), D("-1.50")]
    assert [line.derivation for line in found.lines] == [
        "(93.33 − 80) ÷ (100 − 80) × 60 = 39.99",
        "(36.5 − 72) ÷ (24 − 72) × 40 = 29.58",
        "3 件 × -0.5 = -1.50",
    ]
    assert (found.score, found.grade) == (D("68.07"), "合格")
    assert found.derivation == "69.57 ÷ 100 × 100 − 1.5 = 68.07"
    assert found.lines[0].address == "by_unit/市住建局/resolved_on_time_rate"


def test_what_earns_nothing_is_said_as_it_is() -> None:
    # Of a rate more is better, of hours less.
    said = [line.derivation for line in card(**rates(75, 99)).lines[:2]]
    assert said == ["75 没有超过零分线 80，得 0", "99 没有低于零分线 72，得 0"]


def test_orders_that_wait_to_be_sent_are_assessed_as_nobodys() -> None:
    assert [one.unit for one in scorecards([row("待派单"), row()], SCHEME)] == ["市住建局"]


@pytest.mark.parametrize(
    ("more", "score", "grade"),
    [
        pytest.param(rates(100, 10), "98.50", "优秀", id="full"),
        pytest.param(
            {"resolved_on_time_rate": D(80), "average_hours": D(99)}, "0.00", "待改进", id="floor"
        ),
        # (36.5 alone: 29.5833 / 40 * 100 = 73.9583; - 1.5)
        pytest.param({"resolved_on_time_rate": None}, "72.46", "合格", id="nothing to measure"),
        pytest.param({"returned": 9}, "67.57", "合格", id="at most two off"),
        pytest.param({"orders": 4}, None, "", id="too few orders"),
        pytest.param(
            {"resolved_on_time_rate": None, "average_hours": None}, None, "", id="no figures"
        ),
    ],
)
def test_limits(more: dict[str, Any], score: str | None, grade: str) -> None:
    found = card(**more)
    assert (found.score, found.grade) == (score and D(score), grade)


def test_a_ruling_changes_one_item_and_says_why() -> None:
    ruling = Ruling("returned", D(1), "两件退单经裁定成立")
    found = scorecards([row()], SCHEME, {"市住建局": [ruling]})[0]
    assert found.score == D("69.07")
    assert (found.lines[2].value, found.lines[2].why) == (1, "两件退单经裁定成立")


def test_units_by_score_those_without_one_last() -> None:
    rows = [
        row("少", orders=2),
        row("乙", resolved_on_time_rate=D(100)),
        row("甲", resolved_on_time_rate=D(90)),
    ]
    assert [one.unit for one in scorecards(rows, SCHEME)] == ["乙", "甲", "少"]


def test_a_city_writes_its_own_scheme() -> None:
    data = {
        "items": [{"figure": "satisfaction_rate", "weight": 100, "full": 95, "floor": 60.5}],
        "extras": [],
        "bands": [["好", 80], ["一般", 0]],
        "at_least": 1,
    }
    scheme = profile_from({"assessment": data}).assessment
    assert scheme.items == (Item("satisfaction_rate", D(100), D(95), D("60.5")),)
    assert (scheme.extras, scheme.at_least, scheme.decimals) == ((), 1, 2)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"points": 3}, "没有“points”这一项"),
        ({"items": []}, "至少一项"),
        ({"items": [{"figure": "luck", "weight": 1, "full": 1, "floor": 0}]}, "之一"),
        ({"items": [{"figure": "reopened", "weight": 0, "full": 1, "floor": 0}]}, "大于 0"),
        ({"items": [{"figure": "reopened", "weight": 1, "full": 1, "floor": 1}]}, "不同的数"),
        ({"items": [{"figure": "reopened", "weight": "多", "full": 1, "floor": 0}]}, "应为数"),
        ({"extras": [{"figure": "satisfaction_rate", "each": 1, "most": 1}]}, "之一"),
    ],
)
def test_a_scheme_that_cannot_be_is_refused(data: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        assessment_from(data)
