"""知识产出: what a resolved order leaves in the library, and its archiving."""

from webapp.order_knowledge.views import bp

__all__ = ["bp"]
