"""值班表: who answers for a unit at night and on holidays, and whom overdue orders are taken to.

A unit's reviewer keeps its roster, the administrator everybody's. Callers commit.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.calendar import OfficeHours
from kb.clock import SHANGHAI, local_day
from kb.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion
from kb.mail_address import check_address
from kb.models import DutyShift, LeaderContact, Unit, UnitDuty
from kb.services.audit import record
from kb.terms import DutyPeriod, Role

MAX_DAYS, MAX_LEVEL = 62, 3
_PHONE = re.compile(r"[0-9+][0-9 \-转]{2,38}[0-9]")
READERS = (
    Role.UNIT_CLERK,
    Role.UNIT_REVIEWER,
    Role.DISPATCHER,
    Role.SUPERVISOR,
    Role.ADMIN,
)


def shifts_from(session: Session, unit_id: int, day: date) -> list[DutyShift]:
    """The unit's shifts of ``day`` and later, first to last."""
    query = select(DutyShift).where(
        DutyShift.unit_id == unit_id, DutyShift.day >= day, DutyShift.removed_at.is_(None)
    )
    return list(session.scalars(query.order_by(DutyShift.starts_at, DutyShift.id).limit(500)))


def units_with_roster(session: Session, day: date) -> set[int]:
    """The units that answer at any hour or have a shift of ``day`` or later."""
    always = select(UnitDuty.unit_id).where(UnitDuty.serves_always.is_(True))
    shifts = select(DutyShift.unit_id).where(DutyShift.day >= day, DutyShift.removed_at.is_(None))
    return {*session.scalars(always), *session.scalars(shifts.distinct())}


def leaders_of(session: Session, unit_id: int) -> list[LeaderContact]:
    """The leaders overdue orders of the unit are taken to, lowest level first."""
    query = select(LeaderContact).where(
        LeaderContact.unit_id == unit_id, LeaderContact.is_active.is_(True)
    )
    return list(session.scalars(query.order_by(LeaderContact.level, LeaderContact.id)))


def may_keep(actor: Actor, unit_id: int) -> bool:
    """Tell whether the person keeps this unit's roster."""
    return actor.has(Role.ADMIN) or (actor.has(Role.UNIT_REVIEWER) and unit_id in actor.unit_scope)


def get_unit_for(session: Session, unit_id: int, actor: Actor) -> Unit:
    """A unit whose roster the person may read.

    :raises NotFound: there is none, or not for this person.
    """
    unit = session.get(Unit, unit_id)
    may_read = actor.has(Role.ADMIN) or actor.is_centre or unit_id in actor.unit_scope
    if unit is None or not may_read:
        raise NotFound("没有这个单位，或者它不在您的范围内", unit_id=unit_id)
    return unit


def _kept(session: Session, unit_id: int, actor: Actor) -> Unit:
    unit = get_unit_for(session, unit_id, actor)
    if not may_keep(actor, unit_id):
        raise PermissionDenied("值班安排由本单位审核人或管理员维护，您只能查看")
    return unit


