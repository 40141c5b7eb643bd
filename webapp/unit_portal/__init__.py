"""知识库."""

from webapp.unit_portal.views import bp

__all__ = ["bp"]
