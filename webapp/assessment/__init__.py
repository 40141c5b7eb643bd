"""考核: cards of all units for the supervisor, a unit's own card, objections and rulings."""

from webapp.assessment import kept, own, ruling, views
from webapp.assessment.blueprint import bp

__all__ = ["bp", "kept", "own", "ruling", "views"]
