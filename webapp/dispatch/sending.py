"""What the dispatcher sees before an order is sent, and the units a form names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from kb.errors import CalendarUnknown, InvalidInput
from kb.models import Unit, WorkOrder, WorkOrderUnit
from kb.profile import Profile
from kb.queries.choices import find_unit, units_by_name
from kb.services.suggesting import (
    CategorySuggestion,
    UnitSuggestion,
    suggest_categories,
    suggest_units,
)
from kb.services.unit_reviewers import without_staff
from kb.services.work_orders import Assisting, DispatchPlan, plan_dispatch
from kb.suggesting.units import LEAD
from webapp.order_parts import OrderView

JOINT, SEVERAL = "joint", "several"
MODES = {
    JOINT: ("一张工单", "主办一个单位，其余协办（一单联派）"),
    SEVERAL: ("分别派单", "每个单位各一张工单，各自计时（一单多派）"),
}
WEAK = 2
SENDS = ("dispatched", "reassigned", "ruled")


@dataclass(frozen=True)
class Sending:
    """What the forms that send an order need; everything empty where it cannot be sent."""

    units: Sequence[Unit] = ()
    suggested: Sequence[UnitSuggestion] = ()
    categories: Sequence[CategorySuggestion] = ()
    plan: DispatchPlan | None = None
    problem: str = ""
    warning: str = ""

    @property
    def leads(self) -> list[UnitSuggestion]:
        """Suggestions for the lead that carry."""
        return [one for one in self.suggested if one.role == LEAD and one.is_sure]

    @property
    def weak_leads(self) -> list[UnitSuggestion]:
        """Units that something faint points to, for whoever has no better lead."""
        return [one for one in self.suggested if one.role == LEAD and not one.is_sure][:WEAK]

    @property
    def others(self) -> list[UnitSuggestion]:
        """Suggestions for units that assist."""
        return [one for one in self.suggested if one.role != LEAD]


def sending(
    session: Session, view: OrderView, profile: Profile, now: datetime, chosen: str = ""
) -> Sending:
    """Suggestions and clocks for an order that may be sent now.

    :param chosen: the name of the unit that was picked, whose duty the clocks count by.
    """
    asks_units = "ruling_opened" in view.commands
    if not asks_units and not any(kind in view.commands for kind in SENDS):
        return Sending()
    units = units_by_name(session)
    if not any(kind in view.commands for kind in ("dispatched", "ruled")):
        return Sending(units)
    request = view.order.request
    suggested = suggest_units(
        session, request, request.region, request.category, now, profile=profile
    )
    categories: Sequence[CategorySuggestion] = ()
    if not request.category:
        categories = suggest_categories(session, request.content, profile, now, title=request.title)
    unit = next((unit for unit in units if unit.name == chosen), None)
    try:
        unit_id = unit.id if unit else None
        plan = plan_dispatch(session, view.order, profile=profile, now=now, unit_id=unit_id)
        problem = ""
    except CalendarUnknown as unknown:
        plan, problem = None, unknown.message
    warning = unstaffed_words(session, [unit] if unit else [])
    return Sending(units, suggested, categories, plan, problem, warning)


def units_sent(session: Session, order: WorkOrder) -> Sequence[Unit]:
    """The units that the orders of its request lie with now."""
    query = (
        select(Unit)
        .join(WorkOrderUnit, WorkOrderUnit.unit_id == Unit.id)
        .join(WorkOrder, WorkOrder.id == WorkOrderUnit.order_id)
        .where(WorkOrder.request_id == order.request_id, WorkOrderUnit.until.is_(None))
    )
    return session.scalars(query.order_by(Unit.name).distinct()).all()


def unstaffed_words(session: Session, units: Iterable[Unit]) -> str:
    """What a dispatcher is told of units where nobody can take up an order; empty for none."""
    names = "、".join(unit.name for unit in without_staff(session, units))
    if not names:
        return ""
    return (
        f"{names}还没有可以办理的账号：派出后没有人能签收、答复，时限照走。"
        "请告诉系统管理员在“管理—人员”里开通，并电话告知该单位"
    )


def sent_to(session: Session, form: Mapping[str, str]) -> dict[str, Any]:
    """The values of a dispatch: the lead, the other units with their tasks, words and basis.

    :raises InvalidInput: a name that is no unit's, beside the field it stands in.
    """
    values: dict[str, Any] = {
        "unit_id": find_unit(session, form.get("unit", "")).id,
        "text": form.get("text", ""),
        "basis": form.get("basis", ""),
    }
    return values | {"assisting": others_of(session, form)}


def others_of(session: Session, form: Mapping[str, str]) -> list[Assisting]:
    """The other units of a form, each with what it is to do."""
    names, tasks = _list(form, "other"), _list(form, "task")
    tasks += [""] * (len(names) - len(tasks))
    return [
        Assisting(_find(session, name, "others").id, task.strip())
        for name, task in zip(names, tasks, strict=False)
        if name.strip()
    ]


def asked_units(session: Session, form: Mapping[str, str]) -> list[int]:
    """The units a 疑难 ruling asks."""
    return [_find(session, name, "asked").id for name in _list(form, "asked") if name.strip()]


def _find(session: Session, name: str, field: str) -> Unit:
    try:
        return find_unit(session, name)
    except InvalidInput as error:
        raise InvalidInput(error.message, {field: error.message}) from error


def _list(form: Mapping[str, str], name: str) -> list[str]:
    return list(form.getlist(name)) if isinstance(form, MultiDict) else []
