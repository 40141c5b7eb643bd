"""督办看板."""

from webapp.supervision.views import bp

__all__ = ["bp"]
