"""工单: worklists, one order, and the 诉求 ledger behind every figure."""

from webapp.dispatch import (  # noqa: F401 - they add the routes
    correcting,
    export,
    files,
    ledger,
    order_page,
    recomputing,
    worklists,
)
from webapp.dispatch.blueprint import bp

__all__ = ["bp"]
