"""Who may see the records behind a figure."""

from kb.terms import Role
from webapp.rules import Permissions, roles

PERMISSIONS: Permissions = {
    "figure_records.records": roles(Role.SUPERVISOR, Role.LEADER),
    "figure_records.export": roles(Role.SUPERVISOR),
}
