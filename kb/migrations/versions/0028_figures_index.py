"""an index that holds all that a month's figures are counted by"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_COLUMNS = (
    *("received_at", "outcome", "resolved_at", "channel", "line", "purpose"),
    *("category", "region", "id"),
)


def upgrade() -> None:
    op.create_index("ix_citizen_request_figures", "citizen_request", list(_COLUMNS))


def downgrade() -> None:
    op.drop_index("ix_citizen_request_figures", "citizen_request")
