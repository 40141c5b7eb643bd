"""定时发布 remembers the desk from which a version was planned, to go back there.

Plans that wait already were made where the unit's rules say now, as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the desk; empty where it is not known."""
    op.add_column(
        "planned_publication",
        sa.Column("desk", sa.String(20), server_default="", nullable=False),
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_column("planned_publication", "desk")
