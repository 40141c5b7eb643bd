"""assessment of units and special topics"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def _user(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["user_account.id"], name=op.f(f"fk_{table}_{column}_user_account")
    )


def upgrade() -> None:
    op.create_table(
        "assessment_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("counted_as", sa.String(length=120), nullable=False),
        sa.Column("figure", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("evidence", sa.String(length=1000), nullable=False),
        sa.Column("filed_at", UtcDateTime(), nullable=False),
        sa.Column("filed_by_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("ruled_at", UtcDateTime(), nullable=True),
        sa.Column("ruled_by_id", sa.Integer(), nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_assessment_objection_unit_id_unit")
        ),
        _user("assessment_objection", "filed_by_id"),
        _user("assessment_objection", "ruled_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_objection")),
    )
    with op.batch_alter_table("assessment_objection", schema=None) as batch_op:
        batch_op.create_index("ix_assessment_objection_period", ["first", "last"])
        batch_op.create_index(batch_op.f("ix_assessment_objection_unit_id"), ["unit_id"])
    op.create_table(
        "assessment_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("frozen_at", UtcDateTime(), nullable=False),
        sa.Column("frozen_by_id", sa.Integer(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        _user("assessment_snapshot", "frozen_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_snapshot")),
        sa.UniqueConstraint("first", "last", name=op.f("uq_assessment_snapshot_first_last")),
    )
    op.create_table(
        "special_topic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("condition", sa.JSON(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_topic")),
    )
    op.create_table(
        "special_topic_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("condition", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        _user("special_topic_version", "by_id"),
        sa.ForeignKeyConstraint(
            ["topic_id"],
            ["special_topic.id"],
            name=op.f("fk_special_topic_version_topic_id_special_topic"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_topic_version")),
        sa.UniqueConstraint("topic_id", "rev", name=op.f("uq_special_topic_version_topic_id_rev")),
    )


def downgrade() -> None:
    for table in (
        "special_topic_version",
        "special_topic",
        "assessment_snapshot",
        "assessment_objection",
    ):
        op.drop_table(table)
