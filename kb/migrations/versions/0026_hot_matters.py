"""hot matters: what was found in a period, and what editors decided"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "matter_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("computed_at", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matter_round")),
        sa.UniqueConstraint("first", "last", name=op.f("uq_matter_round_first_last")),
    )
    with op.batch_alter_table("matter_round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matter_round_state"), ["state"])
    op.create_table(
        "found_matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("anchor_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("burst", sa.Double(), nullable=False),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.Column("member_ids", sa.JSON(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("districts", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["matter_round.id"], name=op.f("fk_found_matter_round_id_matter_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_matter")),
        sa.UniqueConstraint("round_id", "ordinal", name=op.f("uq_found_matter_round_id_ordinal")),
    )
    op.create_table(
        "hot_matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("member_ids", sa.JSON(), nullable=False),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["hot_matter.id"],
            name=op.f("fk_hot_matter_merged_into_id_hot_matter"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hot_matter")),
    )
    with op.batch_alter_table("hot_matter", schema=None) as batch_op:
        batch_op.create_index("ix_hot_matter_period", ["first", "last"])
    op.create_table(
        "hot_matter_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_hot_matter_step_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["matter_id"], ["hot_matter.id"], name=op.f("fk_hot_matter_step_matter_id_hot_matter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hot_matter_step")),
    )
    with op.batch_alter_table("hot_matter_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hot_matter_step_matter_id"), ["matter_id"])


def downgrade() -> None:
    for table in ("hot_matter_step", "hot_matter", "found_matter", "matter_round"):
        op.drop_table(table)
