"""Who may read bulletins, a leader too, and who writes and issues them: supervisors."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_READ = (
    *("home", "sheet_style", "show", "download"),
    *("edition", "download_edition", "edition_records", "draft_records"),
)
_WRITE = (
    *("begin", "drafting", "edit_section", "undo_section", "edit_header", "choose_case"),
    *("recount", "review", "issue", "correct", "archive", "abandon", "discard", "revive"),
)

PERMISSIONS: Permissions = {
    **{f"bulletins.{name}": roles(Role.SUPERVISOR, Role.LEADER) for name in _READ},
    **{f"bulletins.{name}": roles(Role.SUPERVISOR) for name in _WRITE},
}
