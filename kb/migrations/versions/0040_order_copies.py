"""channel and outcome of an order's request on the order, so that figures need no join"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_CHANNEL, _OUTCOME = sa.String(30), sa.String(20)


def upgrade() -> None:
    # Most orders have these values, which PostgreSQL adds without writing a row; only the others
    # are written, through every index of the table.
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel", _CHANNEL, server_default="电话", nullable=False))
        batch_op.add_column(
            sa.Column("request_outcome", _OUTCOME, server_default="handed_over", nullable=False)
        )
    op.execute(
        """
        UPDATE work_order SET channel = asked.channel, request_outcome = asked.outcome
        FROM citizen_request AS asked
        WHERE asked.id = work_order.request_id
            AND (asked.channel <> '电话' OR asked.outcome <> 'handed_over')
        """
    )
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.alter_column("channel", existing_type=_CHANNEL, server_default=None)
        batch_op.alter_column("request_outcome", existing_type=_OUTCOME, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.drop_column("request_outcome")
        batch_op.drop_column("channel")
