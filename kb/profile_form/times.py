"""The pages of the profile about time: limits, office hours, reminders."""

from typing import Any

from kb.profile import Profile
from kb.profile_escalation import TARGETS
from kb.profile_form.fields import Field, Kind, Options, Section, simple
from kb.terms import ClockKind, Purpose, Urgency

_LIMITED = tuple(ClockKind)
_URGENCIES: Options = tuple((one.label, one.label) for one in Urgency)
PURPOSES: Options = tuple((one.value, one.label) for one in Purpose)
_TOLD = {
    "unit": "承办单位经办",
    "reviewer": "单位审核人",
    "supervisor": "督办",
    "leader:1": "单位领导（第一级）",
    "leader:2": "单位领导（第二级）",
    "leader:3": "单位领导（第三级）",
}


def _limit_rows(profile: Profile) -> list[dict[str, Any]]:
    return [
        {
            "urgency": rule.urgency.label if rule.urgency else "",
            "category": rule.category,
            "purpose": rule.purpose.value if rule.purpose else "",
            **{kind.value: str(limit) for kind, limit in rule.limits.items()},
        }
        for rule in profile.limits.rules
    ]


def _base(kind: ClockKind) -> Field:
    may_be_empty = kind in (ClockKind.REPLY, ClockKind.REOPEN)
    return Field(
        f"limits.{kind.value}",
        kind.label,
        Kind.LIMIT,
        lambda profile: str(profile.limits.base.get(kind, "")),
        "留空时与办结相同" if may_be_empty else "",
        may_be_empty=may_be_empty,
    )


TIMES: tuple[Section, ...] = (
    Section(
        "limits",
        "时限",
        "写数量加单位：分钟、小时、自然日、工作日。时限从派单起算；已经承诺的不变。",
        (
            *(_base(kind) for kind in _LIMITED),
            simple("limits.extension", "延期合计不超过", Kind.LIMIT),
            Field(
                "limits.rules",
                "特别的时限",
                Kind.ROWS,
                _limit_rows,
                hint="条件越具体越优先：先看紧急程度，再看类别，最后看目的。没有写的时限用上面的。",
                columns=(
                    Field(
                        "urgency", "紧急程度", Kind.CHOICE, options=_URGENCIES, may_be_empty=True
                    ),
                    Field("category", "类别", Kind.TEXT, most=80, may_be_empty=True),
                    Field("purpose", "目的", Kind.CHOICE, options=PURPOSES, may_be_empty=True),
                    *(
                        Field(kind.value, kind.label, Kind.LIMIT, may_be_empty=True)
                        for kind in _LIMITED
                    ),
                ),
            ),
        ),
    ),
    Section(
        "hours",
        "上班时间和提醒",
        "工作日由工作日历定；这里是一天里的时刻，和到期前后提醒谁。",
        (
            simple("hours.opens", "上班", Kind.TIME, "hours.office.opens"),
            simple("hours.closes", "下班", Kind.TIME, "hours.office.closes"),
            Field(
                "hours.always",
                "随时起算",
                Kind.CHOICES,
                lambda profile: [one.label for one in Urgency if one in profile.hours.always],
                "下班后派出也立即起算。",
                _URGENCIES,
            ),
            Field(
                "hours.on_duty",
                "有人值班时随时起算",
                Kind.CHOICES,
                lambda profile: [one.label for one in Urgency if one in profile.hours.on_duty],
                "单位 7×24 或当时有人值班的。",
                _URGENCIES,
            ),
            simple(
                "reminders.before",
                "到期前多久提醒",
                Kind.LIMIT,
                hint="用分钟、小时或自然日；不早于时限过半。",
            ),
            simple(
                "reminders.quiet_from",
                "免打扰时段从几点",
                Kind.TIME,
                hint="其间一般件不提醒、不催办、不发邮件、不推送；特急、紧急件照常。",
            ),
            simple(
                "reminders.quiet_to",
                "免打扰时段到几点",
                Kind.TIME,
                hint="压下的到点补上。可以跨过半夜；两个时刻相同就没有免打扰。",
            ),
            Field(
                "reminders.ladder",
                "超期后逐级报到",
                Kind.ROWS,
                lambda profile: [
                    {"to": step.to, "after": str(step.after or "")}
                    for step in profile.reminders.ladder
                ],
                "第一步不写“超期多久”，就是一超期。",
                columns=(
                    Field(
                        "to",
                        "报给",
                        Kind.CHOICE,
                        options=tuple((one, _TOLD[one]) for one in TARGETS),
                    ),
                    Field("after", "超期多久", Kind.LIMIT, may_be_empty=True),
                ),
            ),
        ),
    ),
)
