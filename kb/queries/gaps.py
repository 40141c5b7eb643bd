"""知识缺口 as people find them: the centre all of them, a unit those given to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.errors import NotFound
from kb.models import (
    CitizenRequest,
    Gap,
    GapAsk,
    GapEntry,
    GapQuery,
    GapRun,
    KnowledgeItem,
    SearchRecord,
)
from kb.services.orders.cancelling import CANCELLED
from kb.terms import OPEN_GAPS, GapCause, GapState, Role

PAGE, SHOWN_RUNS, SHOWN_ASKS = 20, 10, 30
TREND = timedelta(days=7)
HIDDEN = "（原话可能涉及个人，只有中心能看）"
# Filters of the board: value -> what it is called on the page.
TABS = {
    "open": "待分派",
    "assigned": "待单位补充",
    "overdue": "超期",
    "refused": "单位退回",
    "closed": "已补齐",
    "dismissed": "不处理",
}
UNIT_TABS = ("assigned", "overdue", "refused", "closed")
SORTS = {"asks": "问得最多", "trend": "近 7 天最多", "due": "最先到期", "last": "最近问到"}
PERIODS = {"": "全部时间", "7": "近 7 天问过", "30": "近 30 天问过", "90": "近 90 天问过"}


@dataclass(frozen=True)
class Wanted:
    """What is looked for on the board."""

    tab: str = "open"
    sort: str = "asks"
    unit_id: int | None = None
    days: int | None = None
    text: str = ""
    page: int = 1


@dataclass(frozen=True)
class Row:
    """A gap on the board: how often it was asked these 7 days and the 7 before, and examples."""

    gap: Gap
    recent: int
    before: int
    lost: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Board:
    """One page of the board; ``pages`` is at least 1, ``counts`` is by tab."""

    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int
    counts: Mapping[str, int] = field(default_factory=dict)


def sees_all(actor: Actor) -> bool:
    """Tell whether the person looks at the gaps of the whole city."""
    return actor.has(Role.EDITOR, Role.SUPERVISOR)


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition that a person may see a gap."""
    if sees_all(actor):
        return Gap.id.is_not(None)
    given = [*OPEN_GAPS[1:], GapState.CLOSED]
    return and_(Gap.unit_id.in_(actor.unit_scope), Gap.state.in_([state.value for state in given]))


def get_gap(session: Session, gap_id: int, actor: Actor) -> Gap:
    """Load a gap for the centre, or for the unit it was given to.

    :raises NotFound: it does not exist, or not for this person.
    """
    query = (
        select(Gap)
        .where(Gap.id == gap_id, seen_by(actor))
        .options(
            selectinload(Gap.unit),
            selectinload(Gap.suspected_unit),
            selectinload(Gap.questions),
            selectinload(Gap.entries)
            .selectinload(GapEntry.item)
            .selectinload(KnowledgeItem.current_version),
            selectinload(Gap.entries).selectinload(GapEntry.version),
            selectinload(Gap.steps),
        )
    )
    found = session.scalars(query).first()
    if found is None:
        raise NotFound("没有这条知识缺口，或者它不在您可查看的范围内", gap_id=gap_id)
    return found


