"""记为无效: what an agent registered and nobody need handle, which an undone adoption or an order
taken back left open: it ends with a written reason, told to whoever asks how far it has come."""

from sqlalchemy.orm import Session

from kb.errors import InvalidInput
from kb.models import CitizenRequest, RequestCorrection
from kb.services.at_desk import AtDesk
from kb.services.audit import record
from kb.services.call_drafts import draft_of, next_question
from kb.services.continuing import own_open
from kb.services.correcting_requests import MAX_REASON
from kb.services.orders.cancelling import keep_in_line
from kb.services.orders.giving import By
from kb.services.repeat_notes import part_noted
from kb.terms import Outcome

OUTCOME = "outcome"


def invalidate(session: Session, desk: AtDesk, number: str, reason: str) -> CitizenRequest:
    """End an own request that is still 处理中 as 无效.

    :raises NotFound, IllegalTransition: as :func:`own_open`.
    :raises InvalidInput: no reason, or one too long.
    """
    request = own_open(session, desk, number)
    by = By(desk.actor, desk.now, desk.profile)
    checked = _checked(reason)
    note_outcome(request, Outcome.INVALID, checked, by)
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


def note_outcome(request: CitizenRequest, outcome: Outcome, reason: str, by: By) -> None:
    """Let a person's word settle or open a request; it stands with its corrections."""
    made = RequestCorrection(at=by.now, by_id=by.actor.user_id or None, reason=reason)
    made.changes = {OUTCOME: [request.outcome, outcome.value]}
    request.corrections.append(made)
    request.outcome = outcome.value


def _checked(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        sentence = f"请写一句为什么无效，最多 {MAX_REASON} 字；查进度的诉求人看得到"
        raise InvalidInput(sentence, {"reason": sentence})
    return reason
