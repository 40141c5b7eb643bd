"""while the centre rules on an order nobody is due to sign for it, nor was then"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime
from kb.work_orders.events import Event, EventKind
from kb.work_orders.past import Life, lived

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_PAGE = 500
_TIMES = (
    *("dispatched_at", "acknowledge_due_at", "acknowledged_at"),
    *("due_at", "resolved_at", "followed_up_at"),
)
# As the table has them at this revision, whatever is counted later.
_COUNTED = ("unit_id", "satisfaction", "returns", "reopens", "merged_into", *_TIMES)
_event = sa.table(
    "work_order_event",
    *(sa.column(name) for name in ("order_id", "seq", "kind")),
    sa.column("at", UtcDateTime()),
    sa.column("data", sa.JSON()),
)
_order = sa.table(
    "work_order",
    *(sa.column(name) for name in ("id", "next_due_kind")),
    *(
        sa.column(name, UtcDateTime())
        for name in ("acknowledge_due_at", "next_due_at", "revised_at")
    ),
)
_past = sa.table(
    "work_order_past",
    *(sa.column(name) for name in ("order_id", "unit_id", "satisfaction")),
    *(sa.column(name) for name in ("returns", "reopens", "merged_into")),
    *(sa.column(name, UtcDateTime()) for name in ("since", "until", *_TIMES)),
)


def upgrade() -> None:
    """Orders that were ever ruled on are read again from their events."""
    bind = op.get_bind()
    ruled = sa.select(_event.c.order_id).where(_event.c.kind == "ruling_opened").distinct()
    last = 0
    while True:
        page = ruled.where(_event.c.order_id > last).order_by(_event.c.order_id).limit(_PAGE)
        keys = list(bind.scalars(page))
        if not keys:
            return
        for key in keys:
            rows = sa.select(_event).where(_event.c.order_id == key).order_by(_event.c.seq)
            _rewrite(
                bind,
                key,
                lived(
                    Event(EventKind(row.kind), row.at, None, row.data) for row in bind.execute(rows)
                ),
            )
        last = keys[-1]


def _rewrite(bind: sa.Connection, key: int, life: Life) -> None:
    following = life.state.next_clock
    values = {
        "acknowledge_due_at": life.state.acknowledge_due_at,
        "next_due_at": following[1].due if following else None,
        "next_due_kind": following[0].value if following else "",
        "revised_at": life.revised_at,
    }
    bind.execute(_order.update().where(_order.c.id == key).values(values))
    bind.execute(_past.delete().where(_past.c.order_id == key))
    for one in life.past:
        kept = {"order_id": key, "since": one.since, "until": one.until}
        kept |= {name: one.counted[name] for name in _COUNTED}
        bind.execute(_past.insert().values(kept))


def downgrade() -> None:
    """What was due before is told by the events, and was never shown rightly."""
