"""Orders that were resolved without an answer fit to be knowledge, and the gaps that stay open."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.models import Gap, GapAsk, GapQuery, OrderEntry, SearchRecord, WorkOrder
from kb.queries.gaps import seen_by
from kb.replies import emptiness
from kb.replies.addressed import for_all
from kb.replies.bound import generalised
from kb.replies.draft import Draft
from kb.replies.finding import Severity
from kb.services.orders.reading import state_of, visible_orders
from kb.terms import OPEN_GAPS
from kb.work_orders.facts import Settled
from kb.work_orders.state import OrderState, State

_SHOWN = 5


def why_unanswered(state: State) -> str:
    """Why nothing of an order's reply can become an entry, as a sentence; empty where it can."""
    if state.settled == Settled.DECLINED:
        return "工单以不予办理办结，单位没有给出可以告诉别人的答案"
    if not state.reply.strip():
        return "工单办结时没有答复"
    general = generalised(for_all(state.reply).text).text
    if not general:
        return "答复只说了这一件的经过，或只对这位诉求人说话"
    if any(one.severity == Severity.SERIOUS for one in emptiness.check(Draft(general))):
        return "答复都是套话，没有一项事实"
    return ""


def gaps_of(session: Session, order: WorkOrder) -> list[Gap]:
    """The open gaps that the caller's questions belong to."""
    return list(session.scalars(_gaps(order)))


def seen_gaps_of(session: Session, order: WorkOrder, actor: Actor) -> list[Gap]:
    """Those of :func:`gaps_of` that the person may open."""
    return list(session.scalars(_gaps(order).where(seen_by(actor)).order_by(Gap.id)))


def _gaps(order: WorkOrder) -> Select[Gap]:
    gap_ids = (
        select(GapQuery.gap_id)
        .join(GapAsk, GapAsk.query_id == GapQuery.id)
        .join(SearchRecord, SearchRecord.id == GapAsk.record_id)
        .where(SearchRecord.request_id == order.request_id)
    )
    states = [state.value for state in OPEN_GAPS]
    return select(Gap).where(Gap.id.in_(gap_ids), Gap.state.in_(states))


def unanswered_orders(session: Session, gap: Gap, actor: Actor) -> Sequence[tuple[WorkOrder, str]]:
    """The latest settled orders of a gap's questions that left no entry, with why; an archived one
    that was said to hold for one case alone says so."""
    asked = (
        select(SearchRecord.request_id)
        .join(GapAsk, GapAsk.record_id == SearchRecord.id)
        .join(GapQuery, GapQuery.id == GapAsk.query_id)
        .where(GapQuery.gap_id == gap.id, SearchRecord.request_id.is_not(None))
    )
    settled = (OrderState.RESOLVED.value, OrderState.ARCHIVED.value)
    orders = session.scalars(
        select(WorkOrder)
        .where(
            WorkOrder.request_id.in_(asked),
            WorkOrder.state.in_(settled),
            WorkOrder.id.not_in(select(OrderEntry.order_id)),
            visible_orders(actor),
        )
        .options(selectinload(WorkOrder.unit), selectinload(WorkOrder.events))
        .order_by(WorkOrder.id.desc())
        .limit(_SHOWN)
    )
    found = ((order, _why(state_of(order))) for order in orders)
    return [(order, why) for order, why in found if why]


def _why(state: State) -> str:
    outcome = state.knowledge
    if outcome is not None and outcome.item_id is None:
        return f"归档为“{outcome.outcome.label}”"
    return why_unanswered(state)
