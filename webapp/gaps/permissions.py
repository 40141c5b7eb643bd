"""Who may see and handle gaps; which gaps a person sees is decided in kb.queries.gaps."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_UNITS = roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER, Role.EDITOR)
_READERS = _UNITS | roles(Role.SUPERVISOR)
_EDITOR = roles(Role.EDITOR)

PERMISSIONS: Permissions = {
    "gaps.board": _READERS,
    "gaps.export_gaps": _READERS,
    "gaps.gap": _READERS,
    "gaps.assign": _EDITOR,
    "gaps.dismiss": _EDITOR,
    "gaps.take_up": _EDITOR,
    "gaps.rename": _EDITOR,
    "gaps.merge": _EDITOR,
    "gaps.undo_merge": _EDITOR,
    "gaps.split": _EDITOR,
    "gaps.refuse": roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER),
    "gaps.name_entry": _UNITS,
    "gaps.unname_entry": _UNITS,
    "gaps.add_wordings": _UNITS,
    "gaps.try_again": _UNITS,
    "gaps.back": _READERS,
}
