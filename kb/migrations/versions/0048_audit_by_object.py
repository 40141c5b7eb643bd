"""what was done to one object is asked for on its page"""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_record_object", "audit_record", ["object_type", "object_id"])


def downgrade() -> None:
    op.drop_index("ix_audit_record_object", "audit_record")
