"""Who may use the agent desk."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_AGENT = roles(Role.AGENT)

PERMISSIONS: Permissions = {
    "agent_desk.home": _AGENT,
    "agent_desk.search": _AGENT,
    "agent_desk.suggest": _AGENT,
    "agent_desk.state": _AGENT,
    "agent_desk.choose": _AGENT,
    "agent_desk.look_beside": _AGENT,
    "agent_desk.start": _AGENT,
    "agent_desk.save_draft": _AGENT,
    "agent_desk.end": _AGENT,
    "agent_desk.hold": _AGENT,
    "agent_desk.take_back": _AGENT,
    "agent_desk.pin": _AGENT,
    "agent_desk.show_phone": _AGENT,
    "agent_desk.adopt": _AGENT,
    "agent_desk.undo": _AGENT,
    "agent_desk.undo_order": _AGENT,
    "agent_desk.raise_order": _AGENT,
    "agent_desk.today": _AGENT,
    "agent_desk.mine": _AGENT,
    "agent_desk.resume": _AGENT,
    "agent_desk.ask_invalid": _AGENT,
    "agent_desk.end_invalid": _AGENT,
    "agent_desk.write_on": _AGENT,
    "agent_desk.notices": _AGENT,
    "agent_desk.entry": _AGENT,
    "agent_desk.original": _AGENT,
}
