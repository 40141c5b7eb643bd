"""when a reply and a ruling are due stands beside the other clocks of an order"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_HELD = ("dispatched", "acknowledged")  # by a unit
_NEW = {"reply": "reply_due_at", "ruling": "ruling_due_at"}


def upgrade() -> None:
    with op.batch_alter_table("work_order") as table:
        for name in _NEW.values():
            table.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    orders = sa.table(
        "work_order",
        *(sa.column(name) for name in ("id", "state", "is_ruling")),
        *(sa.column(name, sa.DateTime(timezone=True)) for name in _NEW.values()),
    )
    events = sa.table(
        "work_order_event",
        *(sa.column(name) for name in ("order_id", "seq")),
        sa.column("data", sa.JSON),
    )
    found = op.get_bind()
    open_ones = sa.select(orders.c.id, orders.c.state, orders.c.is_ruling).where(
        sa.or_(orders.c.state.in_(_HELD), orders.c.is_ruling.is_(sa.true()))
    )
    for order in found.execute(open_ones).all():
        rows = found.execute(
            sa.select(events.c.data).where(events.c.order_id == order.id).order_by(events.c.seq)
        )
        due = _last(row.data for row in rows)
        values = {_NEW["ruling"]: due.get("ruling") if order.is_ruling else None}
        values[_NEW["reply"]] = due.get("reply") if order.state in _HELD else None
        if any(values.values()):
            found.execute(orders.update().where(orders.c.id == order.id).values(values))


def downgrade() -> None:
    with op.batch_alter_table("work_order") as table:
        for name in _NEW.values():
            table.drop_column(name)


def _last(kept: Any) -> dict[str, datetime]:
    """What was promised last of each kind: every change of a clock is in the data of its event."""
    due: dict[str, datetime] = {}
    for data in kept:
        for kind, clock in (data.get("clocks") or {}).items():
            if kind in _NEW:
                due[kind] = datetime.fromisoformat(clock["due"]).astimezone(UTC)
    return due
