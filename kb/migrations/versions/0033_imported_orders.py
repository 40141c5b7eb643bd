"""when an order came in with records of another system"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work_order", sa.Column("imported_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("work_order", "imported_at")
