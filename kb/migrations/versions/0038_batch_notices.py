"""A batch tells before anything is made what a document would end or change.

What was read before tells it on the page of the draft, as it did.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is told of an entry, and how many entries it says it ends or changes."""
    op.add_column(
        "batch_entry", sa.Column("notices", sa.JSON(), server_default="[]", nullable=False)
    )
    op.add_column(
        "batch_entry", sa.Column("touched", sa.Integer(), server_default="0", nullable=False)
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_column("batch_entry", "touched")
    op.drop_column("batch_entry", "notices")
