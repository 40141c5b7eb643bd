"""管理: people, units, calendar, tokens and subscriptions of integrations, mails, audit."""

from webapp.admin import (
    audit,
    calendar,
    first_steps,
    health,
    jobs,
    mails,
    people,
    profile,
    settings_page,
    styleguide,
    table_import,
    tokens,
    units,
    webhooks,
)
from webapp.admin.blueprint import bp

__all__ = [
    "audit",
    "bp",
    "calendar",
    "first_steps",
    "health",
    "jobs",
    "mails",
    "people",
    "profile",
    "settings_page",
    "styleguide",
    "table_import",
    "tokens",
    "units",
    "webhooks",
]
