"""纠错: reporting what is wrong in an entry, and answering what was reported."""

from webapp.corrections import export, queue_views, report_views
from webapp.corrections.blueprint import bp

__all__ = ["bp", "export", "queue_views", "report_views"]
