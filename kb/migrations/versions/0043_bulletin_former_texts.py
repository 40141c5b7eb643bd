"""what sections of a bulletin read before each change"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "bulletin_step", sa.Column("former", sa.JSON, nullable=False, server_default="{}")
    )


def downgrade() -> None:
    op.drop_column("bulletin_step", "former")
