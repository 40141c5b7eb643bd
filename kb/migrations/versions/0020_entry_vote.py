"""what the public says about an entry"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("is_useful", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["knowledge_item.id"], name=op.f("fk_entry_vote_item_id_knowledge_item")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["knowledge_version.id"],
            name=op.f("fk_entry_vote_version_id_knowledge_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_vote")),
    )
    with op.batch_alter_table("entry_vote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_vote_item_id"), ["item_id"], unique=False)


def downgrade() -> None:
    op.drop_table("entry_vote")
