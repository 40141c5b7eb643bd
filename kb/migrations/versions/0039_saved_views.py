"""people keep the filters of a list under a name"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("list_name", sa.String(60), nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("query", sa.String(600), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime()),
    )
    op.create_index("ix_saved_view_user_id_list_name", "saved_view", ["user_id", "list_name"])


def downgrade() -> None:
    op.drop_table("saved_view")
