"""Who may use the room; which orders a person sees, and what they may do, is decided in kb."""

from kb.services import reply_templates
from kb.terms import Role
from webapp.rules import Permissions, roles

_UNIT = roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER)

# The centre looks at a file on the same page; it downloads in a room of its own.
_LOOKING = _UNIT | roles(
    Role.AGENT, Role.DISPATCHER, Role.FOLLOW_UP_AGENT, Role.SUPERVISOR, Role.EDITOR
)
_ENDPOINTS = ("inbox", "export_inbox", "order", "back_to_order", "command", "reveal", "download")

# Units keep outlines for themselves, the centre for all of them.
_KEEPERS = roles(*reply_templates.UNIT, *reply_templates.CENTRE)
_TEMPLATES = ("templates", "new_template", "create_template", "template")
_CHANGES = ("save_template", "remove_template", "restore_template")

PERMISSIONS: Permissions = {
    **{f"unit_orders.{name}": _UNIT for name in _ENDPOINTS},
    **{f"unit_orders.{name}": _LOOKING for name in ("file", "sheet")},
    **{f"unit_orders.{name}": _KEEPERS for name in (*_TEMPLATES, *_CHANGES)},
}
