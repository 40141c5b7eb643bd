"""Who may import the records of another system: administrators."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_ENDPOINTS = ("home", "begin", "show", "confirm", "drop", "again", "correction", "example")

PERMISSIONS: Permissions = {f"records.{name}": roles(Role.ADMIN) for name in _ENDPOINTS}
