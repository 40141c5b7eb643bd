"""评价: a requester says through a signed link how content they are; no log-in."""

from webapp.satisfaction.views import bp

__all__ = ["bp"]
