"""Limits of a city as data: which rule holds for which order, and what is refused at loading."""

from pathlib import Path
from typing import Any

import pytest

from kb.errors import InvalidInput
from kb.profile import Profile, load_profile, profile_from
from kb.terms import ClockKind, Purpose, Urgency
from kb.time_limits import Matter

DEMO = Path(__file__).parent.parent.parent / "demo" / "city.toml"
CATEGORIES = [{"name": "公用事业", "children": ["供水", "供热"]}]


def profile(**limits: Any) -> Profile:
    return profile_from({"categories": CATEGORIES, "limits": limits})


def told(
    of: Profile,
    kind: ClockKind,
    *,
    urgency: Urgency = Urgency.NORMAL,
    category: str = "",
    purpose: Purpose = Purpose.OTHER,
) -> str:
    """``30 分钟 <- 紧急``: the limit and the conditions that gave it."""
    chosen = of.limits.chosen(kind, Matter(urgency, category, purpose))
    return f"{chosen.limit} <- {chosen.because}" if chosen.because else str(chosen.limit)


@pytest.mark.parametrize(
    ("kind", "matter", "limit"),
    [
        (ClockKind.ACKNOWLEDGE, {}, "1 工作日"),
        (ClockKind.ACKNOWLEDGE, {"urgency": Urgency.CRITICAL}, "15 分钟 <- 特急"),
        (ClockKind.ACKNOWLEDGE, {"urgency": Urgency.URGENT}, "30 分钟 <- 紧急"),
        (ClockKind.RETURN, {}, "2 工作日"),
        (ClockKind.RETURN, {"urgency": Urgency.URGENT}, "4 小时 <- 紧急"),
        (ClockKind.RESOLVE, {"purpose": Purpose.COMPLAINT}, "5 工作日"),
        (ClockKind.RESOLVE, {"purpose": Purpose.CONSULTATION}, "1 工作日 <- 咨询"),
        (ClockKind.RESOLVE, {"purpose": Purpose.HELP}, "3 工作日 <- 求助"),
        # Urgency decides before purpose.
        (
            ClockKind.RESOLVE,
            {"urgency": Urgency.CRITICAL, "purpose": Purpose.HELP},
            "1 自然日 <- 特急",
        ),
        # Replying and reopened orders follow the limit for resolving.
        (ClockKind.REPLY, {"purpose": Purpose.CONSULTATION}, "1 工作日 <- 咨询"),
        (ClockKind.REOPEN, {}, "5 工作日"),
        (ClockKind.CALL_BACK, {}, "2 工作日"),
        (ClockKind.RULING, {"urgency": Urgency.URGENT}, "2 小时 <- 紧急"),
        (ClockKind.SUPERVISION, {"urgency": Urgency.URGENT}, "2 工作日"),
    ],
)
def test_the_demo_city_has_the_limits_that_cities_use(
    kind: ClockKind, matter: dict[str, Any], limit: str
) -> None:
    assert told(load_profile(DEMO), kind, **matter) == limit


def test_a_city_without_limits_of_its_own_has_the_usual_ones() -> None:
    plain = Profile()
    assert told(plain, ClockKind.ACKNOWLEDGE, urgency=Urgency.CRITICAL) == "15 分钟 <- 特急"
    assert told(plain, ClockKind.RESOLVE, purpose=Purpose.CONSULTATION) == "1 工作日 <- 咨询"
    assert str(plain.limits.resolve_limit(Purpose.HELP)) == "5 工作日"
    assert str(plain.limits.acknowledge) == "1 工作日"
    assert str(plain.limits.extension) == "10 工作日"


