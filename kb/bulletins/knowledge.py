"""What the library did in a period: online resolutions by unit and entry, lost cases, gaps.

知识更新及时率 and the gaps are counted by the modules that own them; here they stand beside the
figures of the requests. Gaps and duties are events of the period itself, whatever the cohort.
"""

from typing import Any

from sqlalchemy import Select, String, cast, func, literal, select
from sqlalchemy.orm import Session

from kb.bulletins.populations import is_credited, knowledge_populations
from kb.bulletins.rates import Number
from kb.bulletins.rounding import percent
from kb.bulletins.rows import Row, largest_first
from kb.bulletins.window import Window
from kb.clock import local_day
from kb.models import (
    Adoption,
    CitizenRequest,
    Gap,
    GapStep,
    KnowledgeItem,
    KnowledgeVersion,
    Unit,
    WorkOrder,
)
from kb.queries.figures import Span
from kb.queries.gap_figures import gap_figures
from kb.queries.timeliness import Handled, handled_in
from kb.terms import GapState


def knowledge_figures(session: Session, window: Window, resolved_online: int) -> dict[str, Any]:
    """The section 知识库.

    :param resolved_online: of the totals, for the share that entries answered.
    """
    credited, lost = (_count(session, window, name) for name in ("credited", "lost"))
    return {
        "credited": credited,
        "credited_rate": percent(credited, resolved_online, window.basis.decimals),
        "lost": lost,
        "by_unit": _units(session, window),
        "by_entry": _entries(session, window),
        "gaps": _gaps(session, window),
        "upkeep": _upkeep(session, window),
    }


def _count(session: Session, window: Window, name: str) -> int:
    one = knowledge_populations(window)[name]
    query = (
        select(func.count())
        .select_from(CitizenRequest)
        .where(window.within({name: one}), window.condition(one), window.in_channels())
    )
    return session.execute(query).scalar_one()


def _units(session: Session, window: Window) -> list[Row]:
    """Per unit the requests its entries answered, and those that an entry of it was lost for."""
    known = knowledge_populations(window)
    requests = func.count(CitizenRequest.id.distinct())
    credited = (
        select(Adoption.unit_id, requests)
        .select_from(CitizenRequest)
        .join(Adoption, is_credited(window))
        .where(
            window.within({"credited": known["credited"]}),
            window.condition(known["credited"]),
            window.in_channels(),
        )
        .group_by(Adoption.unit_id)
    )
    lost = (
        select(KnowledgeItem.unit_id, requests)
        .select_from(CitizenRequest)
        .join(WorkOrder, WorkOrder.request_id == CitizenRequest.id)
        .join(KnowledgeItem, KnowledgeItem.id == WorkOrder.lost_item_id)
        .where(
            window.within({"lost": known["lost"]}),
            window.condition(known["lost"]),
            window.in_channels(),
        )
        .group_by(KnowledgeItem.unit_id)
    )
    names = {
        unit_id: window.basis.unit_name(name)
        for unit_id, name in session.execute(select(Unit.id, Unit.name).order_by(Unit.id))
    }
    rows: dict[str, dict[str, int]] = {}
    for name, query in (("credited", credited), ("lost", lost)):
        for unit_id, count in session.execute(query):
            row = rows.setdefault(names[unit_id], {"credited": 0, "lost": 0})
            row[name] += count
    order = largest_first({name: row["credited"] for name, row in rows.items()})
    return [{"name": name, **rows[name]} for name in order]


def _entries(session: Session, window: Window) -> list[Row]:
    """The entries that answered most; ``name`` is the entry's number."""
    one = knowledge_populations(window)["credited"]
    requests = func.count(CitizenRequest.id.distinct())
    query = (
        select(KnowledgeItem.id, KnowledgeVersion.title, Unit.name, requests)
        .select_from(CitizenRequest)
        .join(Adoption, is_credited(window))
        .join(KnowledgeItem, KnowledgeItem.id == Adoption.item_id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .join(Unit, Unit.id == KnowledgeItem.unit_id)
        .where(window.within({"credited": one}), window.condition(one), window.in_channels())
        .group_by(KnowledgeItem.id, KnowledgeVersion.title, Unit.name)
        .order_by(requests.desc(), KnowledgeItem.id)
        .limit(window.basis.top)
    )
    return [
        {"name": str(item_id), "title": title, "unit": window.basis.unit_name(unit), "count": count}
        for item_id, title, unit, count in session.execute(query)
    ]


def _span(window: Window) -> Span:
    return Span(window.period.first, window.period.last)


def _gaps(session: Session, window: Window) -> dict[str, Number]:
    found = gap_figures(session, _span(window), window.as_of)
    return {"opened": found.opened, "reopened": found.reopened, "closed": found.closed}


def _upkeep(session: Session, window: Window) -> dict[str, Number]:
    """知识更新及时率 (kb.queries.timeliness)."""
    handled = duties_of(session, window)
    timely = sum(row.duty.is_timely for row in handled)
    return {
        "duties": len(handled),
        "timely": timely,
        "rate": percent(timely, len(handled), window.basis.decimals),
    }


def duties_of(session: Session, window: Window) -> list[Handled]:
    """What was due in the period; days that were not over at the moment are not judged."""
    return handled_in(session, _span(window), local_day(window.as_of))


def gaps_behind(window: Window, name: str) -> Select[*tuple[Any, ...]]:
    """The gaps that a figure counts; a gap that came back twice is there twice.

    They are those of :func:`kb.queries.gap_figures.gap_figures`.
    """
    span = _span(window)
    columns = (
        literal("gap").label("kind"),
        cast(Gap.id, String).label("number"),
        literal("").label("request_number"),
        Gap.title.label("title"),
        Gap.unit_id.label("unit_id"),
    )
    if name == "opened":
        return select(*columns, Gap.opened_at.label("at")).where(
            span.covers(Gap.opened_at), Gap.state != GapState.MERGED.value
        )
    steps = select(*columns, GapStep.at.label("at")).join(GapStep, GapStep.gap_id == Gap.id)
    steps = steps.where(GapStep.kind == name, span.covers(GapStep.at))
    if name == "reopened":
        return steps
    last = func.max(GapStep.at).label("at")
    closed = select(*columns, last).join(GapStep, GapStep.gap_id == Gap.id)
    return closed.where(GapStep.kind == name, span.covers(GapStep.at)).group_by(
        Gap.id, Gap.title, Gap.unit_id
    )
