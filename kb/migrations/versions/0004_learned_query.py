"""learned query"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "learned_query",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by"],
            ["user_account.id"],
            name=op.f("fk_learned_query_changed_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["knowledge_item.id"],
            name=op.f("fk_learned_query_item_id_knowledge_item"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learned_query")),
        sa.UniqueConstraint("item_id", "text", name=op.f("uq_learned_query_item_id_text")),
    )
    with op.batch_alter_table("learned_query", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_learned_query_item_id"), ["item_id"], unique=False)
    with op.batch_alter_table("adoption", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("said", sa.String(length=40), server_default="", nullable=False)
        )
        batch_op.create_index("ix_adoption_item_said", ["item_id", "said"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("adoption", schema=None) as batch_op:
        batch_op.drop_index("ix_adoption_item_said")
        batch_op.drop_column("said")
    with op.batch_alter_table("learned_query", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_learned_query_item_id"))

    op.drop_table("learned_query")
