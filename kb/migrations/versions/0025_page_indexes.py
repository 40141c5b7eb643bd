"""indexes by which every worklist finds the orders of a page"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_COUNTED = (
    *("unit_id", "state", "pending", "is_ruling", "is_supervised", "follow_up"),
    *("acknowledge_due_at", "acknowledged_at", "due_at", "next_due_at"),
)
_CALLS = (
    *("state", "follow_up", "satisfaction", "call_attempts"),
    *("call_back_due_at", "resolved_at"),
)
_RETURNED = sa.text("kind IN ('returned', 'return_granted')")
# Name -> table and columns.
_NEW = {
    "ix_work_order_state_acknowledge": ("work_order", ("state", "acknowledge_due_at")),
    "ix_work_order_pending_next": ("work_order", ("pending", "next_due_at")),
    "ix_work_order_ruling_next": ("work_order", ("is_ruling", "next_due_at")),
    "ix_work_order_supervised": (
        "work_order",
        ("unit_id", "is_supervised", "supervision_due_at"),
    ),
    "ix_work_order_calls": ("work_order", _CALLS),
    "ix_work_order_created": ("work_order", ("created_at", "category")),
    "ix_work_order_counted": ("work_order", (*_COUNTED, "resolved_at")),
    "ix_citizen_request_category": ("citizen_request", ("category",)),
}
_OLD = {
    "ix_work_order_pending": ("work_order", ("pending",)),
    "ix_work_order_is_ruling": ("work_order", ("is_ruling",)),
    "ix_work_order_follow_up": ("work_order", ("follow_up", "resolved_at")),
    "ix_work_order_created": ("work_order", ("created_at",)),
    "ix_work_order_counted": ("work_order", _COUNTED),
}


def upgrade() -> None:
    _change(_OLD, _NEW)
    op.create_index(
        "ix_work_order_event_returned",
        "work_order_event",
        ["at", "order_id"],
        postgresql_where=_RETURNED,
        sqlite_where=_RETURNED,
    )


def downgrade() -> None:
    op.drop_index("ix_work_order_event_returned", "work_order_event")
    _change(_NEW, _OLD)


def _change(
    old: dict[str, tuple[str, tuple[str, ...]]], new: dict[str, tuple[str, tuple[str, ...]]]
) -> None:
    for name, (table, _) in old.items():
        op.drop_index(name, table)
    for name, (table, columns) in new.items():
        op.create_index(name, table, list(columns))
