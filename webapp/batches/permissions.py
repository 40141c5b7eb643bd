"""Who may use batches; of which unit, `kb.services.batches` decides."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_PORTAL = roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER, Role.EDITOR)

_ENDPOINTS = (
    "home",
    "begin",
    "add_files",
    "received",
    "show",
    "progress",
    "compare_entry",
    "failed_table",
    "preview",
    "choose",
    "order",
    "dismiss",
    "read_again",
    "close",
)

PERMISSIONS: Permissions = {f"batches.{name}": _PORTAL for name in _ENDPOINTS}
