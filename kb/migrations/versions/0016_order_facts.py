"""order facts beside the step, units of an order, files of an order"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0012"
branch_labels = None
depends_on = None

_NOW = sa.DateTime(timezone=True)
_TIMES = (
    "dispatched_at",
    "acknowledged_at",
    "next_due_at",
    "paused_until",
    "supervision_due_at",
    "resolved_at",
    "call_back_due_at",
)
_WORDS = {
    "urgency": (20, "normal"),
    "category": (80, ""),
    "next_due_kind": (20, ""),
    "pending": (20, ""),
    "settled": (20, ""),
    "follow_up": (20, "none"),
    "satisfaction": (20, ""),
    "knowledge": (20, ""),
    "merged_into": (40, ""),
}
_COUNTS = ("returns", "extensions", "reminders", "reopens", "call_attempts")
_FLAGS = ("is_ruling", "is_supervised")
_INDEXED = (
    "accountable_unit_id",
    "next_due_at",
    "pending",
    "is_ruling",
    "is_supervised",
    "resolved_at",
)
_INDEXES = {
    "unit_state_due": ["unit_id", "state", "due_at"],
    "state_created": ["state", "created_at"],
    "state_due": ["state", "due_at"],
    "follow_up": ["follow_up", "resolved_at"],
}


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def upgrade() -> None:
    with op.batch_alter_table("work_order", schema=None) as batch:
        for name in ("accountable_unit_id", "assignee_id"):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
        for name in _TIMES:
            batch.add_column(sa.Column(name, _NOW, nullable=True))
        for name, (length, usual) in _WORDS.items():
            batch.add_column(
                sa.Column(name, sa.String(length), nullable=False, server_default=usual)
            )
        for name in _COUNTS:
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        for name in _FLAGS:
            batch.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
        batch.create_foreign_key(
            op.f("fk_work_order_accountable_unit_id_unit"), "unit", ["accountable_unit_id"], ["id"]
        )
        batch.create_foreign_key(
            op.f("fk_work_order_assignee_id_user_account"), "user_account", ["assignee_id"], ["id"]
        )
        for name in _INDEXED:
            batch.create_index(f"ix_work_order_{name}", [name], unique=False)
        for name, columns in _INDEXES.items():
            batch.create_index(f"ix_work_order_{name}", columns, unique=False)
    _create_units()
    _create_files()
    _fill(op.get_bind())


def _create_units() -> None:
    op.create_table(
        "work_order_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("since", _NOW, nullable=False),
        sa.Column("until", _NOW, nullable=True),
        sa.Column("ended_by", sa.String(length=30), nullable=False, server_default=""),
        sa.Column("acknowledge_due_at", _NOW, nullable=True),
        sa.Column("acknowledged_at", _NOW, nullable=True),
        sa.Column("is_done", sa.Boolean(), nullable=False, server_default=sa.false()),
        _key("work_order_unit", "order_id", "work_order"),
        _key("work_order_unit", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order_unit")),
        sa.UniqueConstraint(
            "order_id", "ordinal", name=op.f("uq_work_order_unit_order_id_ordinal")
        ),
    )
    with op.batch_alter_table("work_order_unit", schema=None) as batch:
        batch.create_index("ix_work_order_unit_unit", ["unit_id", "until"], unique=False)


def _create_files() -> None:
    op.create_table(
        "order_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("uploaded_by", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", _NOW, nullable=False),
        sa.Column("scan_state", sa.String(length=20), nullable=False, server_default="clean"),
        _key("order_file", "order_id", "work_order"),
        _key("order_file", "unit_id", "unit"),
        _key("order_file", "uploaded_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_file")),
    )
    with op.batch_alter_table("order_file", schema=None) as batch:
        batch.create_index("ix_order_file_order_id", ["order_id"], unique=False)
        batch.create_index("ix_order_file_sha256", ["sha256"], unique=False)


# ----- what the events before this revision add up to -----

_order = sa.table(
    "work_order",
    *(sa.column(name) for name in ("id", "request_id", "unit_id", "state")),
    *(sa.column(name, _NOW) for name in ("due_at", "acknowledge_due_at")),
    sa.column("accountable_unit_id"),
    *(sa.column(name, _NOW) for name in _TIMES),
    *(sa.column(name) for name in (*_WORDS, *_COUNTS)),
)
_event = sa.table(
    "work_order_event",
    *(sa.column(name) for name in ("order_id", "seq", "kind")),
    sa.column("at", _NOW),
    sa.column("data", sa.JSON()),
)
_request = sa.table("citizen_request", sa.column("id"), sa.column("category"))
_unit = sa.table(
    "work_order_unit",
    *(sa.column(name) for name in ("order_id", "ordinal", "unit_id", "role", "ended_by")),
    *(sa.column(name, _NOW) for name in ("since", "until")),
    *(sa.column(name, _NOW) for name in ("acknowledge_due_at", "acknowledged_at")),
)


def _fill(bind: sa.Connection) -> None:
    query = sa.select(
        _order.c.id, _order.c.due_at, _order.c.acknowledge_due_at, _request.c.category
    )
    query = query.join(_request, _request.c.id == _order.c.request_id).order_by(_order.c.id)
    for key, due_at, acknowledge_due_at, category in bind.execute(
        query.order_by(_order.c.id)
    ).all():
        events = bind.execute(
            sa.select(_event).where(_event.c.order_id == key).order_by(_event.c.seq)
        ).all()
        values, parts = _sum_up(events, due_at, acknowledge_due_at)
        bind.execute(_order.update().where(_order.c.id == key).values(category=category, **values))
        for ordinal, part in enumerate(parts):
            bind.execute(_unit.insert().values(order_id=key, ordinal=ordinal, **part))


def _sum_up(
    events: Iterable[Any], due_at: Any, acknowledge_due_at: Any
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The columns of one order and its units' parts. Events of those days: the eleven kinds."""
    known: dict[str, Any] = {"returns": 0, "reminders": 0, "reopens": 0, "satisfaction": ""}
    known |= {"resolved_at": None, "dispatched_at": None, "acknowledged_at": None}
    parts: list[dict[str, Any]] = []
    state, holder = "accepted", None
    for event in events:
        if event.kind == "dispatched":
            state, holder = "dispatched", event.data["unit_id"]
            known |= {"dispatched_at": event.at, "acknowledged_at": None}
            parts.append({"unit_id": holder, "role": "lead", "since": event.at})
            parts[-1] |= {"until": None, "ended_by": "", "acknowledged_at": None}
            parts[-1]["acknowledge_due_at"] = _instant(event.data.get("acknowledge_due_at"))
        elif event.kind == "acknowledged":
            state = "acknowledged"
            known["acknowledged_at"] = event.at
            parts[-1]["acknowledged_at"] = event.at
        elif event.kind == "returned":
            state, holder = "accepted", None
            known |= {"returns": known["returns"] + 1, "acknowledged_at": None}
            parts[-1] |= {"until": event.at, "ended_by": "returned"}
        elif event.kind == "replied":
            state = "centre_review"
        elif event.kind == "sent_back":
            state = "acknowledged"
        elif event.kind == "reminded":
            known["reminders"] += 1
        elif event.kind == "resolved":
            state = "resolved"
            known["resolved_at"] = event.at
        elif event.kind == "followed_up":
            known["satisfaction"] = event.data["satisfaction"]
        elif event.kind == "reopened":
            state = "acknowledged"
            known |= {"reopens": known["reopens"] + 1, "resolved_at": None, "satisfaction": ""}
    is_resolved = state == "resolved"
    known |= {
        "state": state,
        "settled": "answered" if is_resolved else "",
        "follow_up": ("done" if known["satisfaction"] else "due") if is_resolved else "none",
        "accountable_unit_id": None if state in ("accepted", "resolved") else holder,
    }
    running = []
    if due_at is not None and not is_resolved:
        running.append((due_at, "resolve"))
    if acknowledge_due_at is not None and state == "dispatched":
        running.append((acknowledge_due_at, "acknowledge"))
    if running:
        known["next_due_at"], known["next_due_kind"] = min(running)
    return known, parts


def _instant(value: Any) -> Any:
    import datetime

    if not value:
        return None
    return datetime.datetime.fromisoformat(value).astimezone(datetime.UTC)


def downgrade() -> None:
    op.execute("UPDATE work_order SET state = 'replied' WHERE state = 'centre_review'")
    op.drop_table("order_file")
    op.drop_table("work_order_unit")
    with op.batch_alter_table("work_order", schema=None) as batch:
        for name in _INDEXES:
            batch.drop_index(f"ix_work_order_{name}")
        for name in _INDEXED:
            batch.drop_index(f"ix_work_order_{name}")
        batch.drop_constraint(op.f("fk_work_order_accountable_unit_id_unit"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_work_order_assignee_id_user_account"), type_="foreignkey")
        for name in ("accountable_unit_id", "assignee_id", *_TIMES, *_WORDS, *_COUNTS, *_FLAGS):
            batch.drop_column(name)
