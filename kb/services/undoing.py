"""What an agent takes back within ten minutes: 撤销采纳, and 撤单 of an order they raised.

Either way the request is open again and nothing of what was written is gone.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import IllegalTransition, PermissionDenied
from kb.models import Adoption, CitizenRequest, WorkOrder
from kb.services.audit import record
from kb.services.learning import unlearn
from kb.services.orders.cancelling import end, keep_in_line, locked_request
from kb.services.work_orders import By, state_of
from kb.terms import Outcome
from kb.work_orders.events import EventKind

UNDO_WINDOW = timedelta(minutes=10)
TAKEN_BACK = "登记的坐席撤回"


def undo_adoption(
    session: Session, adoption: Adoption, *, actor: Actor, now: datetime
) -> CitizenRequest:
    """撤销采纳: the request is open again; the adoption stays on record as undone.

    :raises PermissionDenied: it was somebody else's.
    :raises IllegalTransition: too late, or already undone.
    """
    request = adoption.request
    if request.agent_id != actor.user_id:
        raise PermissionDenied("只能撤销自己的采纳")
    # Two clicks at once: the second waits here, then sees that it is undone.
    session.refresh(request, ["outcome"], with_for_update=True)
    session.refresh(adoption, ["undone_at"])
    if adoption.undone_at is not None:
        raise IllegalTransition("这次采纳已经撤销")
    if now - adoption.at > UNDO_WINDOW:
        raise IllegalTransition("采纳已超过 10 分钟，不能撤销；如有差错请联系督办更正")
    adoption.undone_at = now
    request.outcome = Outcome.OPEN.value
    request.resolved_at = None
    keep_in_line(session, request)
    unlearn(session, adoption, now)
    record(
        session,
        actor_id=actor.user_id or None,
        action="request.undo_adoption",
        object_type="citizen_request",
        object_id=request.number,
        detail={"item_id": adoption.item_id},
        now=now,
    )
    return request


def take_back(session: Session, order: WorkOrder, by: By) -> CitizenRequest:
    """撤单 by the agent who raised the order: its request is open again, unless another order of it
    goes on. Asked for once more, it is done already.

    :raises PermissionDenied: it was somebody else's.
    :raises IllegalTransition: too late, or a unit has it by now.
    """
    request, own = locked_request(session, order), by.actor.user_id
    state = state_of(order)
    if state.raised_by_id != own:
        raise PermissionDenied("只能撤回自己登记的工单；别的请联系派单员撤单")
    if any(one.kind == EventKind.CANCELLED and one.actor_id == own for one in order.events):
        return request
    if state.raised_at is not None and by.now - state.raised_at > UNDO_WINDOW:
        raise IllegalTransition("转工单已超过 10 分钟，不能撤回；请联系派单员撤单")
    end(session, order, by, text=TAKEN_BACK, outcome=Outcome.OPEN)
    return request