def board(
    session: Session, actor: Actor, wanted: Wanted, now: datetime, *, size: int = PAGE
) -> Board:
    """A page of the board."""
    common = [seen_by(actor), *_narrowed(wanted, now)]
    counts = {tab: session.scalar(_counted().where(*common, _tab(tab, now))) or 0 for tab in TABS}
    total = counts[wanted.tab]
    pages = max(1, -(-total // size))
    page = min(max(1, wanted.page), pages)
    query = (
        select(Gap)
        .where(*common, _tab(wanted.tab, now))
        .options(selectinload(Gap.unit), selectinload(Gap.suspected_unit))
    )
    query = _sorted(query, wanted.sort, now).limit(size).offset((page - 1) * size)
    gaps = session.scalars(query).all()
    return Board(tuple(_rows(session, gaps, actor, now)), total, page, pages, counts)


def _counted() -> Select[int]:
    return select(func.count()).select_from(Gap)


def _tab(tab: str, now: datetime) -> ColumnElement[bool]:
    if tab == "overdue":
        return and_(Gap.state == GapState.ASSIGNED.value, Gap.due_at < now)
    return Gap.state == tab


def _narrowed(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.unit_id is not None:
        of_unit = Gap.unit_id == wanted.unit_id
        guessed = and_(Gap.unit_id.is_(None), Gap.suspected_unit_id == wanted.unit_id)
        conditions.append(or_(of_unit, guessed))
    if wanted.days is not None:
        conditions.append(Gap.last_asked_at >= now - timedelta(days=wanted.days))
    if wanted.text:
        words = wanted.text[:50]
        # Hidden words must not be found out by searching for them.
        asked = select(GapQuery.gap_id).where(
            GapQuery.text.icontains(words, autoescape=True), GapQuery.is_private.is_(False)
        )
        conditions.append(or_(Gap.title.icontains(words, autoescape=True), Gap.id.in_(asked)))
    return conditions


def _sorted(query: Select[Gap], sort: str, now: datetime) -> Select[Gap]:
    if sort == "due":
        return query.order_by(Gap.due_at.is_(None), Gap.due_at, Gap.asks.desc(), Gap.id)
    if sort == "last":
        return query.order_by(Gap.last_asked_at.desc(), Gap.id)
    if sort == "trend":
        recent = (
            select(func.count())
            .select_from(GapAsk)
            .join(GapQuery, GapQuery.id == GapAsk.query_id)
            .where(GapQuery.gap_id == Gap.id, GapAsk.at > now - TREND)
            .scalar_subquery()
        )
        return query.order_by(recent.desc(), Gap.asks.desc(), Gap.id)
    return query.order_by(Gap.asks.desc(), Gap.last_asked_at.desc(), Gap.id)


def _rows(session: Session, gaps: Sequence[Gap], actor: Actor, now: datetime) -> list[Row]:
    ids = [gap.id for gap in gaps]
    recent = _asked_between(session, ids, now - TREND, now)
    before = _asked_between(session, ids, now - 2 * TREND, now - TREND)
    lost = _lost(session, ids)
    examples = _examples(session, ids, actor)
    return [
        Row(
            gap,
            recent.get(gap.id, 0),
            before.get(gap.id, 0),
            lost.get(gap.id, 0),
            tuple(examples.get(gap.id, ())),
        )
        for gap in gaps
    ]


def _asked_between(
    session: Session, ids: Sequence[int], after: datetime, until: datetime
) -> dict[int, int]:
    query = (
        select(GapQuery.gap_id, func.count())
        .join(GapAsk, GapAsk.query_id == GapQuery.id)
        .where(GapQuery.gap_id.in_(ids), GapAsk.at > after, GapAsk.at <= until)
        .group_by(GapQuery.gap_id)
    )
    return dict(session.execute(query).all())


def _lost(session: Session, ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(GapQuery.gap_id, func.count())
        .join(GapAsk, GapAsk.query_id == GapQuery.id)
        .join(SearchRecord, SearchRecord.id == GapAsk.record_id)
        .where(
            GapQuery.gap_id.in_(ids),
            GapAsk.cause == GapCause.LOST.value,
            SearchRecord.led_to != CANCELLED,
        )
        .group_by(GapQuery.gap_id)
    )
    return dict(session.execute(query).all())


def _examples(session: Session, ids: Sequence[int], actor: Actor) -> dict[int, list[str]]:
    query = select(GapQuery).where(GapQuery.gap_id.in_(ids)).order_by(GapQuery.id)
    found: dict[int, list[str]] = {}
    for question in session.scalars(query):
        texts = found.setdefault(question.gap_id, [])
        text = shown_text(question, actor)
        if len(texts) < 3 and text not in texts:
            texts.append(text)
    return found


def shown_text(question: GapQuery, actor: Actor) -> str:
    """A question's words as this person may read them; numbers are masked in the words already."""
    return HIDDEN if question.is_private and not sees_all(actor) else question.text


@dataclass(frozen=True)
class Asked:
    """One time a question was asked: when, of whom, and what came of it. Never who asked."""

    at: datetime
    audience: str
    channel: str
    cause: str


def asks_of(session: Session, gap: Gap) -> dict[int, list[Asked]]:
    """The latest times each question of a gap was asked, newest first, by question."""
    query = (
        select(
            GapAsk.query_id, GapAsk.at, SearchRecord.audience, CitizenRequest.channel, GapAsk.cause
        )
        .join(GapQuery, GapQuery.id == GapAsk.query_id)
        .join(SearchRecord, SearchRecord.id == GapAsk.record_id)
        .outerjoin(CitizenRequest, CitizenRequest.id == SearchRecord.request_id)
        .where(GapQuery.gap_id == gap.id)
        .order_by(GapAsk.at.desc(), GapAsk.record_id.desc())
        .limit(SHOWN_ASKS * 10)
    )
    found: dict[int, list[Asked]] = {}
    for query_id, at, audience, channel, cause in session.execute(query):
        found.setdefault(query_id or 0, []).append(Asked(at, audience, channel or "", cause))
    return found


def ask_counts(session: Session, gap: Gap) -> dict[int, int]:
    """How often each question of a gap was asked."""
    query = (
        select(GapAsk.query_id, func.count())
        .join(GapQuery, GapQuery.id == GapAsk.query_id)
        .where(GapQuery.gap_id == gap.id)
        .group_by(GapAsk.query_id)
    )
    return {query_id or 0: count for query_id, count in session.execute(query)}


def runs_of(session: Session, gap: Gap) -> Sequence[GapRun]:
    """The latest tries of a gap, newest first."""
    query = select(GapRun).where(GapRun.gap_id == gap.id).order_by(GapRun.id.desc())
    return session.scalars(query.limit(SHOWN_RUNS)).all()


def waiting_count(session: Session, actor: Actor) -> int:
    """How many gaps wait for this person: an editor's to give out, a unit's to answer."""
    states = [GapState.ASSIGNED]
    if actor.has(Role.EDITOR):
        states = [GapState.OPEN, GapState.REFUSED]
    condition = Gap.state.in_([state.value for state in states])
    return session.scalar(_counted().where(seen_by(actor), condition)) or 0


def others(session: Session, gap: Gap, limit: int = 200) -> Sequence[Gap]:
    """Gaps that one may be merged into, those of the same guessed or given unit first."""
    unit_id = gap.unit_id or gap.suspected_unit_id or 0
    is_same = or_(Gap.unit_id == unit_id, Gap.suspected_unit_id == unit_id)
    query = (
        select(Gap)
        .where(Gap.id != gap.id, Gap.state.in_([state.value for state in OPEN_GAPS]))
        .order_by(is_same.desc(), Gap.asks.desc(), Gap.id)
        .limit(limit)
    )
    return session.scalars(query).all()
