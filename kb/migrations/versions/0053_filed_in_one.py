"""what figures group requests by stands in one column each, kept by the database"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_INDEX = "ix_citizen_request_filed"
_LENGTHS = "CAST(length({}) AS TEXT) || ':'"
_KEPT = {
    "filed_place": ("outcome", "channel", "line", "region"),
    "filed_matter": ("outcome", "channel", "purpose", "category"),
}


def _packed(columns: tuple[str, ...]) -> str:
    return " || ".join([*map(_LENGTHS.format, columns[:-1]), *columns])


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        for name, columns in _KEPT.items():
            op.add_column(
                "citizen_request",
                sa.Column(name, sa.Text(), sa.Computed(_packed(columns)), nullable=True),
            )
        return
    # Both at once: PostgreSQL writes the table anew.
    added = ", ".join(
        f"ADD COLUMN {name} TEXT GENERATED ALWAYS AS ({_packed(columns)}) STORED"
        for name, columns in _KEPT.items()
    )
    op.execute(f"ALTER TABLE citizen_request {added}")
    op.create_index(
        _INDEX,
        "citizen_request",
        ["received_at", "resolved_at", "handed_over_at", "outcome", *_KEPT],
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index(_INDEX, "citizen_request")
    for name in _KEPT:
        op.drop_column("citizen_request", name)
