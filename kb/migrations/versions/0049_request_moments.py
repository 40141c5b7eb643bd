"""when a request was handed over, noted as a repeat, and parted from it again"""

import sqlalchemy as sa
from alembic import op

from kb.db import UtcDateTime

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_ADDED = ("handed_over_at", "repeat_noted_at", "repeat_parted_at")
_INDEX = "ix_citizen_request_figures"
_BEFORE = (
    *("received_at", "outcome", "resolved_at", "channel", "line", "purpose"),
    *("category", "region", "id"),
)
_AFTER = (*_BEFORE[:3], "handed_over_at", *_BEFORE[3:])
_PAGE = 500

_request = sa.table(
    "citizen_request",
    *(sa.column(name) for name in ("id", "number", "outcome", "repeat_of_id")),
    *(sa.column(name, UtcDateTime()) for name in ("received_at", *_ADDED)),
)
_order = sa.table("work_order", sa.column("request_id"), sa.column("created_at", UtcDateTime()))
_audit = sa.table(
    "audit_record",
    *(sa.column(name) for name in ("id", "action", "object_type", "object_id")),
    sa.column("at", UtcDateTime()),
    sa.column("detail", sa.JSON()),
)


def upgrade() -> None:
    op.drop_index(_INDEX, "citizen_request")
    for name in _ADDED:
        op.add_column("citizen_request", sa.Column(name, UtcDateTime(), nullable=True))
    _fill(op.get_bind())
    op.create_index(_INDEX, "citizen_request", list(_AFTER))


def _fill(bind: sa.Connection) -> None:
    """Orders say when requests were handed over; what was noted stands in the audit log."""
    first = sa.select(sa.func.min(_order.c.created_at)).where(_order.c.request_id == _request.c.id)
    handed = _request.update().where(_request.c.outcome == "handed_over")
    bind.execute(handed.values(handed_over_at=first.scalar_subquery()))
    last = 0
    while True:
        page = bind.execute(
            sa.select(_audit)
            .where(
                _audit.c.action.in_(("request.note_repeat", "request.part_repeat")),
                _audit.c.object_type == "citizen_request",
                _audit.c.id > last,
            )
            .order_by(_audit.c.id)
            .limit(_PAGE)
        ).all()
        if not page:
            break
        for row in page:
            _tell(bind, row)
        last = page[-1].id
    # Noted before that was written down; the desk notes it when it writes the request down.
    untold = _request.update().where(
        _request.c.repeat_of_id.is_not(None), _request.c.repeat_noted_at.is_(None)
    )
    bind.execute(untold.values(repeat_noted_at=_request.c.received_at))


def _tell(bind: sa.Connection, row: sa.Row[tuple[object, ...]]) -> None:
    named = _request.update().where(_request.c.number == row.object_id)
    if row.action == "request.note_repeat":
        bind.execute(named.values(repeat_noted_at=row.at))
        return
    of = bind.scalar(sa.select(_request.c.id).where(_request.c.number == row.detail["of"]))
    bind.execute(named.values(repeat_of_id=of, repeat_parted_at=row.at))


def downgrade() -> None:
    parted = _request.update().where(_request.c.repeat_parted_at.is_not(None))
    op.get_bind().execute(parted.values(repeat_of_id=None))
    op.drop_index(_INDEX, "citizen_request")
    for name in _ADDED:
        op.drop_column("citizen_request", name)
    op.create_index(_INDEX, "citizen_request", list(_BEFORE))
