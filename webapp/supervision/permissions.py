"""Who may use the supervisor's screens; a leader looks at the board alone."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_ENDPOINTS = (
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

PERMISSIONS: Permissions = {
    **{f"supervision.{name}": roles(Role.SUPERVISOR) for name in _ENDPOINTS},
    "supervision.home": roles(Role.SUPERVISOR, Role.LEADER),
}
