"""检索实验室: see every step of a search, compare settings, keep and run judged questions."""

from webapp.search_lab import query_views, run_views, views
from webapp.search_lab.blueprint import bp

__all__ = ["bp", "query_views", "run_views", "views"]
