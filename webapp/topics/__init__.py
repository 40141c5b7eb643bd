"""专项: saved conditions that are tracked across periods like a line."""

from webapp.topics import editing, views
from webapp.topics.blueprint import bp

__all__ = ["bp", "editing", "views"]
