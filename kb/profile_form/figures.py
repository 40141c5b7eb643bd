"""The fields of 统计口径: a city's definitions of its figures."""

from collections.abc import Callable
from typing import Any

from kb.bulletins.basis import (
    ASSISTING,
    DENOMINATORS,
    DISPATCHED,
    EVENTS,
    EXCEPT,
    HALF_UP,
    LARGEST_REMAINDER,
    LEAD,
    LISTED,
    PARENT,
    RECEIVED,
    REQUESTS,
    TOTAL,
)
from kb.profile import Profile
from kb.profile_form.fields import Field, Kind
from kb.terms import Outcome, Satisfaction

_OVER = {
    "dispatched": "转办工单",
    "acknowledged": "已签收工单",
    "resolved": "已办结工单",
    "due": "已到期工单",
    "followed_up": "已回访工单",
    "rated": "已评价工单",
}
_RATES = {
    "acknowledged_on_time_rate": "按期签收率",
    "resolved_on_time_rate": "按期办结率",
    "follow_up_rate": "回访率",
    "satisfaction_rate": "满意率",
}


def _of(read: Callable[[Any], Any]) -> Callable[[Profile], Any]:
    return lambda profile: read(profile.figures)


def _denominator(name: str, label: str) -> Field:
    return Field(
        f"figures.denominators.{name}",
        f"{label}除以",
        Kind.CHOICE,
        _of(lambda basis: basis.denominators[name]),
        options=tuple((code, _OVER[code]) for code in DENOMINATORS[name]),
    )


FIGURES: tuple[Field, ...] = (
    Field(
        "figures.cohort",
        "统计哪些工单",
        Kind.CHOICE,
        _of(lambda basis: basis.cohort),
        options=((RECEIVED, "时段内受理的诉求的工单"), (EVENTS, "时段内发生的办理")),
    ),
    Field(
        "figures.scope.exclude_outcomes",
        "不计的结果",
        Kind.CHOICES,
        _of(lambda basis: list(basis.scope.exclude_outcomes)),
        options=tuple((one.label, one.label) for one in Outcome),
    ),
    Field(
        "figures.roles.totals",
        "合计里算哪些单位的工单",
        Kind.CHOICES,
        _of(lambda basis: list(basis.roles.totals)),
        options=((LEAD, "主办"), (ASSISTING, "协办")),
    ),
    Field(
        "figures.roles.by_unit",
        "分单位时算哪些",
        Kind.CHOICES,
        _of(lambda basis: list(basis.roles.by_unit)),
        options=((LEAD, "主办"), (ASSISTING, "协办")),
    ),
    Field(
        "figures.share_base",
        "占比除以",
        Kind.CHOICE,
        _of(lambda basis: basis.share_base),
        options=((REQUESTS, "受理量"), (DISPATCHED, "转办工单")),
    ),
    Field(
        "figures.child_share_base",
        "下级类别的占比除以",
        Kind.CHOICE,
        _of(lambda basis: basis.child_share_base),
        options=((TOTAL, "全部"), (PARENT, "上级类别")),
    ),
    *(_denominator(name, label) for name, label in _RATES.items()),
    Field(
        "figures.satisfied.mode",
        "满意怎样算",
        Kind.CHOICE,
        _of(lambda basis: basis.satisfied.mode),
        options=((LISTED, "下面选的评价算满意"), (EXCEPT, "下面选的评价以外都算满意")),
    ),
    Field(
        "figures.satisfied.values",
        "其中的评价",
        Kind.CHOICES,
        _of(lambda basis: list(basis.satisfied.values)),
        options=tuple((one.label, one.label) for one in Satisfaction),
    ),
    Field(
        "figures.daily_average.of",
        "日均的什么",
        Kind.CHOICE,
        _of(lambda basis: basis.daily_average.of),
        options=(("offered", "呼入来电"), ("answered", "接通来电"), ("requests", "受理量")),
    ),
    Field(
        "figures.daily_average.days",
        "日均按",
        Kind.CHOICE,
        _of(lambda basis: basis.daily_average.days),
        options=(("calendar", "日历天"), ("working", "工作日")),
    ),
    Field(
        "figures.rounding.decimals",
        "率保留几位小数",
        Kind.NUMBER,
        _of(lambda basis: basis.decimals),
        least=0,
        most=6,
    ),
    Field(
        "figures.printed_share_rounding.by_purpose",
        "按目的的占比",
        Kind.CHOICE,
        _of(lambda basis: basis.share_rounding.by_purpose),
        "凑足 100%：用最大余数法，各项相加正好是 100%。",
        ((HALF_UP, "各自四舍五入"), (LARGEST_REMAINDER, "凑足 100%")),
    ),
    Field(
        "figures.phone_channels",
        "算作电话的渠道",
        Kind.LINES,
        _of(lambda basis: "\n".join(basis.phone_channels)),
        may_be_empty=True,
    ),
    Field(
        "figures.zero_lines",
        "没有诉求也列出的专线",
        Kind.LINES,
        _of(lambda basis: "\n".join(basis.zero_lines)),
        may_be_empty=True,
    ),
    Field(
        "figures.top",
        "排行列几名",
        Kind.NUMBER,
        _of(lambda basis: basis.top),
        most=1000,
    ),
    Field(
        "figures.grades.at_least",
        "不足几件不分档",
        Kind.NUMBER,
        _of(lambda basis: basis.grades.at_least),
        least=0,
        most=1_000_000,
    ),
)
