"""Who may use the administration."""

from kb.terms import Role
from webapp.rules import Permissions, roles

_ENDPOINTS = (
    "home",
    "add_person",
    "person",
    "save_roles",
    "reset_password",
    "set_active",
    "units",
    "add_unit",
    "unit",
    "save_unit",
    "tokens",
    "add_token",
    "revoke_token",
    "webhooks",
    "add_webhook",
    "webhook",
    "end_webhook",
    "deliver_again",
    "mails",
    "mail_again",
    "jobs",
    "job_again",
    "drop_job",
    "health",
    "apply_remedy",
    "calendar",
    "preview_calendar",
    "save_calendar",
    "audit_log",
    "check_chain",
    "styleguide",
)

PERMISSIONS: Permissions = {f"admin.{name}": roles(Role.ADMIN) for name in _ENDPOINTS}
