"""orders that are assigned to a person"""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_work_order_assignee_id"), "work_order", ["assignee_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_work_order_assignee_id"), table_name="work_order")
