"""category suggestions and the dispatch catalogue"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0016"
branch_labels = None
depends_on = None


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _index(table: str, *columns: str, name: str = "") -> None:
    with op.batch_alter_table(table) as batch_op:
        batch_op.create_index(name or f"ix_{table}_{columns[0]}", list(columns), unique=False)


def upgrade() -> None:
    _suggesting()
    _catalogue()
    _objections()


def _suggesting() -> None:
    op.create_table(
        "category_lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(length=80), nullable=False),
        sa.Column("learned_in", sa.Integer(), nullable=True),
        _key("category_lesson", "request_id", "citizen_request"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_lesson")),
        sa.UniqueConstraint("request_id", name=op.f("uq_category_lesson_request_id")),
    )
    _index("category_lesson", "category")
    _index("category_lesson", "learned_in")
    op.create_table(
        "learned_model",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("lessons", sa.Integer(), nullable=False),
        sa.Column("whole_at", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_learned_model")),
    )


def _catalogue() -> None:
    op.create_table(
        "catalogue_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter", sa.String(length=60), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("category", sa.String(length=80), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.Column("lead_unit_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("rev", sa.Integer(), nullable=False),
        _key("catalogue_entry", "lead_unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_entry")),
    )
    _index("catalogue_entry", "category")
    _index("catalogue_entry", "lead_unit_id")
    _index("catalogue_entry", "matter", "region", name="ix_catalogue_entry_matter_region")
    op.create_table(
        "catalogue_assisting",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        _key("catalogue_assisting", "entry_id", "catalogue_entry"),
        _key("catalogue_assisting", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("entry_id", "unit_id", name=op.f("pk_catalogue_assisting")),
    )
    _index("catalogue_assisting", "unit_id")
    op.create_table(
        "catalogue_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        _key("catalogue_version", "entry_id", "catalogue_entry"),
        _key("catalogue_version", "by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_version")),
        sa.UniqueConstraint(
            "entry_id", "number", name=op.f("uq_catalogue_version_entry_id_number")
        ),
    )


def _objections() -> None:
    op.create_table(
        "catalogue_objection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("entry_rev", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("proposed_unit_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ruling", sa.String(length=500), nullable=False),
        sa.Column("ruled_by_id", sa.Integer(), nullable=True),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        _key("catalogue_objection", "entry_id", "catalogue_entry"),
        _key("catalogue_objection", "unit_id", "unit"),
        _key("catalogue_objection", "by_id", "user_account"),
        _key("catalogue_objection", "proposed_unit_id", "unit"),
        _key("catalogue_objection", "ruled_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_objection")),
    )
    _index("catalogue_objection", "entry_id")
    _index("catalogue_objection", "state")
    _index("catalogue_objection", "unit_id")


def downgrade() -> None:
    for table in (
        "catalogue_objection",
        "catalogue_version",
        "catalogue_assisting",
        "catalogue_entry",
        "learned_model",
        "category_lesson",
    ):
        op.drop_table(table)
