"""Who may answer and rule; which conflicts a person sees is decided in kb.queries.conflicts."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_UNITS = roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER, Role.EDITOR)

PERMISSIONS: Permissions = {
    "conflicts.queue": _UNITS,
    "conflicts.export_conflicts": _UNITS,
    "conflicts.conflict": _UNITS,
    "conflicts.both_hold_of_many": _UNITS,
    "conflicts.answer": roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER),
    "conflicts.rule": roles(Role.EDITOR),
    "conflicts.reopen": roles(Role.EDITOR),
}
