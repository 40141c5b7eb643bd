"""派单目录: which unit a matter belongs to; kept by dispatchers, read by units (职责清单)."""

from webapp.catalogue import editing, listing, objections, table
from webapp.catalogue.blueprint import bp

__all__ = ["bp", "editing", "listing", "objections", "table"]
