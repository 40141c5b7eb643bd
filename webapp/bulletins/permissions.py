"""Who may read, write and issue bulletins: supervisors."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_ENDPOINTS = (
    *("home", "begin", "sheet_style", "show", "edit_section", "edit_header", "choose_case"),
    *("recount", "review", "issue", "correct", "archive", "download"),
    *("edition", "download_edition", "edition_records", "draft_records"),
)

PERMISSIONS: Permissions = {f"bulletins.{name}": roles(Role.SUPERVISOR) for name in _ENDPOINTS}
