"""batches of pushed files"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_batch_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_batch_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
        sa.UniqueConstraint("unit_id", "key", name=op.f("uq_batch_unit_id_key")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_batch_created_at"), ["created_at"], unique=False)

    op.create_table(
        "file_attachment",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_file_attachment_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["stored_file.id"], name=op.f("fk_file_attachment_parent_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_attachment")),
    )
    with op.batch_alter_table("file_attachment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_file_attachment_parent_id"), ["parent_id"], unique=False
        )

    op.create_table(
        "batch_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("sheet", sa.String(length=100), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("document_number", sa.String(length=80), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("matched_version_id", sa.Integer(), nullable=True),
        sa.Column("matched_entry_id", sa.Integer(), nullable=True),
        sa.Column("similarity", sa.Double(), nullable=True),
        sa.Column("choice", sa.String(length=20), nullable=False),
        sa.Column("wanted", sa.String(length=20), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batch.id"], name=op.f("fk_batch_entry_batch_id_batch")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_batch_entry_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["matched_entry_id"],
            ["batch_entry.id"],
            name=op.f("fk_batch_entry_matched_entry_id_batch_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["matched_version_id"],
            ["knowledge_version.id"],
            name=op.f("fk_batch_entry_matched_version_id_knowledge_version"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["batch_entry.id"], name=op.f("fk_batch_entry_parent_id_batch_entry")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["knowledge_version.id"],
            name=op.f("fk_batch_entry_version_id_knowledge_version"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_batch_entry_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_entry")),
    )
    with op.batch_alter_table("batch_entry", schema=None) as batch_op:
        batch_op.create_index("ix_batch_entry_batch_outcome", ["batch_id", "outcome"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_batch_entry_text_sha256"), ["text_sha256"], unique=False
        )

    with op.batch_alter_table("knowledge_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("signature", sa.LargeBinary(), nullable=True))
        batch_op.add_column(
            sa.Column("sheet", sa.String(length=100), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("row", sa.Integer(), nullable=True))

    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("scan_state", sa.String(length=20), server_default="clean", nullable=False)
        )
        batch_op.add_column(
            sa.Column("scan_note", sa.String(length=200), server_default="", nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_column("scan_note")
        batch_op.drop_column("scan_state")
        batch_op.drop_column("dismissed_at")

    with op.batch_alter_table("knowledge_version", schema=None) as batch_op:
        batch_op.drop_column("row")
        batch_op.drop_column("sheet")
        batch_op.drop_column("signature")

    with op.batch_alter_table("batch_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_entry_text_sha256"))
        batch_op.drop_index("ix_batch_entry_batch_outcome")

    op.drop_table("batch_entry")
    with op.batch_alter_table("file_attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_file_attachment_parent_id"))

    op.drop_table("file_attachment")
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_batch_created_at"))

    op.drop_table("batch")
