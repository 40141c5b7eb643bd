"""Who may use the supervisor's screens."""

from kb.terms import Role
from webapp.rules import Permissions, roles

PERMISSIONS: Permissions = {
    "supervision.home": roles(Role.SUPERVISOR),
    "supervision.unanswered": roles(Role.SUPERVISOR),
}
