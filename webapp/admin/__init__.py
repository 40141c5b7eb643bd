"""管理: people, units, tokens, audit."""

from webapp.admin.views import bp

__all__ = ["bp"]
