"""Who may use the supervisor's screens."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_ENDPOINTS = (
    "home",
    "unanswered",
    "orders",
    "export_orders",
    "press",
    "send_press",
    "issue",
    "send_paper",
    "papers",
    "close_paper",
    "export_papers",
    "declined",
    "export_declined",
    "returned",
)

PERMISSIONS: Permissions = {f"supervision.{name}": roles(Role.SUPERVISOR) for name in _ENDPOINTS}
