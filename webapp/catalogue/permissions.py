"""Who may use the catalogue; which rows a unit sees is decided in kb."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_UNITS = roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER)
_EDITORS = roles(Role.DISPATCHER, Role.ADMIN)
_READERS = _UNITS | _EDITORS | roles(Role.AGENT, Role.EDITOR, Role.FOLLOW_UP_AGENT, Role.SUPERVISOR)

PERMISSIONS: Permissions = {
    "catalogue.home": _READERS,
    "catalogue.entry": _READERS,
    "catalogue.export": _READERS,
    "catalogue.objections": _READERS,
    "catalogue.new": _EDITORS,
    "catalogue.save": _EDITORS,
    "catalogue.edit": _EDITORS,
    "catalogue.retire": _EDITORS,
    "catalogue.table": _EDITORS,
    "catalogue.try_table": _EDITORS,
    "catalogue.take_in": _EDITORS,
    "catalogue.object_to": _UNITS,
    "catalogue.withdraw": _UNITS,
    "catalogue.rule": _EDITORS,
}
