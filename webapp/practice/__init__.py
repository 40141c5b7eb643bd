"""练习: judged questions as a timed exercise at a desk without a caller."""

from webapp.practice.views import bp

__all__ = ["bp"]
