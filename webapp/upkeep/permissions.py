"""Who sees reminders, the queue and the coverage; what each may do is decided in the domain."""

from kb.terms import Role
from webapp.rules import LOGGED_IN, Permissions, roles

_PORTAL = roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER, Role.EDITOR)
_COVERAGE = roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER, Role.EDITOR, Role.SUPERVISOR)

PERMISSIONS: Permissions = {
    "upkeep.notices": LOGGED_IN,
    "upkeep.see_all": LOGGED_IN,
    "upkeep.go": LOGGED_IN,
    "upkeep.due": _PORTAL,
    "upkeep.export_due": _PORTAL,
    "upkeep.check_many_entries": _PORTAL,
    "upkeep.confirm": _PORTAL,
    "upkeep.extend": _PORTAL,
    "upkeep.let_end": _PORTAL,
    "upkeep.coverage": _COVERAGE,
    "upkeep.coverage_file": _COVERAGE,
    "upkeep.coverage_entries": _COVERAGE,
    "upkeep.schedule": _PORTAL,
    "upkeep.unschedule": _PORTAL,
}
