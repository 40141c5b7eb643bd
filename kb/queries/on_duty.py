"""Who answers for units at a moment: at any hour by a number, and the people of the roster."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kb.models import DutyShift, UnitDuty


@dataclass(frozen=True)
class OnDuty:
    """Who answers for a unit at a moment: any hour by ``phone``, and the people on duty."""

    serves_always: bool
    phone: str
    shifts: tuple[DutyShift, ...]

    @property
    def is_on(self) -> bool:
        """True when somebody answers."""
        return self.serves_always or bool(self.shifts)


def on_duty(session: Session, unit_id: int, at: datetime) -> OnDuty:
    """Who answers for the unit at ``at``."""
    row = session.get(UnitDuty, unit_id)
    shifts = session.scalars(_running(at).where(DutyShift.unit_id == unit_id))
    always, phone = (row.serves_always, row.phone) if row is not None else (False, "")
    return OnDuty(always, phone, tuple(shifts))


def who_is_on(session: Session, unit_ids: Iterable[int], at: datetime) -> dict[int, OnDuty]:
    """Of several units, those for which somebody answers at ``at``; two queries."""
    wanted = list(unit_ids)
    always = {
        row.unit_id: row.phone
        for row in session.scalars(
            select(UnitDuty).where(UnitDuty.unit_id.in_(wanted), UnitDuty.serves_always.is_(True))
        )
    }
    shifts: dict[int, list[DutyShift]] = {}
    for shift in session.scalars(_running(at).where(DutyShift.unit_id.in_(wanted))):
        shifts.setdefault(shift.unit_id, []).append(shift)
    return {
        unit_id: OnDuty(unit_id in always, always.get(unit_id, ""), tuple(shifts.get(unit_id, ())))
        for unit_id in wanted
        if unit_id in always or unit_id in shifts
    }


def _running(at: datetime) -> Select[DutyShift]:
    return (
        select(DutyShift)
        .where(DutyShift.starts_at <= at, DutyShift.ends_at > at, DutyShift.removed_at.is_(None))
        .order_by(DutyShift.starts_at, DutyShift.id)
    )
