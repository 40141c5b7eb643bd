"""封存: the cards of a period are kept as they stand, with the records behind their figures."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
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
    FROZEN,
    OPEN,
    cards_of,
    document_of,
    live_cards,
    objections,
    require_open,
    snapshot_of,
)
from kb.services.audit import record
from kb.services.bulletin_records import keys_at_each
from kb.terms import Role


@dataclass(frozen=True)
class Counted:
    """The cards of a period as they would be kept; ``ruled`` is what they were counted with."""

    period: Period
    as_of: datetime
    document: str
    records: bytes
    ruled: frozenset[tuple[int, int]]


def require_freezable(session: Session, period: Period, *, actor: Actor, now: datetime) -> None:
    """Let freezing pass while nothing speaks against it.

    :raises IllegalTransition: it is frozen, not over, or objections wait.
    """
    actor.require(Role.SUPERVISOR)
    if snapshot_of(session, period) is not None:
        raise IllegalTransition(FROZEN)
    if now < period.end:
        raise IllegalTransition("这个时段还没有过完，不能封存")
    waiting = sum(one.state == OPEN for one in objections(session, period))
    if waiting:
        raise IllegalTransition(f"还有 {waiting} 条异议没有裁定，先裁定再封存")


def count(session: Session, profile: Profile, period: Period, now: datetime) -> Counted:
    """Count the cards of a period and the records behind them; nobody else has to wait for it."""
    ruled = _ruled(session, period)
    window = Window.of(period, profile.figures, now)
    kept = live_cards(session, profile.figures, profile.assessment, period, now)
    records = pack(_behind(session, window, kept))
    return Counted(period, window.as_of, document_of(kept), records, ruled)


def keep(session: Session, counted: Counted, *, actor: Actor, now: datetime) -> AssessmentSnapshot:
    """封存: keep what was counted, unless something was objected to or ruled since.

    :raises IllegalTransition: something was, or as :func:`require_freezable`.
    """
    period = counted.period
    require_open(session, period)
    require_freezable(session, period, actor=actor, now=now)
    if _ruled(session, period) != counted.ruled:
        raise IllegalTransition("计数时有人提了异议或裁定了异议，请再点一次封存")
    made = AssessmentSnapshot(
        first=period.first,
        last=period.last,
        frozen_at=now,
        frozen_by_id=actor.user_id,
        as_of=counted.as_of,
        records=counted.records,
        document=counted.document,
        digest=hashlib.sha256(counted.document.encode()).hexdigest(),
    )
    session.add(made)
    session.flush()
    detail = {"first": str(period.first), "last": str(period.last), "digest": made.digest}
    record(session, actor.user_id, "assessment.freeze", "assessment", made.id, detail, now)
    return made


def _ruled(session: Session, period: Period) -> frozenset[tuple[int, int]]:
    return frozenset((one.id, one.rev) for one in objections(session, period))


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
