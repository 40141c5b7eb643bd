"""what was read in originals, and whether a version leaves out part of it"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_text",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("unread_pages", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_file_text_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_file_text")),
    )
    with op.batch_alter_table("knowledge_version", schema=None) as batch_op:
        for name in ("leaves_out", "original_allowed"):
            batch_op.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
    # A first draft that nobody edited says what was read; of other originals it is not known.
    op.execute(
        """
        INSERT INTO file_text (file_id, text, unread_pages)
        SELECT v.file_id, v.body, '[]' FROM knowledge_version v
        WHERE v.file_id IS NOT NULL AND v."row" IS NULL
        AND v.id = (SELECT min(o.id) FROM knowledge_version o WHERE o.file_id = v.file_id)
        AND NOT EXISTS (
            SELECT 1 FROM item_event e WHERE e.version_id = v.id AND e.kind = 'edited'
        )
        """
    )
    op.execute(
        sa.text(
            """
            UPDATE knowledge_version SET leaves_out = :yes
            WHERE file_id IS NOT NULL AND "row" IS NULL AND published_at IS NOT NULL
            AND NOT EXISTS (
                SELECT 1 FROM file_text t
                WHERE t.file_id = knowledge_version.file_id AND t.text = knowledge_version.body
            )
            """
        ).bindparams(yes=True)
    )


def downgrade() -> None:
    with op.batch_alter_table("knowledge_version", schema=None) as batch_op:
        batch_op.drop_column("original_allowed")
        batch_op.drop_column("leaves_out")
    op.drop_table("file_text")
