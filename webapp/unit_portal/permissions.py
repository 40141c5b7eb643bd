"""Who may use the unit portal; what each may do to an entry is decided in the domain."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_PORTAL = roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER, Role.EDITOR)

_ENDPOINTS = (
    "home",
    "drafts",
    "unread",
    "push",
    "paste",
    "paste_text",
    "write",
    "write_entry",
    "download",
    "read_again",
    "dismiss_file",
    "version",
    "save_version",
    "discard_version",
    "settle_same_number",
    "settle_found_link",
    "take_contact",
    "settle_owner",
    "preview",
    "linkable_entries",
    "next_review",
    "confirm_backdating",
    "confirm_brought_back",
    "approve_version",
    "return_version",
    "decide_original",
    "add_comment",
    "reply_comment",
    "resolve_comment",
    "entry",
    "export_entries",
    "new_version",
    "compare_versions",
    "restore_version",
    "withdraw_entry",
    "restore_entry",
    "undo_link",
    "remove_learned",
    "restore_learned",
)

PERMISSIONS: Permissions = {f"unit_portal.{name}": _PORTAL for name in _ENDPOINTS}
