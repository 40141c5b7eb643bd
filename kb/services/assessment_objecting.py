"""异议 and 裁定: a unit objects to an item of its card, the centre rules. Callers commit."""

from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.assessment.basis import COUNTED, FIGURES
from kb.bulletins.issuing.heading import kind_of
from kb.bulletins.issuing.wording import words_of
from kb.bulletins.periods import Period
from kb.clock import local_day
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.models import AssessmentObjection, Unit
from kb.profile import Profile
from kb.services.assessment import OPEN, REFUSED, UPHELD, objections, require_open
from kb.services.audit import record
from kb.services.notices import notify
from kb.terms import BulletinKind, Role

MAX_TEXT = 1000
OBJECTED, RULED = "assessment_objected", "assessment_ruled"
_MOST = {"rate": Decimal(100), "hours": Decimal(100_000), "count": Decimal(1_000_000)}


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

    :raises IllegalTransition: it is not the time for it, or an objection to this item waits.
    :raises InvalidInput: no such item, or words or evidence are missing.
    """
    actor.require(Role.UNIT_CLERK, Role.UNIT_REVIEWER)
    if sentence := why_not_now(profile, period, now):
        raise IllegalTransition(sentence)
    require_open(session, period)
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
    notify(
        session,
        kind=OBJECTED,
        title=f"{unit.name}对{_days(made)}考核的“{FIGURES[figure]}”提出异议，等待裁定",
        path=f"/supervise/assessment/objections?{_span(made)}",
        now=now,
        role=Role.SUPERVISOR,
        key=f"{OBJECTED}:{made.id}",
    )
    return made


def last_day(profile: Profile, period: Period) -> date:
    """The last day on which units may object to a period's cards."""
    return period.last + timedelta(days=profile.assessment.objection_days)


def why_not_now(profile: Profile, period: Period, now: datetime) -> str:
    """Why no objection can be made to a period, in a sentence; empty when it can be.

    Objections are to cards that stand: of a whole week, month, quarter or year that is over, and
    for so many days.
    """
    if kind_of(period) is BulletinKind.TOPICAL:
        return "异议针对整周、整月、整季、整年的考核；请换一个时段"
    if now < period.end:
        return "这个时段还没有过完，过完以后才能提异议"
    if local_day(now) > last_day(profile, period):
        days = profile.assessment.objection_days
        return f"异议要在时段过完后 {days} 天内提，这个时段已经过了"
    return ""


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
    found = _locked(session, objection_id)
    require_open(session, Period(found.first, found.last))
    if found.rev != seen_rev:
        raise StaleVersion("这条异议刚刚在别处裁定过，您这一步没有保存；下面是现在的内容")
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
    ruled = f"成立，按 {found.value} 计" if is_upheld else "不成立"
    notify(
        session,
        kind=RULED,
        title=f"{_days(found)}考核“{FIGURES[found.figure]}”的异议已裁定：{ruled}",
        path=f"/units/assessment?{_span(found)}",
        now=now,
        unit_id=found.unit_id,
        key=f"{RULED}:{found.id}:{found.rev}",
    )
    return found


def _locked(session: Session, objection_id: int) -> AssessmentObjection:
    """The objection as it is now, kept from anybody else until the end of the transaction.

    :raises NotFound: there is none.
    """
    found = session.get(
        AssessmentObjection, objection_id, with_for_update=True, populate_existing=True
    )
    if found is None:
        raise NotFound("没有这条异议")
    return found


def _days(one: AssessmentObjection) -> str:
    return words_of(Period(one.first, one.last)).long


def _span(one: AssessmentObjection) -> str:
    return f"from={one.first}&to={one.last}"


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


def _audit(
    session: Session, found: AssessmentObjection, act: str, actor: Actor, now: datetime
) -> None:
    detail = {"act": act, "unit_id": found.unit_id, "item": FIGURES[found.figure]}
    record(session, actor.user_id, "assessment", "assessment_objection", found.id, detail, now)
