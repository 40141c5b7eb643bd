"""Who may practise: agents, each for themselves."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_AGENT = roles(Role.AGENT)

PERMISSIONS: Permissions = {
    "practice.home": _AGENT,
    "practice.start": _AGENT,
    "practice.run": _AGENT,
    "practice.answer": _AGENT,
}
