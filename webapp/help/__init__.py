"""帮助: a page for each role, and what remembers that a guided tour was seen."""

from webapp.help.views import bp

__all__ = ["bp"]
