"""Who may see and keep 专项."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_ENDPOINTS = ("home", "tracked", "new", "create", "edit", "save", "remove", "restore")

PERMISSIONS: Permissions = {f"topics.{name}": roles(Role.SUPERVISOR) for name in _ENDPOINTS}
