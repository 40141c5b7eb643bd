"""纠错: reporting what is wrong in an entry, and answering what was reported."""

from webapp.corrections import export, many_views, queue_views, report_views
from webapp.corrections.blueprint import bp

__all__ = ["bp", "export", "many_views", "queue_views", "report_views"]
