"""What the library did in a period: online resolutions by unit and entry, lost cases, gaps.

知识更新及时率 and the gaps are counted by the modules that own them; here they stand beside the
figures of the requests. Gaps and duties are events of the period itself, whatever the cohort.
"""

from typing import Any

from sqlalchemy import Select, String, cast, func, literal, select
from sqlalchemy.orm import Session

from kb.bulletins.populations import KNOWLEDGE
from kb.bulletins.rates import Number
from kb.bulletins.rounding import percent
from kb.bulletins.rows import Row, largest_first
from kb.bulletins.subjects import is_credited, requests
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
from kb.queries.gap_figures import gap_figures
from kb.queries.timeliness import Handled, handled_in
from kb.terms import GapState


def knowledge_figures(session: Session, window: Window, resolved_online: int) -> dict[str, Any]:
    """The section 知识库.

    :param resolved_online: of the totals, for the share that entries answered.
    """
    counts = library_counts(session, window)
    return {
        **counts,
        "credited_rate": percent(counts["credited"], resolved_online, window.basis.decimals),
        "by_unit": _units(session, window),
        "by_entry": _entries(session, window),
        "gaps": _gaps(session, window),
        "upkeep": _upkeep(session, window),
    }


def _behind(query: Select[*tuple[Any, ...]], window: Window, name: str) -> Select[*tuple[Any, ...]]:
    """A query of requests cut to those of a population."""
    subject = requests(window)
    return query.where(
        window.of_requests(subject.moments.values()),
        subject.condition(KNOWLEDGE[name], window),
        window.in_channels(),
    )


def library_counts(session: Session, window: Window) -> dict[str, int]:
    """Requests by what the library did for them (kb.bulletins.populations.KNOWLEDGE)."""
    counts = [
        _behind(select(func.count()).select_from(CitizenRequest), window, name).scalar_subquery()
        for name in KNOWLEDGE
    ]
    return dict(zip(KNOWLEDGE, session.execute(select(*counts)).one(), strict=True))


def _units(session: Session, window: Window) -> list[Row]:
    """Per unit the requests its entries answered, and those that an entry of it was lost for."""
    counted = func.count(CitizenRequest.id.distinct())
    credited = (
        select(Adoption.unit_id, counted)
        .select_from(CitizenRequest)
        .join(Adoption, is_credited(window))
        .group_by(Adoption.unit_id)
    )
    lost = (
        select(KnowledgeItem.unit_id, counted)
        .select_from(CitizenRequest)
        .join(WorkOrder, WorkOrder.request_id == CitizenRequest.id)
        .join(KnowledgeItem, KnowledgeItem.id == WorkOrder.lost_item_id)
        .group_by(KnowledgeItem.unit_id)
    )
    names = {
        unit_id: window.basis.unit_name(name)
        for unit_id, name in session.execute(select(Unit.id, Unit.name).order_by(Unit.id))
    }
    rows: dict[str, dict[str, int]] = {}
    for name, query in (("credited", credited), ("lost", lost)):
        for unit_id, count in sorted(session.execute(_behind(query, window, name)).all()):
            row = rows.setdefault(names[unit_id], {"credited": 0, "lost": 0})
            row[name] += count
    order = largest_first({name: row["credited"] for name, row in rows.items()})
    return [{"name": name, **rows[name]} for name in order]


def _entries(session: Session, window: Window) -> list[Row]:
    """The entries that answered most; ``name`` is the entry's number."""
    counted = func.count(CitizenRequest.id.distinct())
    query = (
        select(KnowledgeItem.id, KnowledgeVersion.title, Unit.name, counted)
        .select_from(CitizenRequest)
        .join(Adoption, is_credited(window))
        .join(KnowledgeItem, KnowledgeItem.id == Adoption.item_id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .join(Unit, Unit.id == KnowledgeItem.unit_id)
        .group_by(KnowledgeItem.id, KnowledgeVersion.title, Unit.name)
        .order_by(counted.desc(), KnowledgeItem.id)
        .limit(window.basis.top)
    )
    return [
        {"name": str(item_id), "title": title, "unit": window.basis.unit_name(unit), "count": count}
        for item_id, title, unit, count in session.execute(_behind(query, window, "credited"))
    ]


def _gaps(session: Session, window: Window) -> dict[str, Number]:
    found = gap_figures(session, window.period, window.as_of)
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
    return handled_in(session, window.period, local_day(window.as_of))


def gaps_behind(window: Window, name: str) -> Select[*tuple[Any, ...]]:
    """The gaps that a figure counts; a gap that came back twice is there twice.

    They are those of :func:`kb.queries.gap_figures.gap_figures`.
    """
    span = window.period
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
