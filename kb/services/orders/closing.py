"""After the answer: 回访, 重办, 归档; and 重算时限 on request."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.access import visible_items
from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import KnowledgeItem, KnowledgeVersion, OrderEntry, WorkOrder
from kb.services.correcting_requests import file_category
from kb.services.orders.clocks import made_again, replying, started
from kb.services.orders.giving import By, give, require_seen
from kb.services.orders.handling import call_back
from kb.services.orders.merged_calls import is_waited_for, merged_calls
from kb.services.orders.reading import state_of
from kb.terms import ClockKind, ItemState, Satisfaction, VersionState
from kb.work_orders.clocks import Clock, as_data
from kb.work_orders.events import EventKind
from kb.work_orders.facts import BY_LINK, Knowledge
from kb.work_orders.permissions import require
from kb.work_orders.state import OrderState


def attempt_call(
    session: Session, order: WorkOrder, by: By, *, result: str, text: str = ""
) -> WorkOrder:
    """回访未接通: one more dial that reached nobody.

    :param result: a key of ``conditions_handling.CALL_RESULTS``.
    """
    return give(session, order, EventKind.CALL_ATTEMPTED, by, {"result": result, "text": text})


def follow_up(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    satisfaction: str,
    text: str = "",
    reason: str = "",
    channel: str = "",
) -> WorkOrder:
    """回访结果: how content the requester is; 不满意 needs a reason or words, and has a clock until
    the order is redone or archived. While callers of merged orders wait, that of the call-back goes
    on.

    :param reason: one of the city profile's reasons for being dissatisfied.
    :param channel: how it was said: ``BY_LINK``, or free words, e.g. 电话.
    """
    data: dict[str, object] = {
        "satisfaction": satisfaction,
        "text": text,
        "reason": _known_reason(by, reason),
        "channel": channel,
    }
    if satisfaction == Satisfaction.DISSATISFIED:
        data |= call_back(session, order, by)
    elif is_waited_for(merged_calls(session, order), by.profile.orders.call_attempts):
        data |= _going_on(order)
    return give(session, order, EventKind.FOLLOWED_UP, by, data)


def _going_on(order: WorkOrder) -> dict[str, object]:
    """The running clock of the call-back, for the callers of merged orders who are still to be
    rung."""
    clock = state_of(order).clock(ClockKind.CALL_BACK)
    is_running = clock is not None and clock.is_running
    return {"clocks": as_data({ClockKind.CALL_BACK: clock})} if clock and is_running else {}


def rate_by_link(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    satisfaction: str,
    text: str = "",
    reason: str = "",
) -> WorkOrder:
    """评价 by the requester's own link: content is the call-back result; 不满意 leaves the order on
    the call-back worklist, for a call before anything is redone.

    :raises IllegalTransition: there is a result already, or the order goes on.
    """
    if satisfaction == Satisfaction.DISSATISFIED:
        data = {"text": text, "reason": _known_reason(by, reason), "channel": BY_LINK}
        return give(session, order, EventKind.OBJECTED, by, data)
    if satisfaction not in (Satisfaction.SATISFIED, Satisfaction.FAIRLY):
        raise InvalidInput("请选择满意度", {"satisfaction": "请选择满意度"})
    return follow_up(session, order, by, satisfaction=satisfaction, text=text, channel=BY_LINK)


def _known_reason(by: By, reason: str) -> str:
    if reason and reason not in by.profile.follow_up.reasons:
        sentence = f"没有“{reason[:20]}”这个原因，请从列出的原因里选"
        raise InvalidInput(sentence, {"reason": sentence})
    return reason


def reopen(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """重办 by the same unit, with new clocks for resolving, answering and giving it back."""
    made = started(
        session,
        order,
        [ClockKind.REOPEN, ClockKind.RETURN, *replying(by.profile)],
        profile=by.profile,
        urgency=state_of(order).urgency,
        start=by.now,
    )
    resolve, reply = made[ClockKind.RESOLVE], made.get(ClockKind.REPLY)
    if reply is not None and reply.due > resolve.due:
        made[ClockKind.REPLY] = resolve  # the limit for redoing may be the shorter one
    return give(session, order, EventKind.REOPENED, by, {"text": text, "clocks": as_data(made)})


def archive(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    knowledge: str = "",
    item_id: int | None = None,
    knowledge_text: str = "",
    waived: str = "",
    category: str = "",
    text: str = "",
) -> WorkOrder:
    """归档. A consultation needs its 知识成果, an entry noted with the order; a request that is
    filed under no category needs one.

    :param knowledge: created, updated, existed or not_general; empty for none.
    :param knowledge_text: why it is not general.
    :param waived: why nobody was called back (e.g. anonymous), when nobody was.
    :param category: of a request that has none, as typed or chosen.
    """
    require_seen(order, by)
    state = state_of(order)
    require(EventKind.ARCHIVED, state, by.actor)
    if state.step == OrderState.RESOLVED:
        file_category(session, order.request, category, by)
    if item_id is not None:
        _require_entry(session, order, by.actor, item_id, knowledge)
    _require_called(session, order, by, text)
    data = {
        "purpose": by.profile.purpose(order.request.purpose).counts_as.value,
        "knowledge": knowledge,
        "item_id": item_id,
        "knowledge_text": knowledge_text,
        "waived": waived,
        "text": text,
    }
    # The filing may have added an event of this very step.
    return give(session, order, EventKind.ARCHIVED, replace(by, seen_events=None), data)


def _require_entry(
    session: Session, order: WorkOrder, actor: Actor, item_id: int, knowledge: str
) -> None:
    """The entry was drafted from this order or named on it; one that is said to have been there,
    or to say it now, is in force and this person's to read."""
    noted = select(OrderEntry).where(OrderEntry.order_id == order.id, OrderEntry.item_id == item_id)
    # Locked, so that the draft is not dropped at the same moment (``order_outcomes``).
    row = session.scalars(noted.with_for_update()).first()
    if row is None:
        raise _no_entry("这个条目没有记在这张工单上；请先在“知识产出”里新建或选定条目")
    draft = row.version
    is_kept = draft is not None and draft.state != VersionState.DISCARDED.value
    if knowledge == Knowledge.CREATED and not is_kept:
        raise _no_entry("“新建”要有从这张工单起草、没有作废的条目；选定的是原有条目的，请选“已有”")
    if knowledge not in (Knowledge.EXISTED, Knowledge.UPDATED):
        return
    published = (
        select(KnowledgeItem.id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(
            KnowledgeItem.id == item_id,
            KnowledgeItem.state == ItemState.PUBLISHED.value,
            visible_items(actor),
        )
    )
    if session.scalars(published).first() is None:
        raise _no_entry("这个条目现在没有发布，或者不由您查看；“已有”和“更新”要选已发布的条目")


def _require_called(session: Session, order: WorkOrder, by: By, text: str) -> None:
    """Whoever was merged into the order is rung, too, as often as its own requester: why that one
    was not says nothing of them; and whoever is not content is answered in the file."""
    calls, attempts = merged_calls(session, order), by.profile.orders.call_attempts
    waiting = [one.order.request.number for one in calls if not one.is_done(attempts)]
    if waiting:
        named = "、".join(waiting[:5])
        sentence = f"并入的诉求还没有回访：{named}；请逐一回访，或拨打 {attempts} 次未接通"
        raise InvalidInput(sentence, {"waived": sentence})
    if not text.strip() and any(one.result == Satisfaction.DISSATISFIED for one in calls):
        sentence = "并入的诉求有人不满意：请重办，或写明不再重办的理由再归档"
        raise InvalidInput(sentence, {"text": sentence})


def _no_entry(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {"item_id": sentence})


_RECOMPUTED = (ClockKind.ACKNOWLEDGE, ClockKind.RETURN, ClockKind.REPLY, ClockKind.RESOLVE)


@dataclass(frozen=True)
class Recomputed:
    """What 重算时限 would change: the promised and the new clock of one kind."""

    kind: ClockKind
    promised: Clock
    computed: Clock


def plan_recompute(session: Session, order: WorkOrder, by: By) -> list[Recomputed]:
    """The running clocks as today's limits would have them; nothing is changed.

    Each is made again from what it was made from: the limit for redoing after a reopening, the
    urgency of then where a lower one took nothing back. A clock without an origin was extended or
    paused, taken over by merging, or imported: what was approved or promised so is left alone.
    """
    state = state_of(order)
    plan = []
    for kind in _RECOMPUTED:
        clock = state.clock(kind)
        if clock is None or not clock.is_running or clock.origin is None:
            continue
        made = made_again(session, order, clock, clock.origin, profile=by.profile)
        if made.due != clock.due:
            plan.append(Recomputed(kind, clock, made))
    return plan


def recompute(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """重算时限: the promised clocks become what :func:`plan_recompute` showed."""
    clocks = {one.kind: one.computed for one in plan_recompute(session, order, by)}
    if not clocks:
        raise InvalidInput("按现在的时限计算，到期时间没有变化", {"text": "没有变化"})
    return give(session, order, EventKind.RECOMPUTED, by, {"text": text, "clocks": as_data(clocks)})