def test_the_most_specific_rule_holds() -> None:
    of = profile(
        resolve="9 工作日",
        rules=[
            {"purpose": "咨询", "resolve": "1 工作日"},
            {"category": "公用事业", "resolve": "2 工作日"},
            {"category": "公用事业", "purpose": "咨询", "resolve": "3 工作日"},
            {"category": "公用事业/供水", "resolve": "4 工作日"},
            {"urgency": "紧急", "resolve": "5 工作日"},
            {"urgency": "紧急", "category": "公用事业/供水", "resolve": "6 工作日"},
        ],
        by_purpose={"praise": "7 工作日"},
    )
    water, heat = {"category": "公用事业/供水"}, {"category": "公用事业/供热"}
    ask, urgent = {"purpose": Purpose.CONSULTATION}, {"urgency": Urgency.URGENT}
    resolve = ClockKind.RESOLVE
    assert told(of, resolve) == "9 工作日"
    assert told(of, resolve, **ask) == "1 工作日 <- 咨询"
    assert told(of, resolve, **heat) == "2 工作日 <- 公用事业"
    assert told(of, resolve, **heat, **ask) == "3 工作日 <- 公用事业 · 咨询"
    assert told(of, resolve, **water, **ask) == "4 工作日 <- 公用事业/供水"
    assert told(of, resolve, **urgent, **heat, **ask) == "5 工作日 <- 紧急"
    assert told(of, resolve, **urgent, **water) == "6 工作日 <- 紧急 · 公用事业/供水"
    assert told(of, resolve, purpose=Purpose.PRAISE) == "7 工作日 <- 表扬"
    # A rule about one clock says nothing about another.
    assert told(of, ClockKind.ACKNOWLEDGE, **urgent) == "1 工作日"


def test_a_rule_of_the_citys_own_takes_the_place_of_the_usual_one() -> None:
    of = profile(rules=[{"purpose": "咨询", "resolve": "2 工作日"}])
    assert told(of, ClockKind.RESOLVE, purpose=Purpose.CONSULTATION) == "2 工作日 <- 咨询"
    assert told(of, ClockKind.ACKNOWLEDGE, urgency=Urgency.URGENT) == "1 工作日"


def test_a_category_that_only_begins_like_a_rules_is_another() -> None:
    of = profile_from(
        {"limits": {"rules": [{"category": "公用", "resolve": "1 小时"}]}}  # no list to check
    )
    assert told(of, ClockKind.RESOLVE, category="公用事业/供水") == "5 工作日"
    assert told(of, ClockKind.RESOLVE, category="公用/路灯") == "1 小时 <- 公用"


def test_a_general_limit_for_replying_does_not_outlive_a_special_one_for_resolving() -> None:
    of = profile(reply="4 工作日", by_purpose={"consultation": "1 工作日"})
    assert told(of, ClockKind.REPLY) == "4 工作日"
    assert told(of, ClockKind.REPLY, purpose=Purpose.CONSULTATION) == "1 工作日 <- 咨询"


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"acknowledge": "两天"}, "limits.acknowledge：看不懂时限“两天”"),
        ({"acknowlege": "1 工作日"}, "limits 里没有“acknowlege”这一项，可写的有：acknowledge、"),
        ({"extension": "10"}, "limits.extension：看不懂时限“10”"),
        ({"by_purpose": {"逗乐": "1 工作日"}}, "limits.by_purpose 只能是 咨询、求助"),
        ({"by_purpose": {"咨询": "快"}}, "limits.by_purpose.咨询：看不懂时限“快”"),
        ({"rules": [{"urgency": "火急", "reply": "1 小时"}]}, "只能是 特急、紧急、一般"),
        ({"rules": [{"purpose": "逗乐", "reply": "1 小时"}]}, "只能是 咨询、求助"),
        (
            {"rules": [{"category": "公用事业/供电", "reply": "1 小时"}]},
            "limits.rules 第 1 条：分类里没有“公用事业/供电”",
        ),
        ({"rules": [{"reply": "1 小时"}]}, "limits.rules 第 1 条 要写明条件"),
        ({"rules": [{"urgency": "紧急"}]}, "至少一种时限"),
        ({"rules": ["紧急"]}, "limits.rules 第 1 条 应是一组“名称 = 值”"),
        ({"rules": [{"urgency": "紧急", "area": "x"}]}, "没有“area”这一项"),
        (
            {
                "rules": [{"purpose": "咨询", "resolve": "1 小时"}],
                "by_purpose": {"咨询": "2 小时"},
            },
            "对“咨询”写了两次办结时限",
        ),
    ],
)
def test_a_profile_with_a_fault_is_refused_and_the_fault_named(
    limits: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        profile(**limits)
    assert sentence in caught.value.message


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ({"opens": "九点"}, "hours.opens 应为时刻"),
        ({"opens": "18:00"}, "上班时刻 18:00 应早于下班时刻 17:30"),
        ({"always": ["火急"]}, "hours.always 只能是 特急、紧急、一般"),
    ],
)
def test_office_hours_are_checked(hours: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        profile_from({"hours": hours})
    assert sentence in caught.value.message
