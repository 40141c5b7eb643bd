"""repeats of earlier requests, corrections of a registration"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "request_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["citizen_request.id"],
            name=op.f("fk_request_correction_request_id_citizen_request"),
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_request_correction_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_correction")),
    )
    with op.batch_alter_table("request_correction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_request_correction_request_id"), ["request_id"], unique=False
        )
    with op.batch_alter_table("citizen_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("repeat_of_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_citizen_request_repeat_of_id"), ["repeat_of_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_citizen_request_repeat_of_id_citizen_request"),
            "citizen_request",
            ["repeat_of_id"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table("citizen_request", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_citizen_request_repeat_of_id_citizen_request"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_citizen_request_repeat_of_id"))
        batch_op.drop_column("repeat_of_id")
    op.drop_table("request_correction")
