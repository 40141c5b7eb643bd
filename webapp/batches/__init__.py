"""批次: many files at once, looked through before anything becomes a draft."""

from webapp.batches import deciding_views, receiving_views, views
from webapp.batches.blueprint import bp

__all__ = ["bp", "deciding_views", "receiving_views", "views"]
