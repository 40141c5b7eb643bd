"""来信 and e-mails: the papers a request was registered from, kept on its order.

They hang on a note of the centre, so that a unit reads them like any other paper of an order, and
never those of a 保密 requester (``attaching.shown_files``).
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kb.models import OrderFile, WorkOrder, WorkOrderEvent
from kb.services.orders import handling
from kb.services.orders.attaching import (
    MAX_FILES,
    claim_files,
    copy_of,
    handed_back,
    lent_files,
    papers_of,
    taken_back,
)
from kb.services.orders.giving import By, give
from kb.services.orders.reading import get_order, state_of
from kb.work_orders.events import EventKind

LETTERS = "登记时附的来信原件"


def keep_letters(session: Session, order: WorkOrder, by: By, files: Sequence[int]) -> None:
    """Name what the desk attached on registering."""
    note(session, order, by, text=LETTERS, files=files)


def note(
    session: Session, order: WorkOrder, by: By, *, text: str = "", files: Sequence[int] = ()
) -> WorkOrder:
    """备注 with or without files. What the centre adds to an order that was merged into another
    goes on to that one, and so on: its unit works on both."""
    handling.note(session, order, by, text=text, files=files)
    one = order
    while files and by.actor.is_centre and one.merged_into:
        main = get_order(session, one.merged_into, by.actor)
        hand_merged(session, one, main, By(by.actor, by.now, by.profile))
        one = main
    return order


def hand_papers(session: Session, order: WorkOrder, another: WorkOrder, by: By) -> None:
    """Put what the centre attached before the order was sent out, or cancelled, on another order of
    the request, too: its unit has to read the same letter.

    :param another: an order that waits for dispatch.
    """
    session.refresh(order, ["events", "files"])
    before = {event.seq for event in _at_first(order)}
    rows = [row for row in _papers(order) if row.seq in before]
    _hand(session, rows, another, by, {"text": papers_of(order.number)})


def hand_merged(session: Session, order: WorkOrder, main: WorkOrder, by: By) -> None:
    """Put the centre's papers of a merged order on the one that stays, whose unit works on both.
    Those of a 保密 requester stay where they are: the other order does not hide them."""
    session.refresh(order, ["events", "files"])
    said = {"text": papers_of(order.number), "merged": order.number}
    _hand(session, _lent_by(order), main, by, said)


def hand_again(session: Session, main: WorkOrder, by: By) -> None:
    """After an order was taken out of ``main``: what it brought may be what one still merged
    carries, too, and was not doubled then."""
    for number in state_of(main).merged:
        hand_merged(session, get_order(session, number, by.actor), main, by)


def take_back(session: Session, main: WorkOrder, by: By) -> None:
    """After an order was taken out of ``main``: what it had brought lies with it again, also where
    it had gone on with ``main`` to the order that this was merged into, and so on. What another
    merged order carries, too, stays."""
    order = main
    while True:
        _give_back(session, order, by)
        if not order.merged_into:
            return
        order = get_order(session, order.merged_into, by.actor)
        session.refresh(order, ["events", "files"])


def _give_back(session: Session, order: WorkOrder, by: By) -> None:
    merged = [get_order(session, number, by.actor) for number in state_of(order).merged]
    kept = {row.sha256 for one in merged for row in _lent_by(one)}
    gone = [row.id for row in lent_files(order) if row.sha256 not in kept]
    if gone:
        text = f"有工单撤出了并单，它带来的 {len(gone)} 份材料回到原来的工单"
        give(session, order, EventKind.NOTED, by, {"text": text, "returned": gone})


def _lent_by(order: WorkOrder) -> list[OrderFile]:
    return [] if order.request.is_confidential else _papers(order)


def _papers(order: WorkOrder) -> list[OrderFile]:
    """The centre's papers on notes of the order. What lies with an order no longer merged into it
    is not its to hand on."""
    back, gone = handed_back(order), taken_back(order)
    notes = {event.seq for event in order.events if event.kind == EventKind.NOTED.value} - back
    return [
        row
        for row in order.files
        if row.seq in notes and row.unit_id is None and row.id not in gone
    ]


def _hand(
    session: Session,
    rows: Sequence[OrderFile],
    another: WorkOrder,
    by: By,
    said: dict[str, str],
) -> None:
    """In as many notes as a note's limit of files needs; what is there already is not doubled."""
    back, gone = handed_back(another), taken_back(another)
    there = {
        row.sha256
        for row in another.files
        if row.seq is not None and row.seq not in back and row.id not in gone
    }
    by_whom = by.actor.user_id or None
    copies = [
        copy_of(row, another.id, unit_id=None, uploaded_by=by_whom)
        for row in rows
        if row.sha256 not in there
    ]
    session.add_all(copies)
    session.flush()
    for start in range(0, len(copies), MAX_FILES):
        some = [row.id for row in copies[start : start + MAX_FILES]]
        data = said | {"files": claim_files(session, another, by, some)}
        give(session, another, EventKind.NOTED, by, data)
    session.expire(another, ["files"])


_ENDS = (EventKind.DISPATCHED.value, EventKind.CANCELLED.value)


def _at_first(order: WorkOrder) -> list[WorkOrderEvent]:
    """What happened before it was sent out, or cancelled."""
    ends = (at for at, event in enumerate(order.events) if event.kind in _ENDS)
    return order.events[: next(ends, None)]
