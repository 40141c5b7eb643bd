"""how orders stood before what figures count of them was rewritten; released merges"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime
from kb.work_orders.events import Event, EventKind
from kb.work_orders.past import stretches

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_TIMES = (
    *("dispatched_at", "acknowledge_due_at", "acknowledged_at"),
    *("due_at", "resolved_at", "followed_up_at"),
)
# What may take something back; orders to which none of it happened have no past.
_REWRITING = (
    *("reassigned", "urgency_changed", "returned", "return_granted", "extension_granted"),
    *("pause_granted", "resumed", "recomputed", "ruling_opened", "ruled"),
    *("objected", "followed_up", "reopened", "merged", "merge_taken", "unmerged"),
)
_BEFORE = "kind IN ('sent_back', 'merge_taken')"
_AFTER = "kind IN ('sent_back', 'merge_taken', 'merge_released')"
_PAGE = 500


def upgrade() -> None:
    op.add_column("work_order", sa.Column("revised_at", UtcDateTime(), nullable=True))
    op.create_table(
        "work_order_past",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        *(sa.Column(name, UtcDateTime(), nullable=True) for name in _TIMES),
        sa.Column("satisfaction", sa.String(length=20), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("reopens", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.id"], name=op.f("fk_work_order_past_order_id_work_order")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_work_order_past_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order_past")),
    )
    op.create_index("ix_work_order_past_order", "work_order_past", ["order_id", "until"])
    op.create_index("ix_work_order_past_until", "work_order_past", ["until", "since"])
    _index_of_redone(_AFTER)
    _fill(op.get_bind())


def _index_of_redone(which: str) -> None:
    op.drop_index("ix_work_order_event_redone", "work_order_event")
    where = sa.text(which)
    op.create_index(
        "ix_work_order_event_redone",
        "work_order_event",
        ["order_id", "at"],
        postgresql_where=where,
        sqlite_where=where,
    )


_event = sa.table(
    "work_order_event",
    *(sa.column(name) for name in ("order_id", "seq", "kind")),
    sa.column("at", UtcDateTime()),
    sa.column("data", sa.JSON()),
)
_order = sa.table("work_order", sa.column("id"), sa.column("revised_at", UtcDateTime()))
_past = sa.table(
    "work_order_past",
    *(sa.column(name) for name in ("order_id", "unit_id", "satisfaction")),
    *(sa.column(name) for name in ("returns", "reopens", "merged_into")),
    *(sa.column(name, UtcDateTime()) for name in ("since", "until", *_TIMES)),
)


def _fill(bind: sa.Connection) -> None:
    """Every event still reads as it was written, so the engine of today tells the past."""
    changed = sa.select(_event.c.order_id).where(_event.c.kind.in_(_REWRITING)).distinct()
    last = 0
    while True:
        page = changed.where(_event.c.order_id > last).order_by(_event.c.order_id).limit(_PAGE)
        keys = list(bind.scalars(page))
        if not keys:
            return
        rows = bind.execute(
            sa.select(_event)
            .where(_event.c.order_id.in_(keys))
            .order_by(_event.c.order_id, _event.c.seq)
        ).all()
        lives: dict[int, list[Event]] = {}
        for row in rows:
            event = Event(EventKind(row.kind), row.at, None, row.data)
            lives.setdefault(row.order_id, []).append(event)
        for key, events in lives.items():
            _keep(bind, key, events)
        last = keys[-1]


def _keep(bind: sa.Connection, key: int, events: list[Event]) -> None:
    found = stretches(events)
    if not found:
        return
    bind.execute(
        _past.insert(),
        [{"order_id": key, "since": one.since, "until": one.until, **one.counted} for one in found],
    )
    revised = _order.update().where(_order.c.id == key)
    bind.execute(revised.values(revised_at=found[-1].until))


def downgrade() -> None:
    _index_of_redone(_BEFORE)
    op.drop_table("work_order_past")
    op.drop_column("work_order", "revised_at")
