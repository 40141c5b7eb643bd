"""Who may see 专项 (a leader too) and keep them."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_READ, _KEEP = ("home", "tracked"), ("new", "create", "edit", "save", "remove", "restore")

PERMISSIONS: Permissions = {
    **{f"topics.{name}": roles(Role.SUPERVISOR, Role.LEADER) for name in _READ},
    **{f"topics.{name}": roles(Role.SUPERVISOR) for name in _KEEP},
}
