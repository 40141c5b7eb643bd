"""Who issues 统一口径, and who is told."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_ISSUER = roles(Role.SUPERVISOR, Role.EDITOR)

PERMISSIONS: Permissions = {
    "guidance.home": _ISSUER,
    "guidance.issue": _ISSUER,
    "guidance.withdraw": _ISSUER,
    "guidance.waiting": roles(Role.AGENT),
    "guidance.acknowledge": roles(Role.AGENT),
}
