"""工单."""

from webapp.dispatch.views import bp

__all__ = ["bp"]
