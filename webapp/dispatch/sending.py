"""What the dispatcher sees before an order is sent: units with reasons, and its clocks."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kb.errors import CalendarUnknown
from kb.profile import Profile
from kb.queries.choices import units_by_name
from kb.queries.order_hints import suggest_units
from kb.services.work_orders import plan_dispatch
from kb.terms import Satisfaction
from webapp.order_parts import OrderView


def dispatching(
    session: Session, view: OrderView, profile: Profile, now: datetime
) -> dict[str, Any]:
    """What the form of a dispatch needs."""
    values: dict[str, Any] = {
        "plan": None,
        "plan_problem": "",
        "suggestions": [],
        "units": [],
        "satisfactions": list(Satisfaction),
    }
    if "dispatched" not in view.commands:
        return values
    values["suggestions"] = suggest_units(session, view.order)
    values["units"] = units_by_name(session)
    try:
        values["plan"] = plan_dispatch(session, view.order, profile=profile, now=now)
    except CalendarUnknown as unknown:
        values["plan_problem"] = unknown.message
    return values
