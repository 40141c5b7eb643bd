"""督办看板: how the hotline is doing, every figure with the records behind it; orders watched."""

from webapp.supervision import declined, orders, papers, pressing, returned, views
from webapp.supervision.blueprint import bp

__all__ = ["bp", "declined", "orders", "papers", "pressing", "returned", "views"]
