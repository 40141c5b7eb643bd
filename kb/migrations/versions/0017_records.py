"""record sets of other systems and daily call counts"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime

revision = "0017"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_call_count")),
    )
    op.create_table(
        "record_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("loaded_at", UtcDateTime(), nullable=False),
        sa.Column("loaded_by", sa.Integer(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["loaded_by"],
            ["user_account.id"],
            name=op.f("fk_record_import_loaded_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_import")),
        sa.UniqueConstraint("digest", name=op.f("uq_record_import_digest")),
    )
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("role", sa.String(length=20), nullable=False, server_default="lead")
        )
        batch_op.add_column(sa.Column("followed_up_at", UtcDateTime(), nullable=True))
    # The moment stood only in the event until now.
    op.execute(
        """
        UPDATE work_order SET followed_up_at = (
            SELECT max(work_order_event.at) FROM work_order_event
            WHERE work_order_event.order_id = work_order.id
            AND work_order_event.kind = 'followed_up'
        ) WHERE follow_up = 'done'
        """
    )


def downgrade() -> None:
    with op.batch_alter_table("work_order", schema=None) as batch_op:
        batch_op.drop_column("followed_up_at")
        batch_op.drop_column("role")
    op.drop_table("record_import")
    op.drop_table("call_count")
