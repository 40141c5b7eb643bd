"""Who may read rosters, and who keeps them; whose unit's is decided by the service."""

from kb.services.duty import READERS
from kb.terms import Role
from webapp.rules import Permissions, roles

_KEEPERS = roles(Role.UNIT_REVIEWER, Role.ADMIN)

PERMISSIONS: Permissions = {
    "duty.home": roles(*READERS),
    "duty.unit": roles(*READERS),
    "duty.save_service": _KEEPERS,
    "duty.add_shifts": _KEEPERS,
    "duty.remove_shift": _KEEPERS,
    "duty.add_leader": _KEEPERS,
    "duty.end_leader": _KEEPERS,
}
