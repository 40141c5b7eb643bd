"""What the agent desk shows around the answer: own numbers, notices, the call so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from kb.access import visible_items
from kb.actor import Actor
from kb.bulletins.periods import Period
from kb.clock import local_day
from kb.facts import fact_text
from kb.models import (
    Adoption,
    Call,
    CitizenRequest,
    KnowledgeItem,
    KnowledgeVersion,
    Unit,
    WorkOrder,
)
from kb.queries.own_work import Work, work_of
from kb.services.call_drafts import draft_of, is_written
from kb.services.undoing import UNDO_WINDOW
from kb.services.work_orders import is_not_cancelled
from kb.standing import IN_FORCE, period, standing_on
from kb.terms import ItemState, KnowledgeKind, Outcome, Standing
from kb.work_orders.state import OrderState

NEW_NOTICE = timedelta(hours=48)
# A notice that ends within this time is about something that happens now: 停水, 施工, 报名.
SHORT_NOTICE = timedelta(days=45)
HISTORY_DAYS = 90
MAX_NOTICES = 50
_CURRENT = frozenset({*IN_FORCE, Standing.FUTURE})


def own_today(session: Session, agent_id: int, now: datetime) -> Work:
    """How many requests the agent took today, and how many were answered at once."""
    return work_of(session, Period.last_days(now, 1), CitizenRequest.agent_id == agent_id)


@dataclass(frozen=True)
class RequestLine:
    """One request as a list shows it."""

    request: CitizenRequest
    order_number: str
    adoption: Adoption | None
    # The number of the order that the agent may still take back (撤单).
    own_order: str = ""

    @property
    def can_undo(self) -> bool:
        """Tell whether there is an adoption that still stands."""
        return self.adoption is not None and self.adoption.undone_at is None


def own_requests_today(session: Session, agent_id: int, now: datetime) -> list[RequestLine]:
    """The records behind :func:`own_today`, newest first, invalid ones included."""
    query = (
        select(CitizenRequest)
        .where(
            CitizenRequest.agent_id == agent_id,
            Period.last_days(now, 1).covers(CitizenRequest.received_at),
        )
        .order_by(CitizenRequest.id.desc())
    )
    return _lines(session, session.scalars(query.options(*_LOADED)).all(), now)


def own_left_open(session: Session, agent_id: int, now: datetime) -> list[RequestLine]:
    """What the agent took on an earlier day and nothing has come of yet, newest first."""
    query = (
        select(CitizenRequest)
        .where(
            CitizenRequest.agent_id == agent_id,
            CitizenRequest.outcome == Outcome.OPEN.value,
            CitizenRequest.received_at < Period.last_days(now, 1).start,
        )
        .order_by(CitizenRequest.id.desc())
    )
    return _lines(session, session.scalars(query.options(*_LOADED)).all(), now)


@dataclass(frozen=True)
class Unregistered:
    """What an agent wrote in a call that ended before anything came of it."""

    call: Call
    words: str


def unregistered(session: Session, agent_id: int, now: datetime) -> list[Unregistered]:
    """The agent's calls that ended today with words nobody registered, newest first."""
    registered = exists().where(CitizenRequest.call_id == Call.id)
    query = (
        select(Call, registered)
        .where(
            Call.agent_id == agent_id,
            Period.last_days(now, 1).covers(Call.ended_at),
            Call.draft_notes != "",
        )
        .order_by(Call.id.desc())
    )
    return [
        Unregistered(call, "，".join(filter(None, map(draft_of(call).get, _TOLD))))
        for call, is_registered in session.execute(query)
        if is_written(call, is_registered=is_registered)
    ]


_TOLD = ("title", "content", "place", "requester_name")


def requests_of_call(session: Session, call_id: int, now: datetime) -> list[RequestLine]:
    """What came of the call so far, in order."""
    query = (
        select(CitizenRequest)
        .where(CitizenRequest.call_id == call_id)
        .order_by(CitizenRequest.id)
        .options(*_LOADED)
    )
    return _lines(session, session.scalars(query).all(), now)


_LOADED = (selectinload(CitizenRequest.adoptions).selectinload(Adoption.version),)


