"""gaps, and the entries that orders gave rise to"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0015"
down_revision = "0011"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXES = {
    "gap": (
        ("ix_gap_closed_at", ["closed_at"]),
        ("ix_gap_last_asked_at", ["last_asked_at"]),
        ("ix_gap_opened_at", ["opened_at"]),
        ("ix_gap_state_due", ["state", "due_at"]),
        ("ix_gap_tried_at", ["tried_at"]),
        ("ix_gap_unit_state", ["unit_id", "state"]),
    ),
    "gap_query": (("ix_gap_query_gap_id", ["gap_id"]),),
    "gap_ask": (("ix_gap_ask_at", ["at"]), ("ix_gap_ask_query_at", ["query_id", "at"])),
    "gap_entry": (("ix_gap_entry_gap_id", ["gap_id"]), ("ix_gap_entry_item_id", ["item_id"])),
    "gap_step": (("ix_gap_step_at", ["at"]), ("ix_gap_step_gap_id", ["gap_id"])),
    "gap_run": (("ix_gap_run_gap_id", ["gap_id"]),),
    "order_entry": (
        ("ix_order_entry_item_id", ["item_id"]),
        ("ix_order_entry_order_id", ["order_id"]),
    ),
}

# A question and the order it led to were written down at the same instant.
_NAME_REQUESTS = """
UPDATE search_record SET request_id = (
    SELECT min(citizen_request.id) FROM citizen_request
    JOIN work_order ON work_order.request_id = citizen_request.id
    WHERE work_order.created_at = search_record.at
    AND coalesce(citizen_request.call_id, 0) = coalesce(search_record.call_id, 0)
) WHERE led_to = 'work_order'
"""


def upgrade() -> None:
    with op.batch_alter_table("search_record", schema=None) as batch_op:
        batch_op.add_column(_whole("request_id", is_optional=True))
        batch_op.create_index("ix_search_record_request_id", ["request_id"], unique=False)
        name = op.f("fk_search_record_request_id_citizen_request")
        batch_op.create_foreign_key(name, "citizen_request", ["request_id"], ["id"])
    op.execute(_NAME_REQUESTS)
    _create_gaps()
    _create_parts()
    for table, indexes in _INDEXES.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for index, columns in indexes:
                batch_op.create_index(index, columns, unique=False)


def _create_gaps() -> None:
    op.create_table(
        "gap",
        _whole("id"),
        _text("title", 200),
        _text("state", 20),
        _time("opened_at"),
        _time("first_asked_at"),
        _time("last_asked_at"),
        _whole("asks"),
        _whole("suspected_unit_id", is_optional=True),
        _text("suspected_why", 300),
        _whole("unit_id", is_optional=True),
        _time("due_at", is_optional=True),
        _column("due_steps", sa.JSON()),
        _whole("times_given"),
        _whole("times_reopened"),
        _time("closed_at", is_optional=True),
        _time("tried_at", is_optional=True),
        _whole("merged_into_id", is_optional=True),
        _whole("rev"),
        _key("gap", "suspected_unit_id", "unit"),
        _key("gap", "unit_id", "unit"),
        _key("gap", "merged_into_id", "gap"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap")),
    )
    op.create_table(
        "gap_query",
        _whole("id"),
        _whole("gap_id"),
        _text("text", 200),
        _text("audience", 20),
        _column("matter", sa.JSON()),
        _text("why", 300),
        sa.Column("is_private", sa.Boolean(), server_default=sa.false(), nullable=False),
        _column("is_answered", sa.Boolean(), is_optional=True),
        _text("said", 300),
        _whole("came_from_id", is_optional=True),
        _key("gap_query", "gap_id", "gap"),
        _key("gap_query", "came_from_id", "gap"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_query")),
        sa.UniqueConstraint("text", "audience", name=op.f("uq_gap_query_text_audience")),
    )
    op.create_table(
        "gap_ask",
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        _whole("query_id", is_optional=True),
        _text("cause", 20),
        _time("at"),
        _key("gap_ask", "record_id", "search_record"),
        _key("gap_ask", "query_id", "gap_query"),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_gap_ask")),
    )


def _create_parts() -> None:
    op.create_table(
        "gap_step",
        _whole("id"),
        _whole("gap_id"),
        _text("kind", 20),
        _text("comment", 500),
        _whole("unit_id", is_optional=True),
        _whole("actor_id", is_optional=True),
        _time("at"),
        _key("gap_step", "gap_id", "gap"),
        _key("gap_step", "unit_id", "unit"),
        _key("gap_step", "actor_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_step")),
    )
    op.create_table(
        "gap_run",
        _column("id", _BIG),
        _whole("gap_id"),
        _time("at"),
        _text("reason", 20),
        _whole("total"),
        _whole("answered"),
        _column("results", sa.JSON()),
        _key("gap_run", "gap_id", "gap"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_run")),
    )
    _create_entries("gap_entry", "gap", ())
    _create_entries(
        "order_entry",
        "work_order",
        (_time("tried_at", is_optional=True), _column("results", sa.JSON())),
    )


def _create_entries(table: str, whose: str, more: tuple[sa.Column[Any], ...]) -> None:
    owner = "gap_id" if whose == "gap" else "order_id"
    op.create_table(
        table,
        _whole("id"),
        _whole(owner),
        _whole("item_id"),
        _whole("version_id", is_optional=True),
        _time("at"),
        _whole("actor_id", is_optional=True),
        *more,
        _key(table, owner, whose),
        _key(table, "item_id", "knowledge_item"),
        _key(table, "version_id", "knowledge_version"),
        _key(table, "actor_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint(owner, "item_id", name=op.f(f"uq_{table}_{owner}_item_id")),
    )


def _column(name: str, kind: TypeEngine[Any], is_optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=is_optional)


def _whole(name: str, is_optional: bool = False) -> sa.Column[Any]:
    return _column(name, sa.Integer(), is_optional)


def _text(name: str, longest: int) -> sa.Column[Any]:
    return _column(name, sa.String(length=longest))


def _time(name: str, is_optional: bool = False) -> sa.Column[Any]:
    return _column(name, sa.DateTime(timezone=True), is_optional)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    for table in ("order_entry", "gap_run", "gap_step", "gap_entry", "gap_ask", "gap_query", "gap"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, _ in _INDEXES[table]:
                batch_op.drop_index(name)
        op.drop_table(table)
    with op.batch_alter_table("search_record", schema=None) as batch_op:
        name = op.f("fk_search_record_request_id_citizen_request")
        batch_op.drop_constraint(name, type_="foreignkey")
        batch_op.drop_index("ix_search_record_request_id")
        batch_op.drop_column("request_id")
