"""诉求人 contact details: masked everywhere, shown in full only on a stated reason that is kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session, object_session

from kb.actor import Actor
from kb.errors import InvalidInput, PermissionDenied
from kb.masking import mask_name, mask_phone, mask_text
from kb.models import CitizenRequest, WorkOrder
from kb.services.audit import record
from kb.services.office_phones import office_phones
from kb.services.reply_masking import spans_of_requester
from kb.terms import Role
from kb.withholding import same_digits, withhold

MIN_REASON, MAX_REASON = 4, 200
_CENTRE = (Role.DISPATCHER, Role.FOLLOW_UP_AGENT, Role.SUPERVISOR)
_UNIT = (Role.UNIT_CLERK, Role.UNIT_REVIEWER)


@dataclass(frozen=True)
class Requester:
    """How a requester may be shown: masked, in full, or (both empty) withheld altogether."""

    name: str
    phone: str
    is_withheld: bool = False


def masked(request: CitizenRequest, actor: Actor) -> Requester:
    """The requester as this person sees them at first; a unit learns nothing of a 保密 one."""
    if request.is_confidential and not actor.is_centre:
        return Requester("", "", is_withheld=True)
    return Requester(mask_name(request.requester_name), mask_phone(request.requester_phone))


def shown_content(request: CitizenRequest, actor: Actor) -> str:
    """The request's words as this person may read them."""
    return shown_text(request.content, request, actor)


def shown_text(text: str, request: CitizenRequest, actor: Actor) -> str:
    """Any words of an order as this person may read them: numbers masked, the requester's own
    also where it is a landline; for a unit and a 保密 requester, and for a leader always, also
    name, door, plate, landline and chat account, and no digit of a number."""
    if not actor.is_centre and (request.is_confidential or actor.has(Role.LEADER)):
        return withheld(text, request)
    return mask_text(text, own=request.requester_phone)


def shown_question(text: str, actor: Actor) -> str:
    """Words that stand on no request (what was asked of the search, a gap's title) as this person
    may read them: outside the centre nothing in them leads to anybody, and no digit of a number."""
    return mask_text(text) if actor.is_centre else withhold(text)


def withheld(text: str, request: CitizenRequest) -> str:
    """Words of an order without anything that could tell who a 保密 requester is.

    A number that an office publishes stays, unless it is the one the request was made from.
    """
    own = spans_of_requester(text, request)
    hidden = withhold(text, own)
    session = object_session(request)
    if hidden == text or session is None:
        return hidden
    phone = request.requester_phone
    offices = (number for number in office_phones(session) if not same_digits(number, phone))
    return withhold(text, own, kept=tuple(offices))


def may_reveal(request: CitizenRequest, order: WorkOrder | None, actor: Actor) -> bool:
    """Tell whether the person may see the number in full: the centre's handlers, and the unit
    that answers for the order now (no longer once it is settled) unless 保密 was asked for."""
    if not request.requester_phone and not request.requester_name:
        return False
    if actor.has(*_CENTRE):
        return True
    holds_it = (
        order is not None
        and order.accountable_unit_id is not None
        and (
            order.accountable_unit_id in actor.unit_scope
            or actor.was_given(order.assignee_id, order.accountable_unit_id)
        )
    )
    return holds_it and actor.has(*_UNIT) and not request.is_confidential


def reveal(
    session: Session,
    request: CitizenRequest,
    *,
    order: WorkOrder | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Requester:
    """Show name and phone in full; who, when and why goes into the audit log first.

    :raises PermissionDenied: not this person's to see.
    :raises InvalidInput: no proper reason.
    """
    if not may_reveal(request, order, actor):
        raise PermissionDenied("诉求人要求保密，或者这件诉求不由您办理，不能查看完整号码")
    reason = reason.strip()
    if not MIN_REASON <= len(reason) <= MAX_REASON:
        sentence = f"请写明查看原因，{MIN_REASON} 至 {MAX_REASON} 字，例如“上门前联系诉求人”"
        raise InvalidInput(sentence, {"reason": sentence})
    record(
        session,
        actor_id=actor.user_id or None,
        action="request.reveal_contact",
        object_type="citizen_request",
        object_id=request.number,
        detail={"reason": mask_text(reason), "order": order.number if order else ""},
        now=now,
    )
    return Requester(request.requester_name, request.requester_phone)
