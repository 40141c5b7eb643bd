"""Who may use the dispatch room. Which orders a person sees is decided per order, in kb."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_HANDLERS = roles(
    Role.DISPATCHER,
    Role.FOLLOW_UP_AGENT,
    Role.SUPERVISOR,
    Role.UNIT_CLERK,
    Role.UNIT_REVIEWER,
)
# Agents and editors look an order up when a caller or an entry leads to it.
_READERS = _HANDLERS | roles(Role.AGENT, Role.EDITOR)
_CENTRE = roles(
    Role.DISPATCHER, Role.FOLLOW_UP_AGENT, Role.SUPERVISOR, Role.AGENT, Role.EDITOR, Role.ADMIN
)
_REVEALING = _HANDLERS

PERMISSIONS: Permissions = {
    "dispatch.home": _HANDLERS,
    "dispatch.order": _READERS,
    "dispatch.preview": roles(Role.DISPATCHER),
    "dispatch.command": _READERS,
    "dispatch.export": _HANDLERS,
    "dispatch.file": _READERS,
    "dispatch.back_to_order": _READERS,
    "dispatch.reveal": _REVEALING,
    "dispatch.ledger": _CENTRE,
    "dispatch.citizen_request": _CENTRE,
    "dispatch.reveal_request": roles(Role.DISPATCHER, Role.FOLLOW_UP_AGENT, Role.SUPERVISOR),
}
