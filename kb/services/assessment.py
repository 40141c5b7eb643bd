"""考核 of a period: cards from the figures with what was ruled, or the frozen ones.

Once frozen, nothing about a period changes: its cards are read from the snapshot. Objections are
``assessment_objecting``, freezing ``assessment_freezing``.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from kb.assessment.basis import Assessment
from kb.assessment.scoring import Line, Ruling, Scorecard, scorecards
from kb.bulletins.basis import Basis
from kb.bulletins.periods import Period
from kb.bulletins.reporting import report
from kb.bulletins.window import Window
from kb.db import one_at_a_time
from kb.errors import IllegalTransition
from kb.models import AssessmentObjection, AssessmentSnapshot
from kb.profile import Profile

OPEN, UPHELD, REFUSED = "open", "upheld", "refused"
FROZEN = "这个时段的考核已经封存，不能再改"
_LOCK = 7_120_612


class DamagedSnapshot(IllegalTransition):
    """Raised when frozen cards are other bytes than when they were frozen."""


def snapshot_of(session: Session, period: Period) -> AssessmentSnapshot | None:
    """The frozen cards of a period; ``None`` while they may still change."""
    return session.scalars(
        select(AssessmentSnapshot).where(
            AssessmentSnapshot.first == period.first, AssessmentSnapshot.last == period.last
        )
    ).first()


def frozen_scorecards(session: Session, period: Period) -> list[Scorecard]:
    """The cards of a period as frozen, for the annex of a bulletin; none before that."""
    frozen = snapshot_of(session, period)
    return cards_of(frozen) if frozen is not None else []


def cards(session: Session, profile: Profile, period: Period, now: datetime) -> list[Scorecard]:
    """The cards of a period: the frozen ones, else as the figures stand now."""
    frozen = snapshot_of(session, period)
    if frozen is not None:
        return cards_of(frozen)
    return live_cards(session, profile.figures, profile.assessment, period, now)


def cards_of(frozen: AssessmentSnapshot) -> list[Scorecard]:
    """The cards as they were frozen.

    :raises DamagedSnapshot: they are other bytes by now.
    """
    if hashlib.sha256(frozen.document.encode()).hexdigest() != frozen.digest:
        days = f"{frozen.first} 至 {frozen.last}"
        raise DamagedSnapshot(f"{days} 封存的考核已损坏，与封存时不符，请从备份恢复")
    return cards_in(frozen.document)


def live_cards(
    session: Session, basis: Basis, scheme: Assessment, period: Period, now: datetime
) -> list[Scorecard]:
    """The cards from the very figures that a bulletin prints, with what was ruled."""
    window = Window.of(period, basis, now)
    figures = report(session, window, compared=False, detailed=False)
    ruled: dict[str, list[Ruling]] = {}
    for one in objections(session, period):
        if one.state == UPHELD:
            ruling = Ruling(one.figure, Decimal(one.value), one.reason)
            ruled.setdefault(one.counted_as, []).append(ruling)
    return scorecards(figures["by_unit"], scheme, ruled)


def objections(
    session: Session, period: Period, unit_ids: frozenset[int] | None = None
) -> Sequence[AssessmentObjection]:
    """The objections of a period, oldest first; of these units, or of all."""
    query = (
        select(AssessmentObjection)
        .where(AssessmentObjection.first == period.first, AssessmentObjection.last == period.last)
        .options(
            joinedload(AssessmentObjection.unit),
            joinedload(AssessmentObjection.filed_by),
            joinedload(AssessmentObjection.ruled_by),
        )
        .order_by(AssessmentObjection.id)
    )
    if unit_ids is not None:
        query = query.where(AssessmentObjection.unit_id.in_(unit_ids))
    return session.scalars(query).all()


def open_elsewhere(session: Session, period: Period) -> list[tuple[Period, int]]:
    """Other periods whose objections wait for a ruling, newest first, each with how many; of a
    frozen period nothing waits."""
    one, frozen = AssessmentObjection, AssessmentSnapshot
    is_frozen = exists().where(frozen.first == one.first, frozen.last == one.last)
    query = (
        select(one.first, one.last, func.count())
        .where(one.state == OPEN, ~is_frozen)
        .where(or_(one.first != period.first, one.last != period.last))
        .group_by(one.first, one.last)
        .order_by(one.last.desc(), one.first.desc())
    )
    return [(Period(first, last), count) for first, last, count in session.execute(query)]


def document_of(kept: Sequence[Scorecard]) -> str:
    """The cards as JSON, the same text for the same cards."""
    return json.dumps(
        [asdict(card) for card in kept], ensure_ascii=False, sort_keys=True, default=str
    )


def cards_in(document: str) -> list[Scorecard]:
    """The cards from :func:`document_of`."""
    return [_read(card) for card in json.loads(document)]


def _read(kept: dict[str, Any]) -> Scorecard:
    lines = tuple(
        Line(**{**line, **_numbers(line, ("value", "points", "weight"))}) for line in kept["lines"]
    )
    return Scorecard(**{**kept, **_numbers(kept, ("score",)), "lines": lines})


def _numbers(kept: dict[str, Any], names: Sequence[str]) -> dict[str, Decimal | None]:
    return {name: None if kept[name] is None else Decimal(kept[name]) for name in names}


def require_open(session: Session, period: Period) -> None:
    """Let what changes a period's cards pass while they are not frozen, one at a time.

    :raises IllegalTransition: they are.
    """
    one_at_a_time(session, _LOCK)
    if snapshot_of(session, period) is not None:
        raise IllegalTransition(FROZEN)
