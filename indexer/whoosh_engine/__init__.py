"""The embedded search engine on Whoosh 2.7.4 (pinned) with a vectorised scorer."""

from .engine import WhooshEngine

__all__ = ["WhooshEngine"]
