"""record sets uploaded on the pages"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime
from kb.models.operations import BigKey

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("tables", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("correction", sa.String(length=64), nullable=False),
        sa.Column("job_id", BigKey, nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_record_set_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_record_set_job_id_job")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["record_import.id"], name=op.f("fk_record_set_import_id_record_import")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_set")),
    )
    with op.batch_alter_table("record_set", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_set_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_record_set_digest"), ["digest"], unique=False)


def downgrade() -> None:
    op.drop_table("record_set")
