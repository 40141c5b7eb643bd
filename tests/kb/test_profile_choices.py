"""What a city lets one choose from: trees, own purposes, changed names, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from kb.errors import InvalidInput
from kb.profile import Profile, load_profile, profile_from
from kb.profile_choices import and_above, lies_in
from kb.services.registration import Registration, check
from kb.terms import Purpose

DEMO = Path(__file__).parent.parent.parent / "demo" / "city.toml"
TREE = [
    {"name": "城市管理", "children": [{"name": "噪音", "children": ["施工", "广场舞"]}, "路灯"]},
    "其他事项",
]
REGIONS = [{"name": "汀南区", "children": [{"name": "柳荫街道", "children": ["清和里"]}]}, "高新区"]


def test_a_tree_gives_every_level_and_requests_are_filed_below_the_first() -> None:
    of = profile_from({"categories": TREE, "regions": REGIONS})
    assert of.categories == (
        "城市管理/噪音",
        "城市管理/噪音/施工",
        "城市管理/噪音/广场舞",
        "城市管理/路灯",
        "其他事项",
    )
    assert of.regions == ("汀南区", "高新区")
    assert of.all_regions == ("汀南区", "汀南区/柳荫街道", "汀南区/柳荫街道/清和里", "高新区")


def test_a_list_of_plain_regions_is_offered_as_it_is() -> None:
    assert Profile(regions=("甲区", "乙县")).all_regions == ("甲区", "乙县")


def test_a_city_has_purposes_of_its_own_and_other_names_for_ours() -> None:
    of = profile_from(
        {
            "purposes": [
                {"code": "consultation", "name": "政策咨询"},
                "投诉",
                {"name": "求决", "counts_as": "求助"},
                {"name": "感谢", "withdrawn": True},
            ]
        }
    )
    assert [(one.stored, one.name) for one in of.offered_purposes] == [
        ("consultation", "政策咨询"),
        ("complaint", "投诉"),
        ("求决", "求决"),
    ]
    assert of.purpose("求决").counts_as is Purpose.HELP
    assert of.purpose("感谢").name == "感谢"
    assert of.purpose("感谢").counts_as is Purpose.OTHER
    assert of.purpose("tip_off").name == "举报"  # no longer offered, still readable
    assert of.purpose("信访").name == "信访"  # a word no list ever had, from an old system


def test_an_own_purpose_has_the_limit_of_the_one_it_counts_as() -> None:
    of = profile_from(
        {
            "purposes": ["咨询", {"name": "求决", "counts_as": "咨询"}],
            "limits": {"resolve": "5 工作日", "by_purpose": {"咨询": "1 工作日"}},
        }
    )
    assert str(of.limits.resolve_limit(of.purpose("求决").counts_as)) == "1 工作日"


def test_a_rule_on_the_third_level_goes_before_one_on_the_second() -> None:
    rules = [
        {"category": "城市管理", "resolve": "9 工作日"},
        {"category": "城市管理/噪音", "resolve": "4 工作日"},
        {"category": "城市管理/噪音/施工", "resolve": "2 工作日"},
    ]
    of = profile_from({"categories": TREE, "limits": {"rules": rules}})
    told = [
        str(of.limits.resolve_limit(Purpose.OTHER, category))
        for category in ("城市管理/噪音/施工", "城市管理/噪音/广场舞", "城市管理/路灯")
    ]
    assert told == ["2 工作日", "4 工作日", "9 工作日"]


def test_a_renamed_category_is_registered_under_its_new_name() -> None:
    of = profile_from(
        {"categories": TREE, "renamed": {"categories": {"城市管理/路灯照明": "城市管理/路灯"}}}
    )
    assert check(Registration("路灯不亮", category="城市管理/路灯照明"), of).category == (
        "城市管理/路灯"
    )
    with pytest.raises(InvalidInput) as refused:
        check(Registration("路灯不亮", category="城市管理/旧类"), of)
    assert set(refused.value.fields) == {"category"}


def test_a_withdrawn_purpose_is_not_registered_anew() -> None:
    of = profile_from({"purposes": ["咨询", {"name": "感谢", "withdrawn": True}]})
    with pytest.raises(InvalidInput) as refused:
        check(Registration("谢谢", purpose="感谢"), of)
    assert refused.value.fields == {"purpose": "没有这种诉求目的，请选 咨询 之一"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"categories": [{"name": "甲", "children": ["乙", "乙"]}]}, "“甲/乙”写了两次"),
        ({"categories": [{"name": "甲/乙"}]}, "不含“/”"),
        ({"categories": "甲"}, "应是一组名称"),
        (
            {
                "regions": [
                    {
                        "name": "甲",
                        "children": [
                            {"name": "乙", "children": [{"name": "丙", "children": ["丁"]}]}
                        ],
                    }
                ]
            },
            "“甲/乙/丙”之下不能再分",
        ),
        ({"regions": [{"name": "长" * 30, "children": ["长" * 20]}]}, "不超过 40 字"),
        ({"channels": ["电话", "电话"]}, "重复的名称"),
        ({"lines": ["综" * 31]}, "每个不超过 30 字"),
        ({"purposes": ["咨询", "咨询"]}, "写了两次"),
        ({"purposes": [{"code": "apply", "name": "申请"}]}, "只写 name"),
        ({"purposes": [{"name": "申请", "counts_as": "apply"}]}, "counts_as 只能是"),
        ({"purposes": [{"name": "咨询", "withdrawn": True}]}, "至少要有一项在用"),
        ({"renamed": {"categories": {"旧": "没有的"}}}, "新名“没有的”不在列表里"),
        ({"renamed": {"units": {}}}, "没有“units”这一组"),
        ({"registering": {"repeat_days": 0}}, "registering.repeat_days"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(data: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        profile_from(data)
    assert said in refused.value.message


def test_paths_know_what_stands_above_them() -> None:
    assert and_above("汀南区/柳荫街道") == ("汀南区", "汀南区/柳荫街道")
    assert and_above("") == ()
    assert lies_in("汀南区/柳荫街道", "汀南区")
    assert lies_in("汀南区", "")
    assert not lies_in("汀南区", "汀南区/柳荫街道")
    assert not lies_in("汀南区甲", "汀南区")


def test_the_demo_city_has_three_levels_of_both_and_the_purposes_of_the_seeds() -> None:
    of = load_profile(DEMO)
    assert "汀南区/柳荫街道/清和里社区" in of.all_regions
    assert "城市管理/噪音扰民/施工噪音" in of.categories
    assert of.regions == ("汀南区", "汀北区", "鹭洲区", "高新区", "望溪县")
    names = [one.name for one in of.offered_purposes]
    assert names == ["咨询", "求助", "投诉", "举报", "建议", "表扬", "其他"]
    assert of.registering.repeat_days == 30
