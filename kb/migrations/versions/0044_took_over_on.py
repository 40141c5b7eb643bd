"""the day on which a version without dates took the place of the one before"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

# What was published before a version ended when the version was published, if it had begun.
_FILL = """
UPDATE knowledge_version SET took_over_on = (
    SELECT earlier.replaced_on FROM knowledge_version AS earlier
    WHERE earlier.id = (
        SELECT last.id FROM knowledge_version AS last
        WHERE last.item_id = knowledge_version.item_id
        AND last.number < knowledge_version.number AND last.published_at IS NOT NULL
        AND (
            COALESCE(last.valid_from, last.issued_on) IS NULL
            OR COALESCE(last.valid_from, last.issued_on) < last.replaced_on
        )
        ORDER BY last.number DESC LIMIT 1
    )
)
WHERE published_at IS NOT NULL AND valid_from IS NULL AND issued_on IS NULL AND number > 1
"""


def upgrade() -> None:
    op.add_column("knowledge_version", sa.Column("took_over_on", sa.Date(), nullable=True))
    op.execute(_FILL)


def downgrade() -> None:
    op.drop_column("knowledge_version", "took_over_on")
