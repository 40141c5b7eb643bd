"""导入记录: requests, orders and call counts of another system, checked first, loaded whole."""

from webapp.records import views
from webapp.records.blueprint import bp

__all__ = ["bp", "views"]
