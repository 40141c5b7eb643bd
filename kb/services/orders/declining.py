"""不予办理: the unit's handler asks, its reviewer signs, the centre rules."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kb.models import WorkOrder
from kb.services.orders.attaching import claim_files
from kb.services.orders.giving import By, give
from kb.services.orders.handling import call_back, for_reviewer
from kb.services.unit_reviewers import reviewers_of
from kb.work_orders.events import EventKind
from kb.work_orders.facts import TO_UNIT


def ask_decline(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    text: str = "",
    basis: str = "",
    signer: str = "",
    files: Sequence[int] = (),
) -> WorkOrder:
    """申请不予办理: written explanation, basis, evidence, and who of the unit signed the paper.
    Where the unit has a reviewer beside whoever asks, it waits for them before the centre rules."""
    data: dict[str, object] = {
        "text": text,
        "basis": basis,
        "signer": signer,
        "files": claim_files(session, order, by, files),
    }
    if _needs_signing(session, order, by):
        data["to"] = TO_UNIT
    return give(session, order, EventKind.DECLINE_ASKED, by, data)


def _needs_signing(session: Session, order: WorkOrder, by: By) -> bool:
    if order.unit_id is None:
        return False
    reviewers = reviewers_of(session, order.unit_id)
    if by.actor.user_id in reviewers and not by.profile.orders.four_eyes:
        return False  # who may pass their own work signs by asking
    return bool(reviewers - {by.actor.user_id})


def pass_on_decline(session: Session, order: WorkOrder, by: By) -> WorkOrder:
    """Let the centre rule on what nobody of the unit can sign any more; the system does it."""
    assert order.unit_id is not None  # noqa: S101 - who asked was of a unit
    words = "本单位已没有可以签批的审核人，转热线中心批复"
    by = for_reviewer(by, order.unit_id)
    return give(session, order, EventKind.DECLINE_SIGNED, by, {"text": words})


def sign_decline(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """签批不予办理: the unit stands by what its handler asks; the centre may rule."""
    return give(session, order, EventKind.DECLINE_SIGNED, by, {"text": text})


def return_decline(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """退回不予办理申请 inside the unit, with the reason: the handler goes on, the clock too."""
    return give(session, order, EventKind.DECLINE_RETURNED, by, {"text": text})


def rule_decline(
    session: Session, order: WorkOrder, by: By, *, granted: bool, text: str = ""
) -> WorkOrder:
    """批复不予办理: granted, the order is resolved with the explanation as its reply."""
    if not granted:
        return give(session, order, EventKind.DECLINE_REFUSED, by, {"text": text})
    data = {"text": text, **call_back(session, order, by)}
    return give(session, order, EventKind.DECLINE_GRANTED, by, data)
