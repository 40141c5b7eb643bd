"""口径确认 closed many at once: 都对，适用不同. Whose text is right is decided one by one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import PermissionDenied
from kb.models import Conflict
from kb.queries.conflicts import get_conflict
from kb.services import conflict_answers as answers
from kb.services.many import Outcome, on_each
from kb.terms import ConflictAnswer, Role


def both_hold(
    session: Session,
    wanted: Sequence[tuple[int, int]],
    *,
    comment: str,
    actor: Actor,
    now: datetime,
) -> Outcome[Conflict]:
    """Say of each that both are right: an editor rules, a unit answers for its own sides.

    :raises InvalidInput: none or too many are named, or the reason is missing or too long.
    """
    said = ConflictAnswer.BOTH

    def say(found: Conflict, rev: int) -> None:
        if actor.has(Role.EDITOR):
            answers.rule(session, found, said, comment=comment, seen_rev=rev, actor=actor, now=now)
            return
        own = [
            side
            for side in answers.SIDES
            if answers.may_answer(actor, found, side) and getattr(found, f"{side}_answer") != said
        ]
        if not own:
            raise PermissionDenied("已经有结论或已经这样答复，或者不由本单位答复")
        for side in own:
            answers.answer(
                session, found, side, said, comment=comment, seen_rev=rev, actor=actor, now=now
            )
            rev = found.rev

    return on_each(
        session,
        wanted,
        noun="口径确认",
        load=lambda found_id: get_conflict(session, found_id, actor),
        name=lambda found: f"{found.attribute}不一致（{found.id}）",
        act=say,
    )
