"""并单: repeat appeals become one; what was promised first holds for the one that stays."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import IllegalTransition, InvalidInput
from kb.models import WorkOrder
from kb.services.contact_details import withheld
from kb.services.letters import hand_again, hand_merged, take_back
from kb.services.orders.clocks import promised
from kb.services.orders.giving import By, give, require_seen
from kb.services.orders.merged_calls import last_call, merged_calls
from kb.services.orders.reading import get_order, state_of
from kb.services.repeat_notes import part_repeat
from kb.work_orders.clocks import as_data
from kb.work_orders.events import EventKind

# The words of a merge by which the request was noted as the other's repeat, when it was registered.
MERGED_AT_DESK = "登记时坐席确认与原工单是同一事项"


def merge(
    session: Session, order: WorkOrder, by: By, *, into: WorkOrder, text: str = ""
) -> WorkOrder:
    """Merge ``order`` into another; ``by.seen_events`` is about ``order``.

    The order that stays takes over the earlier due time of the two, for resolving and answering.

    :returns: ``order``, now 已并单.
    """
    if order.id == into.id:
        raise InvalidInput("不能并入自己，请选择另一张工单", {"into": "请选择另一张工单"})
    _lock(session, order, into)
    clocks = promised(state_of(order))
    give(session, order, EventKind.MERGED, by, {"into": into.number, "text": _beside(text, into)})
    data = {"order": order.number, "text": _beside(text, order), "clocks": as_data(clocks)}
    give(session, into, EventKind.MERGE_TAKEN, _unseen(by), data)
    hand_merged(session, order, into, _unseen(by))
    return order


def unmerge(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """撤销并单: the order is back at the dispatch desk with the due time promised to it."""
    require_seen(order, by)
    state = state_of(order)
    if not state.merged_into:
        raise IllegalTransition("这张工单没有并入别的工单；请刷新看最新进展")
    main = get_order(session, state.merged_into, by.actor)
    _lock(session, order, main)
    give(session, order, EventKind.UNMERGED, by, {"text": _beside(text, main)})
    others = [one for one in merged_calls(session, main) if one.order is not order]
    data = {"order": order.number, "text": _beside(text, order)}
    give(session, main, EventKind.MERGE_RELEASED, _unseen(by), data | last_call(main, others, by))
    hand_again(session, main, _unseen(by))
    take_back(session, main, _unseen(by))
    _part(session, order, main, by)
    return order


def _part(session: Session, order: WorkOrder, main: WorkOrder, by: By) -> None:
    """Two matters after all: the request is no longer noted as the other's repeat, if it was the
    merge that noted it. What an agent noted by hand stays theirs."""
    request, earlier = order.request, main.request
    if request.repeat_of_id != earlier.id or request.repeat_parted_at is not None:
        return
    merged = [event for event in order.events if event.kind == EventKind.MERGED.value]
    if not merged or merged[-1].data.get("text") != MERGED_AT_DESK:
        return
    part_repeat(session, request, earlier, by)


def _beside(text: str, other: WorkOrder) -> str:
    """The words as they may stand on one order where they speak of another, perhaps a 保密 one:
    whoever reads this order is told nothing of who asked for that."""
    return withheld(text, other.request) if other.request.is_confidential else text


def _lock(session: Session, *orders: WorkOrder) -> None:
    """Take both rows in one order, so that two merges the other way round cannot wait for ever."""
    keys = sorted(order.id for order in orders)
    query = select(WorkOrder.id).where(WorkOrder.id.in_(keys)).order_by(WorkOrder.id)
    session.execute(query.with_for_update())


def _unseen(by: By) -> By:
    return By(by.actor, by.now, by.profile)
