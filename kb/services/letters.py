"""来信 and e-mails: the papers a request was registered from, kept on its order.

They hang on a note of the centre, so that a unit reads them like any other paper of an order, and
never those of a 保密 requester (``attaching.shown_files``).
"""

from sqlalchemy.orm import Session

from kb.models import OrderFile, WorkOrder, WorkOrderEvent
from kb.services.orders.giving import By
from kb.services.orders.handling import note
from kb.work_orders.events import EventKind

LETTERS = "登记时附的来信原件"


def hand_papers(session: Session, order: WorkOrder, another: WorkOrder, by: By) -> None:
    """Put what the centre attached before the order was sent out on another order of the request,
    too: its unit has to read the same letter.

    :param another: an order that waits for dispatch.
    """
    session.refresh(order, ["events", "files"])
    seqs = {event.seq for event in _before_dispatch(order) if event.kind == EventKind.NOTED.value}
    rows = [row for row in order.files if row.seq in seqs]
    if not rows:
        return
    copies = [_copy(row, another, by) for row in rows]
    session.add_all(copies)
    session.flush()
    text = f"工单 {order.number} 所附材料"
    note(session, another, by, text=text, files=[row.id for row in copies])


def _before_dispatch(order: WorkOrder) -> list[WorkOrderEvent]:
    kinds = [event.kind for event in order.events]
    sent = EventKind.DISPATCHED.value
    return order.events[: kinds.index(sent)] if sent in kinds else list(order.events)


def _copy(row: OrderFile, another: WorkOrder, by: By) -> OrderFile:
    return OrderFile(
        order_id=another.id,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        name=row.name,
        media_type=row.media_type,
        uploaded_by=by.actor.user_id or None,
        uploaded_at=row.uploaded_at,
        scan_state=row.scan_state,
    )
