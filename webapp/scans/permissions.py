"""Who may use the room; which scans a person sees is decided in kb.services.scans."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_PORTAL = roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER, Role.EDITOR)

PERMISSIONS: Permissions = {
    "scans.waiting": _PORTAL,
    "scans.page": _PORTAL,
    "scans.of_file": _PORTAL,
    "scans.progress": _PORTAL,
    "scans.save_line": _PORTAL,
    "scans.save_lines": _PORTAL,
    "scans.save_text": _PORTAL,
    "scans.finish": _PORTAL,
}
