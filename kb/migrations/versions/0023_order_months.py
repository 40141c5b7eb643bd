"""when the request of an order was received, and the orders that were redone, for figures"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_REDONE = sa.text("kind IN ('sent_back', 'merge_taken')")


def upgrade() -> None:
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("received_at", UtcDateTime(), nullable=True))
    op.execute(
        """
        UPDATE work_order SET received_at = (
            SELECT citizen_request.received_at FROM citizen_request
            WHERE citizen_request.id = work_order.request_id
        )
        """
    )
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.alter_column("received_at", existing_type=UtcDateTime(), nullable=False)
        batch_op.create_index(batch_op.f("ix_work_order_received_at"), ["received_at"])
    op.create_index(
        "ix_work_order_event_redone",
        "work_order_event",
        ["order_id", "at"],
        postgresql_where=_REDONE,
        sqlite_where=_REDONE,
    )


def downgrade() -> None:
    op.drop_index("ix_work_order_event_redone", table_name="work_order_event")
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_order_received_at"))
        batch_op.drop_column("received_at")
