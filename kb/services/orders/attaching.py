"""附件 of an order: kept whole in the original store first, then named by an event."""

import mimetypes
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, NotFound, PermissionDenied
from kb.masking import mask_text
from kb.models import CitizenRequest, OrderFile, WorkOrder, WorkOrderEvent
from kb.services.contact_details import withheld
from kb.services.files import FileStore, shown_name
from kb.services.jobs import add_job
from kb.services.orders.giving import By
from kb.services.orders.reading import holds_order, shown_events, state_of
from kb.services.stored_files import SCAN_JOB
from kb.terms import ScanState
from kb.work_orders.events import EventKind
from kb.work_orders.permissions import NOT_YOURS, acting_unit

MAX_FILES = 20
_PAPERS = "工单 {} 所附材料"
# Steps by which the centre says something to units.
_TO_UNITS = frozenset(
    kind.value
    for kind in (
        EventKind.DISPATCHED,
        EventKind.REASSIGNED,
        EventKind.RULING_OPENED,
        EventKind.RULED,
        EventKind.RETURN_REFUSED,
        EventKind.DECLINE_REFUSED,
        EventKind.SENT_BACK,
        EventKind.REMINDED,
        EventKind.SUPERVISED,
        EventKind.REOPENED,
    )
)


def papers_of(number: str) -> str:
    """The words of the note on which the papers of another order hang."""
    return _PAPERS.format(number)


def handed_back(order: WorkOrder) -> set[int]:
    """The notes whose papers came with an order that was merged into this one and is no longer:
    they stay on record, and lie with that order again."""
    return _notes_of_merged(order)[1]


def lent_files(order: WorkOrder) -> list[OrderFile]:
    """What lies here because of the orders merged into this one, as long as they are."""
    came, back = _notes_of_merged(order)
    gone = taken_back(order)
    return [row for row in order.files if row.seq in came - back and row.id not in gone]


def _notes_of_merged(order: WorkOrder) -> tuple[set[int], set[int]]:
    """The notes with papers of other orders, and those of them that lie with their order again."""
    came: dict[str, set[int]] = {}  # by the order they came with, of those ever merged
    back: set[int] = set()
    for event in order.events:
        number = str(event.data.get("order", ""))
        if event.kind == EventKind.MERGE_TAKEN.value:
            back -= came.setdefault(number, set())
        elif event.kind == EventKind.MERGE_RELEASED.value:
            back |= came.get(number, set())
        elif event.kind == EventKind.NOTED.value:
            came.get(_came_with(event, came), set()).add(event.seq)
    return set().union(*came.values()), back


def taken_back(order: WorkOrder) -> set[int]:
    """Files that came by way of a merged order, from one that was taken out of that one since."""
    return {
        file_id
        for event in order.events
        if event.kind == EventKind.NOTED.value
        for file_id in event.data.get("returned", ())
    }


def _came_with(event: WorkOrderEvent, merged: Iterable[str]) -> str:
    """The merged order that a note's papers are of, or nothing. Notes from before this was data
    tell it by their words; those of a split, which stand before any merge, say the same."""
    if "merged" in event.data:
        return str(event.data["merged"])
    text = event.data.get("text", "")
    return next((number for number in merged if text == papers_of(number)), "")


def attach(
    session: Session, order: WorkOrder, by: By, files: FileStore, *, name: str, stream: BinaryIO
) -> OrderFile:
    """Keep a file for an order; an event that names its id makes it part of the record.

    :raises PermissionDenied: the person has no part in the order now.
    :raises TooLarge: more than the store takes.
    """
    if not holds_order(order, by.actor):
        raise PermissionDenied(NOT_YOURS)
    kept = files.keep(stream)
    safe = _without_person(shown_name(name), order.request)
    row = OrderFile(
        order_id=order.id,
        sha256=kept.sha256,
        size_bytes=kept.size_bytes,
        name=safe,
        media_type=mimetypes.guess_type(safe)[0] or "application/octet-stream",
        unit_id=acting_unit(state_of(order), by.actor),
        uploaded_by=by.actor.user_id or None,
        uploaded_at=by.now,
        scan_state=(ScanState.PENDING if kept.needs_scan else ScanState.CLEAN).value,
    )
    session.add(row)
    session.flush()
    if kept.needs_scan:
        add_job(session, SCAN_JOB, {}, by.now)
    return row


