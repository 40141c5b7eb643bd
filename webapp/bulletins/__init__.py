"""通报: the bulletins of all periods, written, reviewed, issued and corrected here."""

from webapp.bulletins import acts, editions, listing, page
from webapp.bulletins.blueprint import bp

__all__ = ["acts", "bp", "editions", "listing", "page"]
