"""Who may use the administration."""

from kb.terms import Role
from webapp.rules import Permissions, roles

PERMISSIONS: Permissions = {"admin.home": roles(Role.ADMIN)}
