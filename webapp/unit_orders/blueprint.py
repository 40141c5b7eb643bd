"""The room's blueprint, and how many orders wait for whoever looks at the portal's home."""

from flask import Blueprint

from kb.queries.unit_orders import waiting_count
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor

bp = Blueprint("unit_orders", __name__, url_prefix="/units/orders")


@bp.app_template_global()
def orders_waiting() -> int:
    """How many orders wait for something that the person's unit is to do."""
    return waiting_count(db(), current_actor(), services().clock())
