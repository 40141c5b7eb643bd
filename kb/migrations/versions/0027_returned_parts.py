"""returns counted from the units' parts, orders by category, a unit's orders as they fall due"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_PARTS = sa.text("ended_by IN ('returned', 'return_granted')")
_EVENTS = sa.text("kind IN ('returned', 'return_granted')")


def upgrade() -> None:
    op.drop_index("ix_work_order_event_returned", "work_order_event")
    _partial(
        "ix_work_order_unit_returned",
        "work_order_unit",
        ["until", "role", "unit_id", "order_id"],
        _PARTS,
    )
    op.drop_index("ix_work_order_unit_id", "work_order")
    op.create_index("ix_work_order_unit_next", "work_order", ["unit_id", "next_due_at"])
    op.drop_index("ix_work_order_created", "work_order")
    op.create_index("ix_work_order_created", "work_order", ["created_at"])
    op.create_index("ix_work_order_category_created", "work_order", ["category", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_work_order_category_created", "work_order")
    op.drop_index("ix_work_order_created", "work_order")
    op.create_index("ix_work_order_created", "work_order", ["created_at", "category"])
    op.drop_index("ix_work_order_unit_next", "work_order")
    op.create_index("ix_work_order_unit_id", "work_order", ["unit_id"])
    op.drop_index("ix_work_order_unit_returned", "work_order_unit")
    _partial("ix_work_order_event_returned", "work_order_event", ["at", "order_id"], _EVENTS)


def _partial(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)
