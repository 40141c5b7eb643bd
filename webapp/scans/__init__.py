"""扫描件: scans waiting for their text, proof-reading beside the picture, typing without it."""

from webapp.scans import list_views, page_views, saving  # noqa: F401 - registers the views
from webapp.scans.blueprint import bp

__all__ = ["bp"]
