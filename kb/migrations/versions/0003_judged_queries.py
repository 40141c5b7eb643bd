"""judged queries"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "judged_query",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_judged_query_created_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_judged_query_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judged_query")),
    )
    with op.batch_alter_table("judged_query", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judged_query_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "judging_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("dictionary_version", sa.Integer(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("index_marker", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("ndcg", sa.Double(), nullable=True),
        sa.Column("mrr", sa.Double(), nullable=True),
        sa.Column("hit1", sa.Double(), nullable=True),
        sa.Column("answered_share", sa.Double(), nullable=True),
        sa.Column("refused_share", sa.Double(), nullable=True),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["started_by"], ["user_account.id"], name=op.f("fk_judging_run_started_by_user_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_judging_run_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judging_run")),
    )
    with op.batch_alter_table("judging_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judging_run_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_judging_run_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "judged_grade",
        sa.Column("query_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["knowledge_item.id"], name=op.f("fk_judged_grade_item_id_knowledge_item")
        ),
        sa.ForeignKeyConstraint(
            ["query_id"], ["judged_query.id"], name=op.f("fk_judged_grade_query_id_judged_query")
        ),
        sa.PrimaryKeyConstraint("query_id", "item_id", name=op.f("pk_judged_grade")),
    )


def downgrade() -> None:

    op.drop_table("judged_grade")
    with op.batch_alter_table("judging_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judging_run_unit_id"))
        batch_op.drop_index(batch_op.f("ix_judging_run_at"))

    op.drop_table("judging_run")
    with op.batch_alter_table("judged_query", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judged_query_unit_id"))

    op.drop_table("judged_query")
