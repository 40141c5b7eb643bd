"""the moment a frozen assessment looked at, and the records behind its figures"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assessment_snapshot", sa.Column("records", sa.LargeBinary(), nullable=True))
    op.add_column("assessment_snapshot", sa.Column("as_of", UtcDateTime(), nullable=True))
    # What was frozen before looked at the moment of freezing, unless the city had named another.
    op.execute("UPDATE assessment_snapshot SET as_of = frozen_at")
    with op.batch_alter_table("assessment_snapshot", schema=None) as batch:
        batch.alter_column("as_of", existing_type=UtcDateTime(), nullable=False)


def downgrade() -> None:
    op.drop_column("assessment_snapshot", "as_of")
    op.drop_column("assessment_snapshot", "records")
