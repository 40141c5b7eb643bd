"""The fields of 考核: what units are scored by."""

from typing import Any

from kb.assessment.basis import COUNTED, FIGURES
from kb.profile import Profile
from kb.profile_form.fields import Field, Kind, Section, simple

_FIGURES = tuple(FIGURES.items())
_COUNTED = tuple((code, FIGURES[code]) for code in COUNTED)


def _items(profile: Profile) -> list[dict[str, Any]]:
    return [
        {
            "figure": one.figure,
            "weight": str(one.weight),
            "full": str(one.full),
            "floor": str(one.floor),
        }
        for one in profile.assessment.items
    ]


def _extras(profile: Profile) -> list[dict[str, Any]]:
    return [
        {"figure": one.figure, "each": str(one.each), "most": str(one.most)}
        for one in profile.assessment.extras
    ]


ASSESSMENT = Section(
    "assessment",
    "考核",
    "各单位按哪些数字得分、怎样分档。已经封存的时段不变。",
    (
        Field(
            "assessment.items",
            "计分的数字",
            Kind.ROWS,
            _items,
            "达到满分线得全部权重，到零分线不得分，中间按比例；满分线小于零分线的，越少越好。",
            columns=(
                Field("figure", "数字", Kind.CHOICE, options=_FIGURES),
                Field("weight", "权重", Kind.DECIMAL),
                Field("full", "满分线", Kind.DECIMAL),
                Field("floor", "零分线", Kind.DECIMAL),
            ),
        ),
        Field(
            "assessment.extras",
            "每件加分或扣分",
            Kind.ROWS,
            _extras,
            "扣分写负数；合计最多加或扣多少分写正数。",
            columns=(
                Field("figure", "数字", Kind.CHOICE, options=_COUNTED),
                Field("each", "每件", Kind.DECIMAL),
                Field("most", "合计最多", Kind.DECIMAL),
            ),
        ),
        simple(
            "assessment.bands", "得分分档", Kind.BANDS, hint="每行“档名 = 起点分数”，从高到低。"
        ),
        simple("assessment.at_least", "不足几件不评分", Kind.NUMBER, least=0, most=1_000_000),
        simple("assessment.decimals", "得分保留几位小数", Kind.NUMBER, least=0, most=4),
        simple(
            "assessment.objection_days", "时段过完后几天内可提异议", Kind.NUMBER, least=1, most=366
        ),
    ),
)
