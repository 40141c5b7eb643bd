"""The city profile as it was edited, version by version."""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; until somebody edits, the file holds as before."""
    op.create_table(
        "profile_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"],
            ["user_account.id"],
            name=op.f("fk_profile_version_actor_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_profile_version")),
    )


def downgrade() -> None:
    """Remove it; the file holds again."""
    op.drop_table("profile_version")
