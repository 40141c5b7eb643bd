"""Whether the service is alive, ready, and how it does."""

from webapp.operations.views import bp

__all__ = ["bp"]
