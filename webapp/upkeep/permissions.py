"""Who sees reminders, the queue and the coverage; what each may do is decided in the domain."""

from kb.terms import Role
from webapp.rules import LOGGED_IN, Permissions, roles

_PORTAL = roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER, Role.EDITOR)

PERMISSIONS: Permissions = {
    "upkeep.notices": LOGGED_IN,
    "upkeep.see_all": LOGGED_IN,
    "upkeep.go": LOGGED_IN,
    "upkeep.due": _PORTAL,
    "upkeep.confirm": _PORTAL,
    "upkeep.extend": _PORTAL,
    "upkeep.let_end": _PORTAL,
    "upkeep.schedule": _PORTAL,
    "upkeep.unschedule": _PORTAL,
}
