"""Who may use the call-back room. Which command is whose is decided per order, in kb."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_CALLERS = roles(Role.FOLLOW_UP_AGENT, Role.SUPERVISOR)

PERMISSIONS: Permissions = {
    "follow_up.home": _CALLERS,
    "follow_up.export_calls": _CALLERS,
    "follow_up.order": _CALLERS,
    "follow_up.command": _CALLERS,
    "follow_up.back_to_order": _CALLERS,
    "follow_up.reveal": _CALLERS,
    "follow_up.call_merged": _CALLERS,
    "follow_up.reveal_merged": _CALLERS,
}
