"""一单多派: one request, several orders, each with a unit and clocks of its own."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kb.errors import InvalidInput
from kb.models import WorkOrder
from kb.services.letters import hand_papers
from kb.services.orders.clocks import promised
from kb.services.orders.dispatching import Assisting, dispatch, open_order
from kb.services.orders.giving import By
from kb.services.orders.reading import state_of


def dispatch_several(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    unit_id: int,
    others: Sequence[Assisting],
    text: str = "",
    basis: str = "",
) -> list[WorkOrder]:
    """Send this order to ``unit_id``, and for each other unit raise and send an order of its own.

    What an earlier dispatch promised the requester holds for all of them.

    :param others: the other units; a task becomes the words of that unit's dispatch.
    :returns: all the orders, this one first.
    :raises InvalidInput: no other unit, or a unit twice.
    """
    keys = [unit_id, *(one.unit_id for one in others)]
    if not others:
        sentence = "一单多派要写至少两个单位；只派一个单位请选“一张工单”"
        raise InvalidInput(sentence, {"others": sentence})
    if len(set(keys)) != len(keys):
        sentence = "同一个单位只能派一张，请去掉重复的单位"
        raise InvalidInput(sentence, {"others": sentence})
    state = state_of(order)
    sent = [dispatch(session, order, by, unit_id=unit_id, text=text, basis=basis)]
    for one in others:
        another = open_order(
            session,
            order.request,
            profile=by.profile,
            actor=by.actor,
            now=by.now,
            lost_item_id=order.lost_item_id,
            urgency=state.urgency,
        )
        unseen = By(by.actor, by.now, by.profile)
        hand_papers(session, order, another, unseen)
        words = one.task or text
        sent.append(
            dispatch(
                session,
                another,
                unseen,
                unit_id=one.unit_id,
                text=words,
                basis=basis,
                handed=promised(state),
            )
        )
    return sent
