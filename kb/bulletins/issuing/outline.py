"""Which sections a kind of bulletin has, and what each is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kb.bulletins.issuing import lessons, matter_sentences, order_sentences, sentences, tabulating
from kb.bulletins.issuing.parts import Chart, Table
from kb.bulletins.issuing.source import Source
from kb.terms import BulletinKind

_LONG = frozenset(
    {BulletinKind.MONTHLY, BulletinKind.QUARTERLY, BulletinKind.YEARLY, BulletinKind.TOPICAL}
)
_REGULAR = frozenset(BulletinKind) - {BulletinKind.TOPICAL}
_EVERY = frozenset(BulletinKind)


def _nothing(_source: Source) -> list[str]:
    return []


def _no_tables(_source: Source) -> list[Table]:
    return []


def _no_charts(_source: Source) -> list[Chart]:
    return []


@dataclass(frozen=True)
class Part:
    """A section as it may be: heading, level, draft sentences, tables and charts.

    :ivar numbered: paragraphs are items 1. 2. 3.
    """

    key: str
    level: int
    heading: str
    text: Callable[[Source], list[str]] = _nothing
    tables: Callable[[Source], list[Table]] = _no_tables
    charts: Callable[[Source], list[Chart]] = _no_charts
    kinds: frozenset[BulletinKind] = field(default=_EVERY)
    numbered: bool = False


PARTS: Sequence[Part] = (
    Part("overall", 1, "热线运行总体情况", sentences.overall),
    Part("distribution", 1, "数据分布情况"),
    Part(
        "purposes",
        2,
        "按目的分类",
        sentences.purposes,
        lambda source: tabulating.shares(source, "by_purpose", "目的分类一览表", "目的"),
        lambda source: tabulating.pie(source, "by_purpose", "目的分类"),
    ),
    Part(
        "categories",
        2,
        "按诉求分类",
        sentences.categories,
        lambda source: tabulating.shares(source, "by_category", "诉求分类一览表", "类别"),
        lambda source: tabulating.bars(source, "by_category", "count", "诉求分类"),
    ),
    Part(
        "regions",
        2,
        "按区域分布",
        sentences.regions,
        lambda source: (
            tabulating.shares(source, "by_region", "区域分布一览表", "区域")
            if sentences.regions(source)
            else []
        ),
        kinds=_LONG,
    ),
    Part("channels", 2, "按受理渠道", sentences.channels, kinds=_LONG),
    Part("handling", 1, "工单转办及办理情况", order_sentences.handling),
    Part(
        "resolved",
        2,
        "工单办结情况",
        tables=tabulating.units_resolved,
        charts=lambda source: tabulating.bars(source, "by_unit", "orders", "工单量居前的单位"),
    ),
    Part("satisfied", 2, "工单回访满意度情况", tables=tabulating.units_satisfied, kinds=_LONG),
    Part("returns", 2, "退单和办理时长情况", tables=tabulating.units_returned, kinds=_LONG),
    Part("late", 2, "按期签收、办结及满意情况", order_sentences.late),
    Part("letters", 1, "非话务渠道诉求办理情况", sentences.letters, kinds=_LONG & _REGULAR),
    Part("topics", 1, "专项诉求办理情况", sentences.topics, kinds=_REGULAR, numbered=True),
    Part("matters", 1, "主要热点", matter_sentences.matters, kinds=_LONG, numbered=True),
    Part("cases", 1, "典型案例", kinds=_LONG, numbered=True),
    Part("work", 1, "热线工作动态", lessons.work, kinds=_LONG),
    Part("problems", 1, "存在的问题", lessons.problems, kinds=_LONG),
    Part("focus", 1, "近期关注重点", matter_sentences.focus),
    # A short report asks for nothing by itself; what a person writes there is printed.
    Part("next", 1, "下一步工作要求", kinds=_EVERY - _LONG),
    Part("next", 1, "下一步工作要求", lessons.required, kinds=_LONG),
    Part(
        "assessment",
        1,
        "承办单位考核情况",
        tables=tabulating.assessed,
        kinds=_LONG & _REGULAR,
    ),
)


def parts_of(kind: BulletinKind) -> list[Part]:
    """The sections a kind may have, in their order."""
    return [part for part in PARTS if kind in part.kinds]
