"""Who may look at hot matters (a leader too) and decide on them."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_READ, _DECIDE = ("home", "records"), ("ask", "accept", "dismiss", "merge", "rename", "undo")
_READERS = roles(Role.SUPERVISOR, Role.EDITOR, Role.LEADER)

PERMISSIONS: Permissions = {
    **{f"hot_matters.{name}": _READERS for name in _READ},
    **{f"hot_matters.{name}": roles(Role.SUPERVISOR, Role.EDITOR) for name in _DECIDE},
}
