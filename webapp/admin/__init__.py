"""管理: people, units, tokens of integrations, audit."""

from webapp.admin import audit, people, styleguide, tokens, units
from webapp.admin.blueprint import bp

__all__ = ["audit", "bp", "people", "styleguide", "tokens", "units"]
