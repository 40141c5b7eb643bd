"""Requests of one place and matter come together, and others do not."""

import random

import pytest

from kb.hot_matters.bursting import burst
from kb.hot_matters.grouping import fixed, grouped
from kb.hot_matters.reading import Appeal, Weights, said

# Invented: two sites, and two troubles at one estate.
SITE = [
    "东园小区旁工地夜间施工噪音太大",
    "请管管东园小区工地夜间施工",
    "东园小区附近工地夜里施工噪音扰民",
    "投诉东园小区旁工地夜间施工扰民",
]
OTHER_SITE = ["松泉花园旁工地夜间施工噪音太大", "松泉花园工地夜间施工噪音扰民"]
LIFT = ["东园小区电梯反复故障无人修理", "东园小区三栋电梯反复故障困人"]
ALONE = [
    "咨询医保异地备案怎么办理",
    "社保卡丢失如何补办",
    "路灯坏了一排请尽快维修",
    "建议在紫荆路增设公交站",
    "养老金认证总是失败",
    "幼儿园学位什么时候公布",
]


def found(titles: list[str]) -> list[list[str]]:
    """The groups of two and more, by titles."""
    appeals = [Appeal(key, title) for key, title in enumerate(titles)]
    groups = grouped(appeals, Weights(appeals)).groups
    return sorted(sorted(titles[key] for key in one.keys) for one in groups if len(one.keys) > 1)


def test_one_site_is_one_matter_and_another_site_another() -> None:
    assert found(SITE + OTHER_SITE + LIFT + ALONE) == sorted(
        sorted(group) for group in (SITE, OTHER_SITE, LIFT)
    )


def test_the_same_requests_in_the_same_order_give_the_same_groups() -> None:
    titles = SITE + OTHER_SITE + LIFT + ALONE
    random.Random(1).shuffle(titles)
    assert found(titles) == found(titles)


def test_a_request_that_says_nothing_stays_alone() -> None:
    assert found(["", "", "。。。", *SITE]) == [sorted(SITE)]


def test_requests_of_another_period_are_counted_with_a_group_and_change_it_not() -> None:
    appeals = [Appeal(key, title) for key, title in enumerate(SITE + OTHER_SITE + ALONE)]
    weights = Weights(appeals)
    groups = [one for one in grouped(appeals, weights).groups if len(one.keys) > 1]
    index = fixed(groups)
    earlier = ["东园小区旁边工地夜间施工", "松泉花园边上工地夜间施工", "社保卡补办"]
    near = [index.nearest(weights.vector(Appeal(99, title))) for title in earlier]
    places = [None if at is None else groups[at].keys[0] for at in near]
    assert places == [0, len(SITE), None]
    assert [one.keys for one in groups] == [[0, 1, 2, 3], [4, 5]], "nothing was added"


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("望溪区东园小区停水", {"@东园"}),
        ("紫荆路积水", {"@紫荆", "@荆路"}),
        ("停水三天", set()),
    ],
)
def test_the_name_of_a_place_is_read_without_what_stands_before(text: str, pairs: set[str]) -> None:
    assert {pair for pair in said(Appeal(1, text)) if pair[0] == "@"} == pairs


@pytest.mark.parametrize(
    ("count", "earlier", "score"),
    [
        (12, [4, 4, 4, 4], 4.0),  # (12 - 4) / sqrt(4)
        (4, [4, 4], 0.0),
        (3, [0, 0, 0], 3.0),  # the floor: sqrt(1)
        (1, [9, 9], -2.67),
        (50, [], 0.0),
    ],
)
def test_burst(count: int, earlier: list[int], score: float) -> None:
    assert burst(count, earlier) == score
