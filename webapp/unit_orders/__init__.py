"""本单位工单: the inbox of a unit by due time, and all it does with an order until 办结."""

from webapp.unit_orders import (  # noqa: F401 - they add the routes
    export,
    files,
    inbox,
    order_page,
    templates_page,
)
from webapp.unit_orders.blueprint import bp

__all__ = ["bp"]