def set_service(
    session: Session,
    unit_id: int,
    *,
    serves_always: bool,
    phone: str,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> UnitDuty:
    """Say whether a unit serves 7×24, and by which number.

    :raises InvalidInput: it serves always, but no number says where; or the number is none.
    :raises StaleVersion: somebody else changed it first.
    """
    _kept(session, unit_id, actor)
    cleaned = phone.strip()
    if (serves_always or cleaned) and not _PHONE.fullmatch(cleaned):
        problem = "请写明能打通的电话，如 0999-8800123"
        raise InvalidInput(problem, {"phone": problem})
    row = session.get(UnitDuty, unit_id, with_for_update=True)
    if row is None:
        row = UnitDuty(unit_id=unit_id, rev=0)
        session.add(row)
    if row.rev != seen_rev:
        raise StaleVersion("这个单位的值班安排刚刚在别处改过，您这一步没有保存；请刷新后再改")
    row.serves_always, row.phone, row.rev = serves_always, cleaned, row.rev + 1
    session.flush()
    _note(session, actor, "duty_changed", unit_id, {"serves_always": serves_always}, now)
    return row


def add_shifts(
    session: Session,
    unit_id: int,
    *,
    first: date,
    last: date,
    period: DutyPeriod,
    name: str,
    phone: str,
    hours: OfficeHours,
    actor: Actor,
    now: datetime,
) -> list[DutyShift]:
    """One shift for each day from ``first`` to ``last``; one that is there already is left out.

    白天 are the office hours, 夜间 from closing to the next day's opening, 全天 from opening to
    the next day's opening.

    :raises InvalidInput: the days, the name or the number are wrong.
    """
    _kept(session, unit_id, actor)
    faults: dict[str, str] = {}
    if not 1 <= len(name.strip()) <= 40:
        faults["name"] = "请写值班人姓名，最多 40 字"
    if not _PHONE.fullmatch(phone.strip()):
        faults["shift_phone"] = "请写明能打通的电话，如 0999-8800123"
    if last < first:
        faults["last"] = "结束日期不能早于开始日期"
    elif (last - first).days >= MAX_DAYS:
        faults["last"] = f"一次最多排 {MAX_DAYS} 天"
    elif last < local_day(now):
        faults["last"] = "这些日子已经过去"
    if faults:
        raise InvalidInput("有几项没有填对，请按提示修改", faults)
    known = {
        (row.day, row.period, row.name, row.phone) for row in shifts_from(session, unit_id, first)
    }
    made = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if (day, period.value, name.strip(), phone.strip()) in known:
            continue
        starts, ends = span_of(day, period, hours)
        made.append(
            DutyShift(
                unit_id=unit_id,
                day=day,
                period=period.value,
                starts_at=starts,
                ends_at=ends,
                name=name.strip(),
                phone=phone.strip(),
                added_by=actor.user_id or None,
                added_at=now,
            )
        )
    session.add_all(made)
    session.flush()
    detail = {"first": first.isoformat(), "last": last.isoformat(), "added": len(made)}
    _note(session, actor, "duty_changed", unit_id, detail, now)
    return made


def span_of(day: date, period: DutyPeriod, hours: OfficeHours) -> tuple[datetime, datetime]:
    """When a shift of a day begins and ends."""
    opens = datetime.combine(day, hours.opens, SHANGHAI)
    closes = datetime.combine(day, hours.closes, SHANGHAI)
    next_opens = opens + timedelta(days=1)
    begins = closes if period == DutyPeriod.NIGHT else opens
    return begins, closes if period == DutyPeriod.DAY else next_opens


def remove_shift(session: Session, shift_id: int, *, actor: Actor, now: datetime) -> DutyShift:
    """Take a shift out; its row stays.

    :raises NotFound: no such shift, or not for this person.
    """
    shift = session.get(DutyShift, shift_id)
    if shift is None or shift.removed_at is not None:
        raise NotFound("没有这一班，或者它已经取消", shift_id=shift_id)
    _kept(session, shift.unit_id, actor)
    shift.removed_at, shift.removed_by = now, actor.user_id or None
    detail = {"removed": shift.day.isoformat()}
    _note(session, actor, "duty_changed", shift.unit_id, detail, now)
    return shift


def add_leader(
    session: Session,
    unit_id: int,
    *,
    level: int,
    name: str,
    post: str,
    email: str,
    actor: Actor,
    now: datetime,
) -> LeaderContact:
    """Name a leader who is told by mail; level 1 first, higher ones later.

    :raises InvalidInput: a field is wrong.
    """
    _kept(session, unit_id, actor)
    faults: dict[str, str] = {}
    if not 1 <= level <= MAX_LEVEL:
        faults["level"] = f"级别写 1 至 {MAX_LEVEL}"
    if not 1 <= len(name.strip()) <= 40:
        faults["leader"] = "请写姓名，最多 40 字"
    if len(post.strip()) > 60:
        faults["post"] = "职务最多 60 字"
    address = ""
    try:
        address = check_address(email)
    except InvalidInput as fault:
        faults["email"] = fault.message
    if not address and "email" not in faults:
        faults["email"] = "请写邮箱地址"
    if faults:
        raise InvalidInput("有几项没有填对，请按提示修改", faults)
    row = LeaderContact(
        unit_id=unit_id, level=level, name=name.strip(), post=post.strip(), email=address
    )
    session.add(row)
    session.flush()
    _note(session, actor, "leaders_changed", unit_id, {"added": row.id, "level": level}, now)
    return row


def end_leader(session: Session, leader_id: int, *, actor: Actor, now: datetime) -> LeaderContact:
    """Tell this leader no more.

    :raises NotFound: no such leader, or not for this person.
    """
    row = session.get(LeaderContact, leader_id)
    if row is None or not row.is_active:
        raise NotFound("没有这位领导，或者已经去掉", leader_id=leader_id)
    _kept(session, row.unit_id, actor)
    row.is_active = False
    _note(session, actor, "leaders_changed", row.unit_id, {"ended": row.id}, now)
    return row


def _note(
    session: Session,
    actor: Actor,
    action: str,
    unit_id: int,
    detail: Mapping[str, object],
    now: datetime,
) -> None:
    record(session, actor.user_id or None, action, "unit", unit_id, detail, now)
