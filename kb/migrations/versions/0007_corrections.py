"""corrections, clause comments and the units' own rules"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Which version of an entry holds on which day.
_DAYS = (("knowledge_item", "first_held_on"), ("knowledge_version", "replaced_on"))


def _rules() -> list[sa.Column[Any]]:
    text = sa.String(length=20)
    return [
        sa.Column("needs_unit_review", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("needs_second_reviewer", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("submitters", text, server_default="anyone", nullable=False),
        sa.Column("review_months", sa.Integer(), nullable=True),
        sa.Column("correction_limit", text, server_default="1 工作日", nullable=False),
    ]


def upgrade() -> None:
    with op.batch_alter_table("unit", schema=None) as batch_op:
        for column in _rules():
            batch_op.add_column(column)
    for table, name in _DAYS:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(name, sa.Date(), nullable=True))
    _make_correction()
    _make_clause_comment()


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _make_correction() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("passage_ordinal", sa.Integer(), nullable=False),
        sa.Column("quote", sa.String(length=300), nullable=False),
        sa.Column("clause", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fix_version_id", sa.Integer(), nullable=True),
        sa.Column("settled_by_version_id", sa.Integer(), nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        _key("correction", "item_id", "knowledge_item"),
        _key("correction", "version_id", "knowledge_version"),
        _key("correction", "unit_id", "unit"),
        _key("correction", "call_id", "call"),
        _key("correction", "request_id", "citizen_request"),
        _key("correction", "reporter_id", "user_account"),
        _key("correction", "handled_by_id", "user_account"),
        _key("correction", "fix_version_id", "knowledge_version"),
        _key("correction", "settled_by_version_id", "knowledge_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index("ix_correction_item_state", ["item_id", "state"], unique=False)
        batch_op.create_index("ix_correction_unit_state", ["unit_id", "state"], unique=False)
        for column in ("reporter_id", "fix_version_id"):
            batch_op.create_index(batch_op.f(f"ix_correction_{column}"), [column], unique=False)


def _make_clause_comment() -> None:
    op.create_table(
        "clause_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=True),
        sa.Column("passage_ordinal", sa.Integer(), nullable=False),
        sa.Column("quote", sa.String(length=300), nullable=False),
        sa.Column("clause", sa.String(length=300), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        _key("clause_comment", "version_id", "knowledge_version"),
        _key("clause_comment", "root_id", "clause_comment"),
        _key("clause_comment", "author_id", "user_account"),
        _key("clause_comment", "resolved_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_comment")),
    )
    with op.batch_alter_table("clause_comment", schema=None) as batch_op:
        for column in ("version_id", "root_id"):
            batch_op.create_index(batch_op.f(f"ix_clause_comment_{column}"), [column], unique=False)


def downgrade() -> None:
    op.drop_table("clause_comment")
    op.drop_table("correction")
    for table, name in reversed(_DAYS):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(name)
    with op.batch_alter_table("unit", schema=None) as batch_op:
        for column in reversed(_rules()):
            batch_op.drop_column(column.name)
