"""回访: resolved orders are called back, redone or archived."""

from webapp.follow_up import export, merged, order_page, worklist  # noqa: F401 - they add the routes
from webapp.follow_up.blueprint import bp

__all__ = ["bp"]
