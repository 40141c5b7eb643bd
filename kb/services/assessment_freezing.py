"""封存: the cards of a period are kept as they stand, with the records behind their figures."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.assessment.scoring import Scorecard
from kb.bulletins.issuing.keys import Key, pack, unpack
from kb.bulletins.periods import Period
from kb.bulletins.window import Window
from kb.errors import IllegalTransition, NotFound
from kb.models import AssessmentSnapshot
from kb.profile import Profile
from kb.services.assessment import (
    OPEN,
    cards_of,
    document_of,
    live_cards,
    objections,
    require_open,
)
from kb.services.audit import record
from kb.services.bulletin_records import keys_at_each
from kb.terms import Role


def freeze(
    session: Session, profile: Profile, period: Period, *, actor: Actor, now: datetime
) -> AssessmentSnapshot:
    """封存: the cards of a period that is over are kept as they stand.

    :raises IllegalTransition: it is frozen, not over, or objections wait.
    """
    actor.require(Role.SUPERVISOR)
    require_open(session, period)
    if now < period.end:
        raise IllegalTransition("这个时段还没有过完，不能封存")
    waiting = sum(one.state == OPEN for one in objections(session, period))
    if waiting:
        raise IllegalTransition(f"还有 {waiting} 条异议没有裁定，先裁定再封存")
    basis = profile.figures
    window = Window.of(period, basis, now)
    kept = live_cards(session, basis, profile.assessment, period, now)
    document = document_of(kept)
    made = AssessmentSnapshot(
        first=period.first,
        last=period.last,
        frozen_at=now,
        frozen_by_id=actor.user_id,
        as_of=window.as_of,
        records=pack(_behind(session, window, kept)),
        document=document,
        digest=hashlib.sha256(document.encode()).hexdigest(),
    )
    session.add(made)
    session.flush()
    detail = {"first": str(period.first), "last": str(period.last), "digest": made.digest}
    record(session, actor.user_id, "assessment.freeze", "assessment", made.id, detail, now)
    return made


def _behind(
    session: Session, window: Window, kept: Sequence[Scorecard]
) -> dict[str, Sequence[Key]]:
    """The records behind each figure of the cards; what was ruled has none of its own."""
    lines = [line for card in kept for line in card.lines]
    addresses = [line.address for line in lines if line.value is not None and not line.why]
    return keys_at_each(session, window, addresses)


def records_behind(frozen: AssessmentSnapshot, address: str) -> list[Key]:
    """The records that a frozen figure was counted from.

    :raises NotFound: no card has such a figure, or none were kept with it.
    """
    named = {line.address for card in cards_of(frozen) for line in card.lines}
    found = unpack(frozen.records, address) if frozen.records and address in named else None
    if found is None:
        raise NotFound("封存的考核里没有这个数字的记录")
    return found
