"""The JSON API under /api/v1."""

from webapp.api_v1.views import bp

__all__ = ["bp"]
