"""bulletins: drafts, issued editions with their files, and steps"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulletin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("edits", sa.JSON(), nullable=False),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint(
            "kind", "topic", "first", "last", name=op.f("uq_bulletin_kind_topic_first_last")
        ),
    )
    op.create_index(op.f("ix_bulletin_last"), "bulletin", ["last"])
    op.create_index(op.f("ix_bulletin_state"), "bulletin", ["state"])
    op.create_table(
        "bulletin_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulletin_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issue", sa.String(length=80), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", UtcDateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("records", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_edition_bulletin_id_bulletin")
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_bulletin_edition_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_edition")),
        sa.UniqueConstraint(
            "bulletin_id", "number", name=op.f("uq_bulletin_edition_bulletin_id_number")
        ),
    )
    op.create_table(
        "bulletin_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["bulletin_edition.id"],
            name=op.f("fk_bulletin_file_edition_id_bulletin_edition"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_file")),
        sa.UniqueConstraint("edition_id", "form", name=op.f("uq_bulletin_file_edition_id_form")),
    )
    op.create_table(
        "bulletin_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulletin_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_bulletin_step_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_step_bulletin_id_bulletin")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_step")),
    )
    op.create_index(op.f("ix_bulletin_step_bulletin_id"), "bulletin_step", ["bulletin_id"])


def downgrade() -> None:
    for table in ("bulletin_step", "bulletin_file", "bulletin_edition", "bulletin"):
        op.drop_table(table)
