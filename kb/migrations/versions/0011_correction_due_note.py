"""why a correction is due when it is"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("correction") as table:
        table.add_column(
            sa.Column("due_note", sa.String(length=100), nullable=False, server_default="")
        )


def downgrade() -> None:
    with op.batch_alter_table("correction") as table:
        table.drop_column("due_note")
