"""Which unit a gap most likely belongs to, and why."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from indexer.errors import InvalidQuery
from kb.actor import Actor
from kb.clock import local_day
from kb.gaps.matter import Matter, from_json, said_share
from kb.models import Gap, GapAsk, GapQuery, KnowledgeVersion, SearchRecord, Unit, WorkOrder
from kb.services.questions import Question
from kb.services.search import SearchService
from kb.services.suggesting import suggest_units
from kb.terms import Role

# What a try of the search is made as: an agent who sees what every agent sees.
AGENT = Actor(0, "坐席", None, frozenset({Role.AGENT}))
_ASKED, _FOUND = 5, 3
_ABOUT = 0.5


def suspect(
    session: Session, search: SearchService, gap: Gap, now: datetime
) -> tuple[int | None, str]:
    """The unit that seems to own the matter, and why; None when nothing tells.

    Orders that the questions led to say most, then the dispatch catalogue (派单目录), then a unit
    that is named in them, then that of the entries that come nearest although they do not answer.
    """
    found = _of_orders(session, gap) or _of_catalogue(session, gap, now) or _named(session, gap)
    return found or _of_near(session, search, gap, local_day(now)) or (None, "")


Suspicion = tuple[int, str]


def _of_orders(session: Session, gap: Gap) -> Suspicion | None:
    count = func.count(WorkOrder.id.distinct())
    query = (
        select(Unit.id, Unit.name, count)
        .join(Unit, Unit.id == WorkOrder.unit_id)
        .join(SearchRecord, SearchRecord.request_id == WorkOrder.request_id)
        .join(GapAsk, GapAsk.record_id == SearchRecord.id)
        .join(GapQuery, GapQuery.id == GapAsk.query_id)
        .where(GapQuery.gap_id == gap.id, Unit.is_active.is_(True))
        .group_by(Unit.id, Unit.name)
        .order_by(count.desc(), Unit.id)
    )
    for unit_id, name, orders in session.execute(query.limit(1)):
        return unit_id, f"这些提问转的工单有 {orders} 件由{name}承办"
    return None


def _of_catalogue(session: Session, gap: Gap, now: datetime) -> Suspicion | None:
    texts = " ".join(question.text for question in gap.questions[:_ASKED])
    for unit in suggest_units(session, texts, "", "", now):
        if unit.entry_id is not None and unit.is_sure:
            return unit.unit_id, "；".join(unit.reasons)
    return None


def _named(session: Session, gap: Gap) -> Suspicion | None:
    texts = " ".join(question.text for question in gap.questions)
    units = session.scalars(select(Unit).where(Unit.is_active.is_(True)).order_by(Unit.id))
    found = [
        (len(name), unit, name)
        for unit in units
        for name in (unit.name, *unit.aliases)
        if len(name) > 2 and name in texts
    ]
    if not found:
        return None
    _, unit, name = max(found, key=lambda one: (one[0], -one[1].id))
    return unit.id, f"提问里说到“{name}”"


def _is_about(matter: Matter, version: KnowledgeVersion) -> bool:
    """More than half of what is asked stands in the title, or in a question the entry answers. A
    word in its body, or one it shares with every other matter (补贴, 登记), is near by chance."""
    return said_share(matter, "\n".join((version.title, *version.variants))) > _ABOUT


def _of_near(session: Session, search: SearchService, gap: Gap, today: date) -> Suspicion | None:
    """A unit is guessed by entries about the matter alone; nobody is better than a wrong one."""
    near: dict[int, float] = {}
    seen: dict[int, set[int]] = {}
    names: dict[int, str] = {}
    for question in gap.questions[:_ASKED]:
        try:
            answers = search.find(session, Question(question.text, today, limit=_FOUND), AGENT)
        except InvalidQuery:
            continue  # filler alone has no neighbours
        matter = from_json(question.matter)
        for place, found in enumerate(answers.found):
            if not _is_about(matter, found.version):
                continue
            unit = found.item.unit
            near[unit.id] = near.get(unit.id, 0.0) + 1 / (1 + place)
            seen.setdefault(unit.id, set()).add(found.item.id)
            names[unit.id] = unit.name
    if not near:
        return None
    unit_id = min(near, key=lambda one: (-near[one], one))
    return unit_id, f"最接近的条目有 {len(seen[unit_id])} 条属于{names[unit_id]}"
