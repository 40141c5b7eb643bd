"""口径确认: clauses of two entries that contradict each other, answered by their units."""

from webapp.conflicts import export, many_views, views
from webapp.conflicts.blueprint import bp

__all__ = ["bp", "export", "many_views", "views"]
