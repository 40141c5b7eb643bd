"""热点事项: what similar requests of a period are about, and what an editor makes of it."""

from webapp.hot_matters import deciding, views
from webapp.hot_matters.blueprint import bp

__all__ = ["bp", "deciding", "views"]
