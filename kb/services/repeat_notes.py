"""That a request repeats an earlier one, noted on it and taken back again, each with its trace."""

from sqlalchemy.orm import Session

from kb.models import CitizenRequest
from kb.services.audit import record
from kb.services.orders.giving import By


def note_repeat(
    session: Session, request: CitizenRequest, earlier: CitizenRequest, how: str, by: By
) -> None:
    """Note the request as the repeat of ``earlier``; ``how`` is the choice that said so."""
    request.repeat_of_id = earlier.id
    request.repeat_noted_at, request.repeat_parted_at = by.now, None
    _trace(session, request, by, "request.note_repeat", {"of": earlier.number, "how": how})


def part_repeat(session: Session, request: CitizenRequest, earlier: CitizenRequest, by: By) -> None:
    """Two matters after all: what was noted is kept for figures of the time between."""
    request.repeat_parted_at = by.now
    _trace(session, request, by, "request.part_repeat", {"of": earlier.number})


def part_noted(session: Session, request: CitizenRequest, by: By) -> None:
    """What came to nothing is no repeat that another request is counted by; one that was parted
    stays parted since then."""
    if request.repeats is not None and request.repeat_parted_at is None:
        part_repeat(session, request, request.repeats, by)


def _trace(
    session: Session, request: CitizenRequest, by: By, action: str, detail: dict[str, str]
) -> None:
    record(
        session,
        actor_id=by.actor.user_id or None,
        action=action,
        object_type="citizen_request",
        object_id=request.number,
        detail=detail,
        now=by.now,
    )
