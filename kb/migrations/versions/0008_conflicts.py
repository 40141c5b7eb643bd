"""conflicts between entries"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_conflict_left_item", ["left_item_id", "state"]),
    ("ix_conflict_right_item", ["right_item_id", "state"]),
    ("ix_conflict_state_due", ["state", "due_at"]),
    ("ix_conflict_left_version_id", ["left_version_id"]),
    ("ix_conflict_memory_key", ["memory_key"]),
    ("ix_conflict_right_version_id", ["right_version_id"]),
)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attribute", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("memory_key", sa.String(length=64), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_item_id", sa.Integer(), nullable=False),
        sa.Column("left_version_id", sa.Integer(), nullable=False),
        sa.Column("left_ordinal", sa.Integer(), nullable=False),
        sa.Column("left_clause", sa.String(length=600), nullable=False),
        sa.Column("left_value", sa.String(length=300), nullable=False),
        sa.Column("left_start", sa.Integer(), nullable=False),
        sa.Column("left_answer", sa.String(length=20), nullable=False),
        sa.Column("right_item_id", sa.Integer(), nullable=False),
        sa.Column("right_version_id", sa.Integer(), nullable=False),
        sa.Column("right_ordinal", sa.Integer(), nullable=False),
        sa.Column("right_clause", sa.String(length=600), nullable=False),
        sa.Column("right_value", sa.String(length=300), nullable=False),
        sa.Column("right_start", sa.Integer(), nullable=False),
        sa.Column("right_answer", sa.String(length=20), nullable=False),
        sa.Column("ruling", sa.String(length=20), nullable=False),
        sa.Column("times_asked", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        _key("conflict", "left_item_id", "knowledge_item"),
        _key("conflict", "left_version_id", "knowledge_version"),
        _key("conflict", "right_item_id", "knowledge_item"),
        _key("conflict", "right_version_id", "knowledge_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        for name, columns in _INDEXES:
            batch_op.create_index(op.f(name), columns, unique=False)
    op.create_table(
        "conflict_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conflict_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("side", sa.String(length=5), nullable=False),
        sa.Column("answer", sa.String(length=20), nullable=False),
        sa.Column("comment", sa.String(length=500), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _key("conflict_step", "actor_id", "user_account"),
        _key("conflict_step", "conflict_id", "conflict"),
        _key("conflict_step", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_step")),
    )
    with op.batch_alter_table("conflict_step", schema=None) as batch_op:
        batch_op.create_index("ix_conflict_step_conflict_id", ["conflict_id"], unique=False)


def downgrade() -> None:
    op.drop_table("conflict_step")
    op.drop_table("conflict")
