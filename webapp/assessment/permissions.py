"""Who may see the cards: supervisor and leader all of them, a unit its own."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_SUPERVISOR, _UNIT = roles(Role.SUPERVISOR), roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER)

PERMISSIONS: Permissions = {
    "assessment.home": roles(Role.SUPERVISOR, Role.LEADER),
    "assessment.records": roles(Role.SUPERVISOR, Role.LEADER),
    "assessment.export": _SUPERVISOR,
    "assessment.freeze": _SUPERVISOR,
    "assessment.objections": _SUPERVISOR,
    "assessment.rule": _SUPERVISOR,
    "assessment.own": _UNIT,
    "assessment.object_to": _UNIT,
}
