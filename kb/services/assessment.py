"""考核 of a period: cards from the figures, objections, rulings, and the frozen cards.

Callers commit. Once frozen, nothing about a period changes: its cards are read from the snapshot.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kb.actor import Actor
from kb.assessment.basis import COUNTED, FIGURES, Assessment
from kb.assessment.scoring import Line, Ruling, Scorecard, scorecards
from kb.bulletins.basis import Basis
from kb.bulletins.periods import Period
from kb.bulletins.reporting import report
from kb.bulletins.window import Window
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.models import AssessmentObjection, AssessmentSnapshot, Unit
from kb.profile import Profile
from kb.services.audit import record
from kb.terms import Role

OPEN, UPHELD, REFUSED = "open", "upheld", "refused"
MAX_TEXT = 1000
_MOST = {"rate": Decimal(100), "hours": Decimal(100_000), "count": Decimal(1_000_000)}


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
    return cards_in(frozen.document) if frozen is not None else []


def cards(session: Session, profile: Profile, period: Period, now: datetime) -> list[Scorecard]:
    """The cards of a period: the frozen ones, else as the figures stand now."""
    frozen = snapshot_of(session, period)
    if frozen is not None:
        return cards_in(frozen.document)
    return live_cards(session, profile.figures, profile.assessment, period, now)


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


def object_to(
    session: Session,
    profile: Profile,
    period: Period,
    figure: str,
    *,
    text: str,
    evidence: str,
    actor: Actor,
    now: datetime,
) -> AssessmentObjection:
    """提出异议 against an item of one's own unit's card, with evidence.

    :raises IllegalTransition: the period is frozen, or an objection to this item waits.
    :raises InvalidInput: no such item, or words or evidence are missing.
    """
    actor.require(Role.UNIT_CLERK, Role.UNIT_REVIEWER)
    _require_open(session, period)
    problems = {}
    scheme = profile.assessment
    known = {one.figure for one in scheme.items} | {one.figure for one in scheme.extras}
    if figure not in known:
        problems["figure"] = "请选择考核卡上的一项"
    for name, said, what in (("text", text, "理由"), ("evidence", evidence, "证据")):
        if not 5 <= len(said.strip()) <= MAX_TEXT:
            problems[name] = f"请写 5 到 {MAX_TEXT} 个字的{what}"
    if actor.unit_id is None:
        problems["figure"] = "您的账号不属于任何单位"
    if problems:
        raise InvalidInput("；".join(problems.values()), problems)
    unit = session.get_one(Unit, actor.unit_id)
    waiting = [
        one
        for one in objections(session, period, frozenset({unit.id}))
        if one.figure == figure and one.state == OPEN
    ]
    if waiting:
        raise IllegalTransition("对这一项的异议还在等裁定，不能再提")
    made = AssessmentObjection(
        first=period.first,
        last=period.last,
        unit_id=unit.id,
        counted_as=profile.figures.unit_name(unit.name),
        figure=figure,
        text=text.strip(),
        evidence=evidence.strip(),
        filed_at=now,
        filed_by_id=actor.user_id,
        state=OPEN,
        value="",
        reason="",
        rev=1,
    )
    session.add(made)
    session.flush()
    _audit(session, made, "object", actor, now)
    return made


def rule(
    session: Session,
    objection_id: int,
    *,
    is_upheld: bool,
    value: str,
    reason: str,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> AssessmentObjection:
    """裁定: an upheld objection makes the item count with another value in this period.

    A ruling may be changed until the period is frozen.

    :raises StaleVersion: somebody ruled meanwhile.
    """
    actor.require(Role.SUPERVISOR)
    found = session.scalars(
        select(AssessmentObjection).where(AssessmentObjection.id == objection_id).with_for_update()
    ).first()
    if found is None:
        raise NotFound("没有这条异议")
    _require_open(session, Period(found.first, found.last))
    if found.rev != seen_rev:
        raise StaleVersion("别人刚刚裁定了这条异议，您这一步没有保存；下面是现在的内容")
    problems = {}
    if not 5 <= len(reason.strip()) <= MAX_TEXT:
        problems["reason"] = f"请写 5 到 {MAX_TEXT} 个字的理由"
    counted = _number(found.figure, value) if is_upheld else ""
    if counted is None:
        problems["value"] = "请写这一项改按多少计：率 0 至 100，件数是整数"
    if problems:
        raise InvalidInput("；".join(problems.values()), problems)
    found.state, found.value = (UPHELD, counted or "") if is_upheld else (REFUSED, "")
    found.reason, found.ruled_at, found.ruled_by_id = reason.strip(), now, actor.user_id
    found.rev += 1
    session.flush()
    _audit(session, found, found.state, actor, now)
    return found


def freeze(
    session: Session, profile: Profile, period: Period, *, actor: Actor, now: datetime
) -> AssessmentSnapshot:
    """封存: the cards of a period that is over are kept as they stand.

    :raises IllegalTransition: it is frozen, not over, or objections wait.
    """
    actor.require(Role.SUPERVISOR)
    _require_open(session, period)
    if now < period.end:
        raise IllegalTransition("这个时段还没有过完，不能封存")
    waiting = sum(one.state == OPEN for one in objections(session, period))
    if waiting:
        raise IllegalTransition(f"还有 {waiting} 条异议没有裁定，先裁定再封存")
    kept = live_cards(session, profile.figures, profile.assessment, period, now)
    document = document_of(kept)
    made = AssessmentSnapshot(
        first=period.first,
        last=period.last,
        frozen_at=now,
        frozen_by_id=actor.user_id,
        document=document,
        digest=hashlib.sha256(document.encode()).hexdigest(),
    )
    session.add(made)
    session.flush()
    detail = {"first": str(period.first), "last": str(period.last), "digest": made.digest}
    record(session, actor.user_id, "assessment.freeze", "assessment", made.id, detail, now)
    return made


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


def _number(figure: str, text: str) -> str | None:
    """The value as it is kept; ``None`` when it is no possible value of the figure."""
    kind = "count" if figure in COUNTED else "hours" if figure.endswith("hours") else "rate"
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    is_possible = value.is_finite() and 0 <= value <= _MOST[kind]
    is_whole = kind != "count" or value == value.to_integral_value()
    return f"{value:f}" if is_possible and is_whole and len(text) <= 20 else None


def _require_open(session: Session, period: Period) -> None:
    frozen = snapshot_of(session, period)
    if frozen is not None:
        raise IllegalTransition("这个时段的考核已经封存，不能再改")


def _audit(
    session: Session, found: AssessmentObjection, act: str, actor: Actor, now: datetime
) -> None:
    detail = {"act": act, "unit_id": found.unit_id, "item": FIGURES[found.figure]}
    record(session, actor.user_id, "assessment", "assessment_objection", found.id, detail, now)
