"""催办 and 督办, and the ruling on whose matter an order is (疑难核定)."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kb.calendar import Limit, deadline, load_calendar
from kb.models import Unit, WorkOrder
from kb.services.orders.attaching import claim_files
from kb.services.orders.clocks import started
from kb.services.orders.dispatching import Assisting, find_active, sending
from kb.services.orders.giving import By, give
from kb.services.orders.reading import state_of
from kb.terms import ClockKind
from kb.work_orders.clocks import Clock, as_data
from kb.work_orders.events import EventKind
from kb.work_orders.permissions import asked_unit


def remind(session: Session, order: WorkOrder, by: By, *, text: str = "") -> WorkOrder:
    """催办; reminders at fixed times come from ``SYSTEM``."""
    return give(session, order, EventKind.REMINDED, by, {"text": text})


def supervise(
    session: Session, order: WorkOrder, by: By, *, text: str = "", limit: Limit | None = None
) -> WorkOrder:
    """督办: a 督办单 to the lead unit, with a due time of its own.

    :param limit: how long the unit has to answer; the city's limit where none is given.
    """
    clock = plan_supervision(session, order, by, limit)
    data = {"text": text, "clocks": as_data({ClockKind.SUPERVISION: clock})}
    return give(session, order, EventKind.SUPERVISED, by, data)


def plan_supervision(session: Session, order: WorkOrder, by: By, limit: Limit | None) -> Clock:
    """The clock that a 督办单 issued now would get; nothing is issued."""
    if limit is None:
        urgency = state_of(order).urgency
        kinds = [ClockKind.SUPERVISION]
        made = started(session, order, kinds, profile=by.profile, urgency=urgency, start=by.now)
        return made[ClockKind.SUPERVISION]
    calendar = load_calendar(session, by.now)
    found = deadline(calendar, by.now, limit, hours=by.profile.hours.office)
    return Clock(by.now, found.due_at, str(limit), found.steps)


def close_supervision(
    session: Session, order: WorkOrder, by: By, *, text: str = "", number: int | None = None
) -> WorkOrder:
    """督办办结: the supervisor is content with the unit's answer.

    :param number: which 督办单 of the order; None closes all that were answered.
    """
    data = {"text": text, "number": number}
    return give(session, order, EventKind.SUPERVISION_CLOSED, by, data)


def answer_supervision(
    session: Session, order: WorkOrder, by: By, *, text: str = "", files: Sequence[int] = ()
) -> WorkOrder:
    """答复督办; it does not answer the order itself."""
    data = {"text": text, "files": claim_files(session, order, by, files)}
    return give(session, order, EventKind.SUPERVISION_ANSWERED, by, data)


def open_ruling(
    session: Session, order: WorkOrder, by: By, *, unit_ids: Sequence[int], text: str = ""
) -> WorkOrder:
    """提交疑难核定: ask units whose matter it is; the centre answers for the order meanwhile."""
    asked = [
        {"unit_id": unit.id, "unit": unit.name}
        for unit in (find_active(session, key, "asked") for key in dict.fromkeys(unit_ids))
    ]
    data = {"text": text, "asked": asked, **_clock(session, order, by, ClockKind.RULING)}
    return give(session, order, EventKind.RULING_OPENED, by, data)


def give_opinion(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    text: str = "",
    basis: str = "",
    files: Sequence[int] = (),
) -> WorkOrder:
    """An asked unit says whose matter it is, and by which document."""
    unit_id = asked_unit(state_of(order), by.actor)
    unit = session.get(Unit, unit_id) if unit_id is not None else None
    data = {
        "unit_id": unit_id,
        "unit": unit.name if unit is not None else "",
        "text": text,
        "basis": basis,
        "files": claim_files(session, order, by, files),
    }
    return give(session, order, EventKind.OPINION_GIVEN, by, data)


def rule(
    session: Session,
    order: WorkOrder,
    by: By,
    *,
    unit_id: int,
    assisting: Sequence[Assisting] = (),
    text: str = "",
    basis: str = "",
) -> WorkOrder:
    """核定: name the lead (and assisting) units; a dispatch with the reasons of the ruling."""
    data = sending(session, order, by, unit_id, assisting) | {"text": text, "basis": basis}
    return give(session, order, EventKind.RULED, by, data)


def _clock(session: Session, order: WorkOrder, by: By, kind: ClockKind) -> dict[str, object]:
    urgency = state_of(order).urgency
    made = started(session, order, [kind], profile=by.profile, urgency=urgency, start=by.now)
    return {"clocks": as_data(made)}
