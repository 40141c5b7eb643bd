"""知识缺口: what people asked and nothing answered, given to units and proved closed."""

from webapp.gaps import answer_views, export, views
from webapp.gaps.blueprint import bp

__all__ = ["answer_views", "bp", "export", "views"]
