"""dictionary"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dictionary_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_dictionary_draft_created_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dictionary_draft")),
    )
    with op.batch_alter_table("dictionary_draft", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_dictionary_draft_created_by"), ["created_by"], unique=False
        )

    op.create_table(
        "dictionary_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("overruled", sa.String(length=300), nullable=False),
        sa.Column("restores", sa.Integer(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_dictionary_version_created_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_dictionary_version")),
    )
    op.create_table(
        "dictionary_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("target", sa.String(length=60), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("both_ways", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_number"],
            ["dictionary_version.number"],
            name=op.f("fk_dictionary_entry_version_number_dictionary_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dictionary_entry")),
        sa.UniqueConstraint(
            "kind", "key", "target", name=op.f("uq_dictionary_entry_kind_key_target")
        ),
    )
    with op.batch_alter_table("search_target", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("dictionary_version", sa.Integer(), server_default="0", nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("search_target", schema=None) as batch_op:
        batch_op.drop_column("dictionary_version")

    op.drop_table("dictionary_entry")
    op.drop_table("dictionary_version")
    with op.batch_alter_table("dictionary_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dictionary_draft_created_by"))

    op.drop_table("dictionary_draft")
