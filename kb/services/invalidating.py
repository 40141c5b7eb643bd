"""记为无效: what an agent registered and nobody need handle, which an undone adoption or an order
taken back left open: it ends with a written reason, told to whoever asks how far it has come."""

from sqlalchemy.orm import Session

from kb.models import CitizenRequest
from kb.services.at_desk import AtDesk
from kb.services.audit import record
from kb.services.call_drafts import draft_of, next_question
from kb.services.continuing import own_open
from kb.services.correcting_requests import MAX_REASON, put_right, written_reason
from kb.services.orders.cancelling import keep_in_line
from kb.services.orders.giving import By
from kb.services.repeat_notes import part_noted
from kb.terms import Outcome


def invalidate(session: Session, desk: AtDesk, number: str, reason: str) -> CitizenRequest:
    """End an own request that is still 处理中 as 无效.

    :raises NotFound, IllegalTransition: as :func:`own_open`.
    :raises InvalidInput: no reason, or one too long.
    """
    request = own_open(session, desk, number)
    by = By(desk.actor, desk.now, desk.profile)
    asks = f"请写一句为什么无效，最多 {MAX_REASON} 字；查进度的诉求人看得到"
    checked = written_reason(reason, asks)
    put_right(request, {"outcome": (request.outcome, Outcome.INVALID.value)}, checked, by)
    keep_in_line(session, request)
    part_noted(session, request, by)
    call = request.call
    if call is not None and draft_of(call).get("continues") == number:
        next_question(call)
    record(
        session,
        actor_id=desk.actor.user_id or None,
        action="request.invalidate",
        object_type="citizen_request",
        object_id=number,
        detail={},
        now=desk.now,
    )
    return request
