"""Who may use the room; which orders a person sees, and what they may do, is decided in kb."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_UNIT = roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER)

_ENDPOINTS = ("inbox", "order", "back_to_order", "command", "reveal", "file", "sheet", "download")

PERMISSIONS: Permissions = {f"unit_orders.{name}": _UNIT for name in _ENDPOINTS}
