"""The room's blueprint; the pages register their routes on it."""

from datetime import datetime

from flask import Blueprint

from kb.clock import SHANGHAI
from kb.models import WorkOrder
from kb.work_orders.events import EventKind
from kb.work_orders.facts import stored_label
from kb.work_orders.state import OrderState
from webapp.context import city
from webapp.order_timeline import what_of

bp = Blueprint("dispatch", __name__, url_prefix="/dispatch")


def short_time(instant: datetime) -> str:
    """``05-07 10:24``: a time on a time line, where the weekday only takes room."""
    return f"{instant.astimezone(SHANGHAI):%m-%d %H:%M}"


def city_input(instant: datetime) -> str:
    """``2026-05-09T17:30``: what an input of the kind ``datetime-local`` takes."""
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"


@bp.app_template_test("lost")
def is_lost(order: WorkOrder) -> bool:
    """库中有答案仍转办, as the figures count it: an entry answers some purposes only."""
    return order.lost_item_id is not None and order.request.purpose in city().figures.answerable


bp.add_app_template_filter(short_time)
bp.add_app_template_filter(city_input)
bp.add_app_template_filter(lambda value: EventKind(value).label, "order_event")
bp.add_app_template_filter(lambda value: OrderState(value).label, "order_state")
bp.add_app_template_filter(what_of, "order_step")
bp.add_app_template_filter(stored_label, "order_ask")
