"""indexes of the worklists, 督办单 as rows; an answer under review is not waited for any more"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_NEW = {
    "state_next": ["state", "next_due_at"],
    "unit_state_next": ["unit_id", "state", "next_due_at"],
    "created": ["created_at"],
    "due": ["due_at", "state"],
    "settled": ["settled", "resolved_at"],
    "counted": [
        *("unit_id", "state", "pending", "is_ruling", "is_supervised", "follow_up"),
        *("acknowledge_due_at", "acknowledged_at", "due_at", "next_due_at"),
    ],
}
_OLD = {
    "unit_state_due": ["unit_id", "state", "due_at"],
    "state_due": ["state", "due_at"],
    "due_at": ["due_at"],
}
_PART = ["unit_id", "until", "role", "order_id", "is_done"]

_NOW = sa.DateTime(timezone=True)

_order = sa.table(
    "work_order",
    *(sa.column(name) for name in ("state", "next_due_kind")),
    *(sa.column(name, _NOW) for name in ("next_due_at", "due_at", "supervision_due_at")),
)
_event = sa.table(
    "work_order_event",
    *(sa.column(name) for name in ("order_id", "seq", "kind")),
    sa.column("at", _NOW),
    sa.column("data", sa.JSON()),
)
_paper = sa.table(
    "work_order_supervision",
    *(sa.column(name) for name in ("order_id", "ordinal", "unit_id")),
    *(sa.column(name, _NOW) for name in ("at", "due_at", "answered_at")),
)


def upgrade() -> None:
    for name in _OLD:
        op.drop_index(f"ix_work_order_{name}", "work_order")
    for name, columns in _NEW.items():
        op.create_index(f"ix_work_order_{name}", "work_order", columns)
    op.drop_index("ix_work_order_unit_unit", "work_order_unit")
    op.create_index("ix_work_order_unit_part", "work_order_unit", _PART)
    _pass_over_replies()
    _create_supervisions()
    _fill_supervisions(op.get_bind())


def _pass_over_replies() -> None:
    """The next clock of an order whose answer is under review, or that no unit has: its resolution
    or, when that is sooner, its 督办单."""
    is_sooner = sa.and_(
        _order.c.supervision_due_at.is_not(None),
        sa.or_(_order.c.due_at.is_(None), _order.c.supervision_due_at < _order.c.due_at),
    )
    kind = sa.case((is_sooner, "supervision"), (_order.c.due_at.is_not(None), "resolve"), else_="")
    op.execute(
        _order.update()
        .where(
            _order.c.next_due_kind == "reply",
            _order.c.state.in_(("accepted", "unit_review", "centre_review")),
        )
        .values(
            next_due_kind=kind,
            next_due_at=sa.case((is_sooner, _order.c.supervision_due_at), else_=_order.c.due_at),
        )
    )


def _create_supervisions() -> None:
    op.create_table(
        "work_order_supervision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("at", _NOW, nullable=False),
        *(sa.Column(name, _NOW, nullable=True) for name in ("due_at", "answered_at", "closed_at")),
        _key("order_id", "work_order"),
        _key("unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_order_supervision")),
        sa.UniqueConstraint(
            "order_id", "ordinal", name=op.f("uq_work_order_supervision_order_id_ordinal")
        ),
    )
    op.create_index("ix_work_order_supervision_at", "work_order_supervision", ["at"])
    op.create_index(
        "ix_work_order_supervision_unit", "work_order_supervision", ["unit_id", "closed_at"]
    )


def _key(column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_work_order_supervision_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _fill_supervisions(bind: sa.Connection) -> None:
    """What the events of 督办, answers, and of whom an order was with add up to."""
    supervised = sa.select(_event.c.order_id).where(_event.c.kind == "supervised")
    query = sa.select(_event).where(_event.c.order_id.in_(supervised))
    papers: list[dict[str, Any]] = []
    holders: dict[int, int | None] = {}
    for event in bind.execute(query.order_by(_event.c.order_id, _event.c.seq)).all():
        key = event.order_id
        if event.kind in ("dispatched", "reassigned", "ruled"):
            holders[key] = event.data["unit_id"]
        elif event.kind in ("returned", "return_granted", "merged"):
            holders[key] = None
        elif event.kind == "supervised":
            ordinal = 1 + sum(paper["order_id"] == key for paper in papers)
            due = event.data.get("clocks", {}).get("supervision")
            papers.append(
                {
                    "order_id": key,
                    "ordinal": ordinal,
                    "unit_id": holders.get(key),
                    "at": event.at,
                    "due_at": datetime.fromisoformat(due["due"]).astimezone(UTC) if due else None,
                    "answered_at": None,
                }
            )
        elif event.kind == "supervision_answered":
            papers[-1]["answered_at"] = event.at
    if papers:
        bind.execute(_paper.insert(), papers)


def downgrade() -> None:
    op.drop_table("work_order_supervision")
    op.drop_index("ix_work_order_unit_part", "work_order_unit")
    op.create_index("ix_work_order_unit_unit", "work_order_unit", ["unit_id", "until"])
    for name in _NEW:
        op.drop_index(f"ix_work_order_{name}", "work_order")
    for name, columns in _OLD.items():
        op.create_index(f"ix_work_order_{name}", "work_order", columns)
