"""原件: an original page by page, with the words of a clause marked where they stand."""

from webapp.originals import views
from webapp.originals.blueprint import bp

__all__ = ["bp", "views"]
