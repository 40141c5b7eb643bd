"""calls on hold, an agent's pins, and 统一口径 with who has taken note"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call", sa.Column("held_at", UtcDateTime()))
    op.create_table(
        "desk_pin",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("knowledge_item.id"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("user_id", "item_id"),
    )
    op.create_index("ix_desk_pin_item_id", "desk_pin", ["item_id"])
    op.create_table(
        "guidance",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("knowledge_item.id")),
        sa.Column("issued_by_id", sa.Integer, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime()),
        sa.Column("withdrawn_by_id", sa.Integer, sa.ForeignKey("user_account.id")),
    )
    op.create_index("ix_guidance_ends_at", "guidance", ["ends_at"])
    op.create_table(
        "guidance_reader",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("guidance_id", sa.Integer, sa.ForeignKey("guidance.id"), nullable=False),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("user_account.id"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("guidance_id", "user_id"),
    )
    op.create_index("ix_guidance_reader_user_id", "guidance_reader", ["user_id"])


def downgrade() -> None:
    op.drop_table("guidance_reader")
    op.drop_table("guidance")
    op.drop_table("desk_pin")
    op.drop_column("call", "held_at")
