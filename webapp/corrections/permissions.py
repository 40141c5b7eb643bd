"""Who may report and who may answer; which entry it concerns is decided in the domain."""

from kb.terms import Role
from webapp.rules import LOGGED_IN, Permissions, roles

_HANDLERS = roles(Role.UNIT_CLERK, Role.UNIT_REVIEWER, Role.EDITOR)

PERMISSIONS: Permissions = {
    "corrections.new": LOGGED_IN,
    "corrections.report": LOGGED_IN,
    "corrections.mine": LOGGED_IN,
    "corrections.queue": _HANDLERS,
    "corrections.export_corrections": _HANDLERS,
    "corrections.correction": _HANDLERS,
    "corrections.handle_many_corrections": _HANDLERS,
    "corrections.accept": _HANDLERS,
    "corrections.reject": _HANDLERS,
    "corrections.settle": _HANDLERS,
    "corrections.withdraw": _HANDLERS,
}
