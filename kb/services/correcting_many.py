"""纠错 handled many at once. 下架 is not among it: it is decided entry by entry."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.models import Correction
from kb.services import correcting
from kb.services.corrections import get_correction
from kb.services.many import Outcome, on_each
from kb.terms import Term


class Act(Term):
    """What can be done to many corrections."""

    ACCEPT = "accept", "接受"
    REJECT = "reject", "驳回"
    SETTLE = "settle", "已改好"


def handle_many(
    session: Session,
    wanted: Sequence[tuple[int, int]],
    act: Act,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Outcome[Correction]:
    """Handle each of the corrections that takes it (:func:`kb.services.many.on_each`).

    :param reason: read by all who reported; 驳回 needs it, the others may have it.
    :raises InvalidInput: none or too many are named, or the reason is missing or too long.
    """

    def handle(found: Correction, rev: int) -> None:
        correcting.require_seen(found, rev)
        if act == Act.ACCEPT:
            correcting.accept(session, found, actor=actor, now=now, answer=reason)
        elif act == Act.REJECT:
            correcting.reject(session, found, actor=actor, now=now, reason=reason)
        else:
            correcting.settle_by_current(session, found, actor=actor, now=now, answer=reason)

    return on_each(
        session,
        wanted,
        noun="纠错",
        load=lambda found_id: get_correction(session, found_id, actor),
        name=lambda found: found.version.title,
        act=handle,
    )
