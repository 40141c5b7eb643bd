"""管理: people, units, tokens and subscriptions of integrations, mails, audit."""

from webapp.admin import audit, mails, people, styleguide, tokens, units, webhooks
from webapp.admin.blueprint import bp

__all__ = ["audit", "bp", "mails", "people", "styleguide", "tokens", "units", "webhooks"]
