"""links found at intake"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_INDEXES = ("number_key", "title_key", "version_id")


def _key(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_found_link_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def upgrade() -> None:
    op.create_table(
        "found_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("document_number", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("number_key", sa.String(length=80), nullable=False),
        sa.Column("title_key", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        _key("version_id", "knowledge_version"),
        _key("item_id", "knowledge_item"),
        _key("decided_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_link")),
        sa.UniqueConstraint("version_id", "ordinal", name=op.f("uq_found_link_version_id_ordinal")),
    )
    with op.batch_alter_table("found_link", schema=None) as batch_op:
        for column in _INDEXES:
            batch_op.create_index(f"ix_found_link_{column}", [column], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("found_link", schema=None) as batch_op:
        for column in _INDEXES:
            batch_op.drop_index(f"ix_found_link_{column}")
    op.drop_table("found_link")
