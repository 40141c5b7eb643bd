"""Who may turn orders into knowledge; which orders, is decided in kb."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_CENTRE = roles(Role.FOLLOW_UP_AGENT, Role.DISPATCHER, Role.EDITOR)
_HANDLERS = _CENTRE | roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER)

PERMISSIONS: Permissions = {
    "order_knowledge.page": _HANDLERS,
    "order_knowledge.draft": _HANDLERS,
    "order_knowledge.name_entry": _HANDLERS,
    "order_knowledge.archive": _CENTRE,
    "order_knowledge.back": _HANDLERS,
}
