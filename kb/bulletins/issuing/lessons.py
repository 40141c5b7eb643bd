"""Draft sentences about what the hotline did and what went wrong, each from what was counted.

A problem and what is asked for because of it come from one finding, so neither stands without the
other; where nothing was counted, nothing is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.bulletins.issuing.grading import rate_name
from kb.bulletins.issuing.sentences import told
from kb.bulletins.issuing.source import Row, Source
from kb.bulletins.issuing.tokens import plainly, token
from kb.bulletins.issuing.wording import enumerated
from kb.bulletins.rows import CATCH_ALL

Sentences = list[str]
_TOP = 5  # units that a sentence names
_LIBRARY = ("extra", "knowledge")
_BY_UNIT = (*_LIBRARY, "by_unit")


@dataclass(frozen=True)
class Finding:
    """A problem as figures show it, and what is asked for because of it."""

    problem: str
    demand: str


def work(source: Source) -> Sentences:
    """热线工作动态: what was done for the knowledge base."""
    said = [*_upkeep_done(source), *_gaps_closed(source), *_answered(source)]
    return [f"知识库建设方面，{source.words.short}{'；'.join(said)}。"] if said else []


def _upkeep_done(source: Source) -> Sentences:
    path = (*_LIBRARY, "upkeep")
    if not source.count(*path, "timely"):
        return []
    text = f"应处理的知识条目{token(*path, 'duties')}件，按时处理{token(*path, 'timely')}件"
    return [text + told(source, "，知识更新及时率", *path, "rate")]


def _gaps_closed(source: Source) -> Sentences:
    path = (*_LIBRARY, "gaps", "closed")
    if not source.count(*path):
        return []
    return [f"补齐知识缺口{token(*path)}个，原来的问题重新检索都有了答案"]


def _answered(source: Source) -> Sentences:
    if not source.count(*_LIBRARY, "credited"):
        return []
    text = f"采纳知识库条目直接答复诉求{token(*_LIBRARY, 'credited')}件"
    return [f"{text}{_entries_of(source, 'credited')}"]


def problems(source: Source) -> Sentences:
    """存在的问题."""
    found = [finding.problem for finding in findings(source)]
    if not found:
        return []
    return [f"从{source.words.short}的数字看，主要有以下问题：{enumerated(found, '是')}。"]


def required(source: Source) -> Sentences:
    """下一步工作要求: one for each of the problems."""
    found = [finding.demand for finding in findings(source)]
    return [f"针对{source.words.short}的情况，{enumerated(found, '要')}。"] if found else []


def findings(source: Source) -> list[Finding]:
    """What the figures show to be wrong, orders first."""
    return [
        *_late(source, "overdue_acknowledged", "签收"),
        *_late(source, "overdue_resolved", "办结"),
        *_dissatisfied(source),
        *_lowest(source),
        *_returned(source),
        *_lost(source),
        *_gaps(source),
        *_upkeep(source),
    ]


def _late(source: Source, name: str, what: str) -> list[Finding]:
    return _listed(
        source,
        name,
        f"有工单没有按期{what}，超期{what}工单",
        f"按期{what}工单，{{who}}对超期{what}的{{count}}件逐件查明原因",
    )


def _dissatisfied(source: Source) -> list[Finding]:
    return _listed(
        source,
        "dissatisfied",
        "有群众对办理结果不满意，不满意工单",
        "提高办理质量，{who}对不满意的{count}件逐件核实，向群众作出说明",
    )


def _listed(source: Source, name: str, problem: str, demand: str) -> list[Finding]:
    """Orders that bulletins list by unit; ``demand`` with ``{who}`` and ``{count}``."""
    if not source.count("totals", name):
        return []
    count, rows = token("totals", name), _units(source.rows("extra", name))
    listed = _each(rows, ("extra", name), "count")
    return [
        Finding(
            f"{problem}{count}件" + (f"，其中{listed}" if listed else ""),
            demand.format(who=_who(rows), count=count),
        )
    ]


def _lowest(source: Source) -> list[Finding]:
    """Units in the last band; without any where there is but one band."""
    chosen = source.document["definitions"].get("grades")
    if chosen is None or len(chosen["bands"]) < 2:
        return []
    last, of = chosen["bands"][-1][0], chosen["of"]
    rows = [row for row in _units(source.rows("by_unit")) if row["grade"] == last]
    rows.sort(key=lambda row: row[of])
    if not rows:
        return []
    name, least = rate_name(of), "较低的为" if len(rows) > _TOP else ""
    return [
        Finding(
            f"有单位{name}分档为“{last}”，{least}{_each(rows, ('by_unit',), of, '')}",
            f"提高{name}，{_who(rows)}对照分档查找不足、改进办理",
        )
    ]


def _returned(source: Source) -> list[Finding]:
    if not source.count("totals", "returned"):
        return []
    count = token("totals", "returned")
    rate = told(source, "，退单率", "totals", "return_rate")
    return [
        Finding(
            f"有工单被承办单位退回，退单工单{count}件{rate}",
            f"减少退单，对退过单的{count}件逐件查明退回原因",
        )
    ]


def _lost(source: Source) -> list[Finding]:
    if not source.count(*_LIBRARY, "lost"):
        return []
    count = token(*_LIBRARY, "lost")
    return [
        Finding(
            f"有诉求库中有答案仍转了工单，共{count}件{_entries_of(source, 'lost')}",
            f"用好知识库，对库中有答案仍转办的{count}件逐件复核",
        )
    ]


def _gaps(source: Source) -> list[Finding]:
    path = (*_LIBRARY, "gaps")
    said, asked = [], []
    if source.count(*path, "opened"):
        said.append(f"新增缺口{token(*path, 'opened')}个")
        asked.append(f"新增的{token(*path, 'opened')}个缺口")
    if source.count(*path, "reopened"):
        said.append(f"补齐后又重现{token(*path, 'reopened')}次")
        asked.append("重现的缺口")
    if not said:
        return []
    return [
        Finding(
            f"有问题在知识库里查不到答案，{'，'.join(said)}",
            f"补齐知识缺口，对{'和'.join(asked)}由责任单位提供答案",
        )
    ]


def _upkeep(source: Source) -> list[Finding]:
    path = (*_LIBRARY, "upkeep")
    duties, timely = (source.count(*path, name) or 0 for name in ("duties", "timely"))
    if not duties or timely == duties:
        return []
    text = f"应处理的条目{token(*path, 'duties')}件，按时处理{token(*path, 'timely')}件"
    return [
        Finding(
            f"有知识没有按时更新，{text}" + told(source, "，知识更新及时率", *path, "rate"),
            "按时更新知识，所属单位对到期、应核验的条目当天处理",
        )
    ]


def _units(rows: Sequence[Row]) -> list[Row]:
    """Rows of a unit each: nobody can be asked for what stands for everything else."""
    return [row for row in rows if row["name"] not in CATCH_ALL]


def _each(rows: Sequence[Row], path: tuple[str, ...], figure: str, unit: str = "件") -> str:
    """The first units with a figure of each."""
    return "、".join(
        f"{plainly(row['name'])}{token(*path, row['name'], figure)}{unit}" for row in rows[:_TOP]
    )


def _entries_of(source: Source, name: str) -> str:
    """Whose entries they were, the largest first."""
    rows = [row for row in _units(source.rows(*_BY_UNIT)) if row[name]]
    rows.sort(key=lambda row: -row[name])
    listed = _each(rows, _BY_UNIT, name)
    return f"，其中条目属于{listed}" if listed else ""


def _who(rows: Sequence[Row]) -> str:
    if not rows:
        return "各承办单位"
    named = "、".join(plainly(row["name"]) for row in rows[:_TOP])
    return f"{named}等单位" if len(rows) > _TOP else named
