"""What a unit does with an order, from 签收 to 答复, and the reviews of its reply."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import Unit, User, WorkOrder
from kb.services.orders.attaching import claim_files
from kb.services.orders.clocks import started
from kb.services.orders.giving import By, give
from kb.services.orders.reading import state_of
from kb.terms import ClockKind, Role
from kb.work_orders.clocks import as_data
from kb.work_orders.events import EventKind
from kb.work_orders.permissions import acting_unit
from kb.work_orders.state import OrderState

_HANDLERS = frozenset({Role.UNIT_CLERK.value, Role.UNIT_REVIEWER.value})


def acknowledge(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """签收: the lead unit takes the order in hand."""
    return give(session, order, EventKind.ACKNOWLEDGED, by, {"text": text})


def assign(
    session: Session, order: WorkOrder, by: By, *, user_id: int, text: str = ""
) -> WorkOrder:
    """分派 inside the lead unit.

    :raises InvalidInput: nobody who handles orders in that unit (or one below it) is meant.
    """
    user = session.get(User, user_id)
    is_theirs = user is not None and user.is_active and user.unit_id in by.actor.unit_scope
    if user is None or not is_theirs or _HANDLERS.isdisjoint(user.roles):
        raise InvalidInput("请选择本单位的经办人", {"assignee_id": "请选择本单位的经办人"})
    data = {"assignee_id": user.id, "assignee": user.name, "text": text}
    return give(session, order, EventKind.ASSIGNED, by, data)


def note(
    session: Session, order: WorkOrder, by: By, *, text: str = "", files: Sequence[int] = ()
) -> WorkOrder:
    """备注 with or without files; it moves nothing."""
    data = {"text": text, "files": claim_files(session, order, by, files)}
    return give(session, order, EventKind.NOTED, by, data)


def progress(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    text: str = "",
    files: Sequence[int] = (),
    is_done: bool = False,
) -> WorkOrder:
    """办理进展 of a unit that has a part; ``is_done`` ends an assisting unit's task."""
    state = state_of(order)
    unit_id = acting_unit(state, by.actor)
    unit = session.get(Unit, unit_id) if unit_id is not None else None
    data = {
        "unit_id": unit_id,
        "unit": unit.name if unit is not None else "",
        "text": text,
        # The lead's task ends with its reply.
        "is_done": is_done and unit_id in {part.unit_id for part in state.assisting},
        "files": claim_files(session, order, by, files),
    }
    return give(session, order, EventKind.PROGRESSED, by, data)


def return_order(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    text: str = "",
    basis: str = "",
    files: Sequence[int] = (),
) -> WorkOrder:
    """退单 with reason, basis (依据) and evidence, within its limit. The first goes back to the
    dispatch desk at once; a further one, and one of a unit that answered before, waits for the
    dispatcher's ruling. The promised clock goes on.

    :raises IllegalTransition: not by whom a ruling bound, and not after two returns.
    """
    data = {"text": text, "basis": basis, "files": claim_files(session, order, by, files)}
    return give(session, order, EventKind.RETURNED, by, data)


def reply(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    text: str = "",
    files: Sequence[int] = (),
    is_informed: bool | None = None,
) -> WorkOrder:
    """答复, handed in for review: by the unit where it has a reviewer beside the author, else by
    the centre.

    :param is_informed: whether the requester was told the result; None says nothing.
    """
    data = {
        "text": text,
        "files": claim_files(session, order, by, files),
        "is_informed": is_informed,
        "to": review_step(session, order, by).value,
    }
    return give(session, order, EventKind.REPLIED, by, data)


def review_step(session: Session, order: WorkOrder, by: By) -> OrderState:
    """Who reviews a reply of this person first: their unit, or the centre."""
    rules = by.profile.orders
    if not rules.unit_review or order.unit_id is None:
        return OrderState.CENTRE_REVIEW
    reviewers = {
        user.id
        for user in session.scalars(select(User).where(User.unit_id == order.unit_id))
        if user.is_active and Role.UNIT_REVIEWER.value in user.roles
    }
    if rules.four_eyes:
        reviewers -= {by.actor.user_id}
    return OrderState.UNIT_REVIEW if reviewers else OrderState.CENTRE_REVIEW


def pass_unit_review(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """单位审核通过: the reply goes on to the centre."""
    return give(session, order, EventKind.UNIT_PASSED, by, {"text": text})


def pass_on_review(session: Session, order: WorkOrder, by: By) -> WorkOrder:
    """Let the centre review what nobody of the unit can review any more; the system does it."""
    assert order.unit_id is not None  # noqa: S101 - who replied was of a unit
    words = "本单位已没有可以审核的人，转热线中心审核"
    return pass_unit_review(session, order, for_reviewer(by, order.unit_id), text=words)


def for_reviewer(by: By, unit_id: int) -> By:
    """The system in the place of a unit's reviewer whom there is not."""
    roles, units = frozenset({Role.UNIT_REVIEWER}), frozenset({unit_id})
    return replace(by, actor=Actor(0, by.actor.name, unit_id, roles, units))


def send_back_in_unit(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """单位退改: the unit's reviewer wants the reply changed."""
    return give(session, order, EventKind.UNIT_SENT_BACK, by, {"text": text})


def send_back(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """中心退回: the reply does not do; the clock goes on."""
    return give(session, order, EventKind.SENT_BACK, by, {"text": text})


def resolve(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """办结: the centre accepts the reply; the call-back clock starts."""
    return give(
        session, order, EventKind.RESOLVED, by, {"text": text, **call_back(session, order, by)}
    )


def promise_answer(session: Session, order: WorkOrder, by: By) -> WorkOrder:
    """A note by the system with the clock that a call-back which found discontent starts today, for
    an order called back before there was one."""
    data = {"text": "不满意待处理，此前没有时限：从现在起按回访时限计", "files": []}
    return give(session, order, EventKind.NOTED, by, data | call_back(session, order, by))


def call_back(session: Session, order: WorkOrder, by: By) -> dict[str, object]:
    """The call-back clock of an order that is resolved now, or whose requester has just been found
    not to be content, as event data."""
    made = started(
        session,
        order,
        [ClockKind.CALL_BACK],
        profile=by.profile,
        urgency=state_of(order).urgency,
        start=by.now,
    )
    return {"clocks": as_data(made)}
