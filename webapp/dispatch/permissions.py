"""Who may use the dispatch room. Which orders a person sees is decided per order, in kb."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_WORKERS = roles(Role.DISPATCHER, Role.FOLLOW_UP_AGENT, Role.SUPERVISOR)
# Agents and editors look an order up when a caller or an entry leads to it.
_READERS = _WORKERS | roles(Role.AGENT, Role.EDITOR)
# Units have a room of their own: whoever opens an order here is sent to it.
_UNITS = roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER)
_CENTRE = _READERS | roles(Role.ADMIN)

PERMISSIONS: Permissions = {
    "dispatch.home": _WORKERS | _UNITS,
    "dispatch.order": _READERS | _UNITS,
    "dispatch.preview": roles(Role.DISPATCHER),
    "dispatch.command": _READERS,
    "dispatch.accept_again": roles(Role.DISPATCHER),
    "dispatch.export": _WORKERS | _UNITS,
    "dispatch.file": _READERS,
    "dispatch.back_to_order": _READERS | _UNITS,
    "dispatch.reveal": _WORKERS,
    "dispatch.recompute_page": roles(Role.SUPERVISOR, Role.DISPATCHER, Role.ADMIN),
    "dispatch.recompute_orders": roles(Role.SUPERVISOR),
    "dispatch.ledger": _CENTRE,
    "dispatch.citizen_request": _CENTRE,
    "dispatch.reveal_request": _WORKERS,
    "dispatch.correct_request": roles(Role.DISPATCHER),
}
