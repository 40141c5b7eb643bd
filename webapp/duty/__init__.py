"""值班: rosters of the units, whether they serve 7×24, and the leaders told of overdue orders."""

from webapp.duty.views import bp

__all__ = ["bp"]
