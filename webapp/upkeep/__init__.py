"""到期与复核: reminders, the queue of what is due, planned publication, coverage of units."""

from webapp.upkeep import (  # noqa: F401 - importing registers the views
    coverage_views,
    due_export,
    due_views,
    many_views,
    notice_views,
    schedule_views,
)
from webapp.upkeep.blueprint import bp

__all__ = ["bp"]