def _lines(
    session: Session, requests: Sequence[CitizenRequest], now: datetime
) -> list[RequestLine]:
    query = select(WorkOrder).where(
        WorkOrder.request_id.in_([request.id for request in requests]),
        is_not_cancelled(),
    )
    orders = {order.request_id: order for order in session.scalars(query.order_by(WorkOrder.id))}
    return [
        RequestLine(
            request,
            orders[request.id].number if request.id in orders else "",
            max(request.adoptions, key=lambda adoption: adoption.id, default=None),
            _own(orders.get(request.id), now),
        )
        for request in requests
    ]


def _own(order: WorkOrder | None, now: datetime) -> str:
    """What was raised just now and waits for its first dispatch."""
    if order is None or order.state != OrderState.ACCEPTED.value or order.dispatched_at is not None:
        return ""
    return order.number if now - order.created_at <= UNDO_WINDOW else ""


def use_counts(session: Session, item_ids: Sequence[int]) -> dict[int, int]:
    """How often each entry was adopted and not undone."""
    query = (
        select(Adoption.item_id, func.count())
        .where(Adoption.item_id.in_(item_ids), Adoption.undone_at.is_(None))
        .group_by(Adoption.item_id)
    )
    return dict(session.execute(query).all())


@dataclass(frozen=True)
class CurrentNotice:
    """A notice agents must know of now; ``until`` is the last day it holds."""

    item_id: int
    title: str
    unit: str
    place: str
    hours: str
    valid_from: date | None
    until: date | None
    published_at: datetime | None
    regions: tuple[str, ...]
    is_new: bool

    def begins_after(self, day: date) -> bool:
        """Tell whether it is still to begin on ``day``."""
        return self.valid_from is not None and self.valid_from > day


def current_notices(session: Session, actor: Actor, now: datetime) -> list[CurrentNotice]:
    """Notices callers ring about now: new ones, those of a place, and those that end soon.

    What runs today comes before what is still to begin, and what ends first before the rest.
    """
    today = local_day(now)
    query = (
        select(KnowledgeItem, KnowledgeVersion)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(
            KnowledgeItem.state == ItemState.PUBLISHED.value,
            KnowledgeVersion.kind == KnowledgeKind.NOTICE.value,
            or_(KnowledgeVersion.valid_until.is_(None), KnowledgeVersion.valid_until >= today),
            visible_items(actor),
        )
        .order_by(KnowledgeItem.published_at.desc(), KnowledgeItem.id.desc())
        .options(selectinload(KnowledgeItem.unit))
        .limit(10 * MAX_NOTICES)
    )
    found = []
    for item, version in session.execute(query):
        is_new = item.published_at is not None and now - item.published_at <= NEW_NOTICE
        place = fact_text(version.facts.get("place", ""))
        ends = version.valid_until
        is_short = ends is not None and ends - today <= SHORT_NOTICE
        if standing_on(item, version, today) in _CURRENT and (is_new or place or is_short):
            found.append(_notice(item, version, place, is_new))
    found.sort(key=lambda one: (one.begins_after(today), one.until or date.max))
    return found[:MAX_NOTICES]


def _notice(
    item: KnowledgeItem, version: KnowledgeVersion, place: str, is_new: bool
) -> CurrentNotice:
    span = period(item, version)
    return CurrentNotice(
        item_id=item.id,
        title=version.title,
        unit=item.unit.name,
        place=place,
        hours=fact_text(version.facts.get("hours", "")),
        valid_from=span.start,
        until=span.end,
        published_at=item.published_at,
        regions=tuple(version.regions),
        is_new=is_new,
    )


def publishing_units(session: Session) -> list[str]:
    """Names of the units that have a published entry, for the filter of the desk."""
    query = (
        select(Unit.name)
        .join(KnowledgeItem, KnowledgeItem.unit_id == Unit.id)
        .where(KnowledgeItem.state == ItemState.PUBLISHED.value)
        .distinct()
        .order_by(Unit.name)
    )
    return list(session.scalars(query))


def recent_uses(session: Session, item_id: int, limit: int = 20) -> list[Adoption]:
    """The last times an entry answered a caller, newest first, with the words that led to it."""
    query = (
        select(Adoption)
        .where(Adoption.item_id == item_id, Adoption.undone_at.is_(None))
        .order_by(Adoption.id.desc())
        .limit(limit)
        .options(selectinload(Adoption.version), selectinload(Adoption.request))
    )
    return list(session.scalars(query))
