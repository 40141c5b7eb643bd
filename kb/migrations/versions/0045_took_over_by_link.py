"""a text without dates begins on the day it took another entry's place"""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

_FILL = """
UPDATE knowledge_version SET took_over_on = (
    SELECT MIN(item_link.effective_on) FROM item_link
    WHERE item_link.newer_id = knowledge_version.item_id AND item_link.kind = 'supersedes'
)
WHERE published_at IS NOT NULL AND valid_from IS NULL AND issued_on IS NULL
AND took_over_on IS NULL
AND item_id IN (SELECT id FROM knowledge_item WHERE first_held_on IS NULL)
"""


def upgrade() -> None:
    op.execute(_FILL)


def downgrade() -> None:
    """The days stay: what they say is true of the older program as well."""
