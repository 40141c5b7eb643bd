"""Who may use the dispatch room."""

from kb.terms import Role
from webapp.rules import Permissions, roles

PERMISSIONS: Permissions = {"dispatch.home": roles(Role.DISPATCHER, Role.FOLLOW_UP_AGENT)}
