"""Who may use the lab: those who own search, and units for their own questions."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_JUDGES = roles(Role.ADMIN, Role.EDITOR, Role.UNIT_CLERK, Role.UNIT_REVIEWER)
_ENDPOINTS = (
    "home",
    "keep",
    "queries",
    "query",
    "save_query",
    "remove",
    "restore",
    "import_queries",
    "export_queries",
    "adopted",
    "keep_adopted",
    "runs",
    "start",
    "run",
    "run_state",
)

PERMISSIONS: Permissions = {f"search_lab.{name}": _JUDGES for name in _ENDPOINTS}