def _without_person(name: str, request: CitizenRequest) -> str:
    """The name as it may stand in any list, export or download; the file itself stays whole."""
    hidden = withheld(name, request) if request.is_confidential else mask_text(name)
    return hidden.replace("*", "＊")  # which no file system refuses


def require_clean(row: OrderFile) -> None:
    """Refuse to hand out a file that was not found clean.

    :raises IllegalTransition: with what is known about it.
    """
    if row.scan_state == ScanState.INFECTED.value:
        raise IllegalTransition(f"附件“{row.name}”里发现病毒，不能打开或下载")
    if row.scan_state == ScanState.PENDING.value:
        raise IllegalTransition(f"附件“{row.name}”还在查毒，请过一会儿再打开")


def claim_files(session: Session, order: WorkOrder, by: By, file_ids: Sequence[int]) -> list[int]:
    """Files that the next event of this person is going to name: their own new ones, and what
    their unit attached to an earlier step, which is attached to this one as it came.

    :raises InvalidInput: one is not of this order, or is somebody else's.
    """
    wanted = list(dict.fromkeys(file_ids))
    if not wanted:
        return []
    if len(wanted) > MAX_FILES:
        raise InvalidInput(f"一次最多附 {MAX_FILES} 个文件", {"files": "文件太多"})
    rows = session.scalars(
        select(OrderFile).where(OrderFile.id.in_(wanted), OrderFile.order_id == order.id)
    ).all()
    mine = [
        row for row in rows if row.seq is None and row.uploaded_by == (by.actor.user_id or None)
    ]
    again = [row for row in attached_by_unit(order, by) if row.id in wanted]
    if len(mine) + len(again) != len(wanted):
        sentence = "有文件没有传上来，或不是您上传的；请重新选择文件"
        raise InvalidInput(sentence, {"files": sentence})
    copies = [
        copy_of(row, order.id, unit_id=row.unit_id, uploaded_by=row.uploaded_by) for row in again
    ]
    if copies:
        session.add_all(copies)
        session.flush()
        session.expire(order, ["files"])
    for row in (*mine, *copies):
        row.seq = order.event_count + 1
    named = {row.id: row.id for row in mine}
    named |= {old.id: new.id for old, new in zip(again, copies, strict=True)}
    return [named[file_id] for file_id in wanted]


def attached_by_unit(order: WorkOrder, by: By) -> list[OrderFile]:
    """What the person's unit attached to a step of this order and may attach to another, too."""
    if not order.files:
        return []
    unit_id = acting_unit(state_of(order), by.actor)
    return [
        row
        for row in shown_files(order, by)
        if row.seq is not None and row.unit_id is not None and row.unit_id == unit_id
    ]


def copy_of(
    row: OrderFile, order_id: int, *, unit_id: int | None, uploaded_by: int | None
) -> OrderFile:
    """The same bytes for another step of an order; when they came stays as it was."""
    return OrderFile(
        order_id=order_id,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        name=row.name,
        media_type=row.media_type,
        unit_id=unit_id,
        uploaded_by=uploaded_by,
        uploaded_at=row.uploaded_at,
        scan_state=row.scan_state,
    )


def shown_files(order: WorkOrder, by: By) -> list[OrderFile]:
    """The files a person may open: those named by steps they may read, and their own new ones.

    Of a 保密 order a unit gets no file of the centre or the public, which may show who asked,
    unless it was attached to a step that is addressed to units: attaching it there says that it
    is fit for them.
    """
    back, gone = handed_back(order), taken_back(order)
    kinds = {
        event.seq: event.kind for event in shown_events(order, by.actor) if event.seq not in back
    }
    return [
        row
        for row in order.files
        if (row.seq is None and row.uploaded_by == by.actor.user_id)
        or (
            row.seq in kinds
            and row.id not in gone
            and not _is_withheld(order, row, kinds[row.seq], by.actor)
        )
    ]


def _is_withheld(order: WorkOrder, row: OrderFile, kind: str, actor: Actor) -> bool:
    if actor.is_centre or not order.request.is_confidential or row.unit_id is not None:
        return False
    return kind not in _TO_UNITS


def get_file(order: WorkOrder, by: By, file_id: int) -> OrderFile:
    """One file of an order.

    :raises NotFound: it does not exist, or not for this person.
    """
    for row in shown_files(order, by):
        if row.id == file_id:
            return row
    raise NotFound("没有这个附件，或者您不能查看", order=order.number)
