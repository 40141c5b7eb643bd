"""The fields of 统计口径: a city's definitions of its figures."""

from datetime import datetime

from kb.bulletins.basis import (
    ASSISTING,
    DENOMINATORS,
    DISPATCHED,
    EVENTS,
    EXCEPT,
    GRADED,
    HALF_UP,
    LARGEST_REMAINDER,
    LEAD,
    LISTED,
    PARENT,
    RECEIVED,
    REQUESTS,
    TOTAL,
)
from kb.bulletins.basis_reading import PERIOD_END_WORD
from kb.clock import SHANGHAI
from kb.profile import Profile
from kb.profile_form.fields import Field, Kind, in_a_line, simple
from kb.terms import Outcome, Satisfaction

_OVER = {
    "dispatched": "转办工单",
    "acknowledged": "已签收工单",
    "resolved": "已办结工单",
    "due": "已到期工单",
    "followed_up": "已回访工单",
    "rated": "已评价工单",
}
_PARTS = ((LEAD, "主办"), (ASSISTING, "协办"))
_RATES = {
    "acknowledged_on_time_rate": "按期签收率",
    "resolved_on_time_rate": "按期办结率",
    "follow_up_rate": "回访率",
    "satisfaction_rate": "满意率",
}


_SHARES = {
    "by_purpose": "按目的的占比",
    "by_category": "按类别的占比",
    "by_channel": "按渠道的占比",
    "by_region": "按区域的占比",
}


def _moment(profile: Profile) -> str:
    asked = profile.figures.as_of
    if isinstance(asked, datetime):
        return f"{asked.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    return PERIOD_END_WORD if asked else ""


def _share(name: str, label: str) -> Field:
    return simple(
        f"figures.printed_share_rounding.{name}",
        label,
        Kind.CHOICE,
        f"figures.share_rounding.{name}",
        hint="凑足 100%：用最大余数法，各项相加正好是 100%。" if name == "by_purpose" else "",
        options=((HALF_UP, "各自四舍五入"), (LARGEST_REMAINDER, "凑足 100%")),
    )


def _denominator(name: str, label: str) -> Field:
    return Field(
        f"figures.denominators.{name}",
        f"{label}除以",
        Kind.CHOICE,
        lambda profile: profile.figures.denominators[name],
        options=tuple((code, _OVER[code]) for code in DENOMINATORS[name]),
    )


FIGURES: tuple[Field, ...] = (
    simple(
        "figures.cohort",
        "统计哪些工单",
        Kind.CHOICE,
        options=((RECEIVED, "时段内受理的诉求的工单"), (EVENTS, "时段内发生的办理")),
    ),
    Field(
        "figures.as_of",
        "以哪一刻的情形为准",
        Kind.TEXT,
        _moment,
        "空着是做数字的那一刻；写“期末”是时段的最后一刻；也可以写时刻，如 2026-10-21 23:59:59。",
        may_be_empty=True,
    ),
    Field(
        "figures.scope.channels",
        "只计这些渠道",
        Kind.WORDS,
        lambda profile: in_a_line(profile.figures.scope.channels or ()),
        "空着是全部渠道；几个之间用分号隔开。",
        may_be_empty=True,
    ),
    simple(
        "figures.scope.exclude_outcomes",
        "不计的结果",
        Kind.CHOICES,
        options=tuple((one.label, one.label) for one in Outcome),
    ),
    simple(
        "figures.roles.totals",
        "合计里算哪些单位的工单",
        Kind.CHOICES,
        options=_PARTS,
    ),
    simple(
        "figures.roles.by_unit",
        "分单位时算哪些",
        Kind.CHOICES,
        options=_PARTS,
    ),
    simple(
        "figures.share_base",
        "占比除以",
        Kind.CHOICE,
        options=((REQUESTS, "受理量"), (DISPATCHED, "转办工单")),
    ),
    simple(
        "figures.child_share_base",
        "下级类别的占比除以",
        Kind.CHOICE,
        options=((TOTAL, "全部"), (PARENT, "上级类别")),
    ),
    *(_denominator(name, label) for name, label in _RATES.items()),
    simple(
        "figures.satisfied.mode",
        "满意怎样算",
        Kind.CHOICE,
        options=((LISTED, "下面选的评价算满意"), (EXCEPT, "下面选的评价以外都算满意")),
    ),
    simple(
        "figures.satisfied.values",
        "其中的评价",
        Kind.CHOICES,
        options=tuple((one.label, one.label) for one in Satisfaction),
    ),
    simple(
        "figures.daily_average.of",
        "日均的什么",
        Kind.CHOICE,
        options=(("offered", "呼入来电"), ("answered", "接通来电"), ("requests", "受理量")),
    ),
    simple(
        "figures.daily_average.days",
        "日均按",
        Kind.CHOICE,
        options=(("calendar", "日历天"), ("working", "工作日")),
    ),
    simple("figures.daily_average.decimals", "日均保留几位小数", Kind.NUMBER, least=0, most=6),
    simple(
        "figures.rounding.decimals",
        "率保留几位小数",
        Kind.NUMBER,
        "figures.decimals",
        least=0,
        most=6,
    ),
    *(_share(name, label) for name, label in _SHARES.items()),
    simple(
        "figures.phone_channels",
        "算作电话的渠道",
        Kind.LINES,
        may_be_empty=True,
    ),
    simple(
        "figures.zero_lines",
        "没有诉求也列出的专线",
        Kind.LINES,
        may_be_empty=True,
    ),
    simple(
        "figures.top",
        "排行列几名",
        Kind.NUMBER,
        most=1000,
    ),
    Field(
        "figures.unit_aliases",
        "合并计数的单位",
        Kind.PAIRS,
        lambda profile: "\n".join(
            f"{alias} = {name}" for alias, name in profile.figures.unit_aliases.items()
        ),
        "每行“别名 = 单位名称”，如改过名称、记录里还用旧名的单位。",
        may_be_empty=True,
    ),
    simple("figures.grades.of", "分档按", Kind.CHOICE, options=tuple(GRADED.items())),
    simple("figures.grades.bands", "分档", Kind.BANDS, hint="每行“档名 = 起点百分数”，从高到低。"),
    simple(
        "figures.grades.at_least",
        "不足几件不分档",
        Kind.NUMBER,
        least=0,
        most=1_000_000,
    ),
)
