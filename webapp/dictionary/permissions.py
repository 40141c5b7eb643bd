"""Who may use the dictionary: 知识管理员 own it, 管理员 may help."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_ENDPOINTS = (
    "home",
    "new",
    "add",
    "entry",
    "change",
    "paste",
    "export",
    "take_in",
    "draft",
    "look",
    "save",
    "drop",
    "renew",
    "versions",
    "restore",
)

PERMISSIONS: Permissions = {
    f"dictionary.{name}": roles(Role.EDITOR, Role.ADMIN) for name in _ENDPOINTS
}
