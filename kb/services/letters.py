"""来信 and e-mails: the papers a request was registered from, kept on its order.

They hang on a note of the centre, so that a unit reads them like any other paper of an order, and
never those of a 保密 requester (``attaching.shown_files``).
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kb.models import OrderFile, WorkOrder, WorkOrderEvent
from kb.services.orders.attaching import MAX_FILES, claim_files, handed_back, papers_of
from kb.services.orders.giving import By, give
from kb.services.orders.handling import note
from kb.services.orders.reading import get_order, state_of
from kb.work_orders.events import EventKind

LETTERS = "登记时附的来信原件"


def keep_letters(session: Session, order: WorkOrder, by: By, files: Sequence[int]) -> None:
    """Name what the desk attached on registering; where the order was merged into another at
    once, the unit of that one reads it."""
    note(session, order, by, text=LETTERS, files=files)
    if order.merged_into:
        main = get_order(session, order.merged_into, by.actor)
        hand_merged(session, order, main, By(by.actor, by.now, by.profile))


def hand_papers(session: Session, order: WorkOrder, another: WorkOrder, by: By) -> None:
    """Put what the centre attached before the order was sent out on another order of the request,
    too: its unit has to read the same letter.

    :param another: an order that waits for dispatch.
    """
    session.refresh(order, ["events", "files"])
    said = {"text": papers_of(order.number)}
    _hand(session, order, another, by, _before_dispatch(order), said)


def hand_merged(session: Session, order: WorkOrder, main: WorkOrder, by: By) -> None:
    """Put the centre's papers of a merged order on the one that stays, whose unit works on both.
    Those of a 保密 requester stay where they are: the other order does not hide them."""
    if order.request.is_confidential:
        return
    session.refresh(order, ["events", "files"])
    said = {"text": papers_of(order.number), "merged": order.number}
    _hand(session, order, main, by, order.events, said)


def hand_again(session: Session, main: WorkOrder, by: By) -> None:
    """After an order was taken out of ``main``: what it brought may be what one still merged
    carries, too, and was not doubled then."""
    for number in state_of(main).merged:
        hand_merged(session, get_order(session, number, by.actor), main, by)


def _hand(
    session: Session,
    order: WorkOrder,
    another: WorkOrder,
    by: By,
    events: Sequence[WorkOrderEvent],
    said: dict[str, str],
) -> None:
    """In as many notes as a note's limit of files needs; what is there already is not doubled, and
    what lies with an order no longer merged into the first is not its to hand on."""
    seqs = {event.seq for event in events if event.kind == EventKind.NOTED.value}
    seqs -= handed_back(order)
    back = handed_back(another)
    there = {row.sha256 for row in another.files if row.seq is not None and row.seq not in back}
    rows = [
        row
        for row in order.files
        if row.seq in seqs and row.unit_id is None and row.sha256 not in there
    ]
    copies = [_copy(row, another, by) for row in rows]
    session.add_all(copies)
    session.flush()
    for start in range(0, len(copies), MAX_FILES):
        some = [row.id for row in copies[start : start + MAX_FILES]]
        data = said | {"files": claim_files(session, another, by, some)}
        give(session, another, EventKind.NOTED, by, data)
    session.expire(another, ["files"])


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
