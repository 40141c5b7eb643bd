"""Who may look at hot matters and decide on them."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_ENDPOINTS = ("home", "records", "ask", "accept", "dismiss", "merge", "rename", "undo")

PERMISSIONS: Permissions = {
    f"hot_matters.{name}": roles(Role.SUPERVISOR, Role.EDITOR) for name in _ENDPOINTS
}
