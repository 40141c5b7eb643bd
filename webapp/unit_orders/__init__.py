"""本单位工单: the inbox of a unit by due time, and all it does with an order until 办结."""

from webapp.unit_orders import files, inbox, order_page, templates_page  # noqa: F401 - routes
from webapp.unit_orders.blueprint import bp

__all__ = ["bp"]
