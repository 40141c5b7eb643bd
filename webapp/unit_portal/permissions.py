"""Who may use the unit portal."""

from kb.terms import Role
from webapp.rules import Permissions, roles

PERMISSIONS: Permissions = {
    "unit_portal.home": roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER, Role.EDITOR),
}
