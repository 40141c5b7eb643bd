"""Who may use the agent desk."""

from kb.terms import Role
from webapp.rules import Permissions, roles

PERMISSIONS: Permissions = {"agent_desk.home": roles(Role.AGENT)}
