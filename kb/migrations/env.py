"""Alembic's entrance: the connection is handed over by :mod:`kb.migrations.run`."""

from typing import Any, Literal

from alembic import context

import kb.models  # noqa: F401 - registers every table
from kb.db import Base, UtcDateTime
from kb.migrations.run import is_compared


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations import no models: our instant is written as the plain type beneath it."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    include_object=is_compared(connection.dialect.name),
    render_item=render_item,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
