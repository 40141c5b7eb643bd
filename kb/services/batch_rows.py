"""The entries of a batch as they are read: the next ones, rows added and judged, failures."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from docs_import.document import Record
from docs_import.errors import DocumentUnreadable
from docs_import.metadata_fields import NamedDocument
from kb.actor import Actor
from kb.errors import KbError
from kb.models import Batch, BatchEntry, KnowledgeVersion
from kb.services.batch_seen import OPEN, Seen
from kb.services.batches import MAX_ENTRIES, wishes_for
from kb.services.entries import Content, check
from kb.services.foreseen import FOUND_LINK, foresee, given_elsewhere, reaching_back
from kb.services.recognised import content_of_record, unit_of_record
from kb.services.stored_files import note_state
from kb.terms import BatchState, EntryOutcome, ReadState

ROWS_AT_ONCE = 50
# The row as its table gives it, kept beside the content that it becomes.
CELLS = "cells"


def next_waiting(session: Session, batch_id: int) -> list[BatchEntry]:
    """The next file of a batch that waits, or the next rows of one table, free of the session.

    What broke the reader off before waits behind the rest, and is read alone.
    """
    query = (
        select(BatchEntry)
        .join(Batch, Batch.id == BatchEntry.batch_id)
        .where(
            BatchEntry.batch_id == batch_id,
            BatchEntry.outcome == EntryOutcome.WAITING.value,
            Batch.state != BatchState.CLOSED.value,
        )
        .order_by(BatchEntry.attempts, BatchEntry.row.is_(None), BatchEntry.id)
        .limit(ROWS_AT_ONCE)
    )
    waiting = list(session.scalars(query))
    session.expunge_all()
    rows = [entry for entry in waiting if entry.row is not None and not entry.attempts]
    return rows or waiting[:1]


def count_attempts(session: Session, waiting: list[BatchEntry], more: int) -> None:
    """Note that these are being read, before it is tried; -1 takes that back."""
    session.execute(
        update(BatchEntry)
        .where(BatchEntry.id.in_([entry.id for entry in waiting]))
        .values(attempts=BatchEntry.attempts + more)
    )


def add_rows(session: Session, entry: BatchEntry, records: tuple[Record, ...]) -> None:
    """Let each row of a table wait to be compared with what is there.

    :raises DocumentUnreadable: more rows than a batch may have, together with what it has already.
    """
    if not records:
        return
    held = select(func.count()).where(BatchEntry.batch_id == entry.batch_id)
    left = MAX_ENTRIES - (session.scalar(held) or 0)
    if len(records) > left:
        message = (
            f"这份表格有 {len(records)} 行，这一批最多还能收 {max(left, 0)} 行"
            f"（一批 {MAX_ENTRIES} 个文件和行），请拆成几份、分批上传"
        )
        raise DocumentUnreadable("too_complex", message)
    session.add_all(
        BatchEntry(
            batch_id=entry.batch_id,
            unit_id=entry.unit_id,
            parent_id=entry.id,
            file_id=entry.file_id,
            path=entry.path,
            sheet=record.sheet[:100],
            row=record.row,
            kind=record.kind,
            title=record.title[:300],
            content={"record": asdict(record)},
        )
        for record in records
    )
    session.flush()


def judge_row(session: Session, entry: BatchEntry, actor: Actor, seen: Seen) -> None:
    """Write into a row's entry what it would become, or why it cannot be taken."""
    record = Record(**entry.content["record"])
    if record.fault:
        set_failed(entry, "row_fault", record.fault)
        return
    batch = session.get_one(Batch, entry.batch_id)
    try:
        entry.unit_id = unit_of_record(session, record, batch.unit_id, actor)
        content = check(content_of_record(record, wishes_for(batch, entry.unit_id)))
    except KbError as error:
        set_failed(entry, "row_fault", sentences_of(error))
        return
    seen.judge(session, entry, content, actor)
    if entry.outcome in OPEN:
        told = [*reaching_back(content), *given_elsewhere(session, record, entry.unit_id, actor)]
        entry.notices = [asdict(notice) for notice in told]
    entry.content = {**entry.content, CELLS: record.cells}


def note_foreseen(
    session: Session,
    entry: BatchEntry,
    content: Content,
    acts: Iterable[NamedDocument],
    actor: Actor,
) -> None:
    """Keep with a judged document what else it would touch; of one that is there it is known."""
    if entry.outcome not in OPEN:
        return
    version = None
    if entry.outcome == EntryOutcome.NEW_VERSION and entry.matched_version_id:
        version = session.get(KnowledgeVersion, entry.matched_version_id)
    told = foresee(
        session,
        content,
        acts,
        entry.unit_id,
        actor,
        item_id=version.item_id if version else None,
    )
    entry.notices = [asdict(notice) for notice in told]
    ended = {notice.item_id for notice in told if notice.kind == FOUND_LINK and notice.item_id}
    entry.touched = len(ended)


def sentences_of(error: KbError) -> str:
    """Everything a refusal says, field by field where it names fields."""
    return "；".join(getattr(error, "fields", {}).values()) or error.message


def hold_waiting(session: Session, entry_id: int) -> BatchEntry | None:
    """The entry, held until the commit; None when somebody else has read it meanwhile."""
    entry = session.get_one(BatchEntry, entry_id, with_for_update=True)
    return entry if entry.outcome == EntryOutcome.WAITING else None


def fail(session: Session, entry_id: int, code: str, reason: str) -> None:
    """Note that a file or row could not be taken, unless somebody else has read it meanwhile."""
    entry = hold_waiting(session, entry_id)
    if entry is not None:
        if entry.file_id is not None:
            note_state(session, entry.file_id, ReadState.FAILED, code, reason)
        set_failed(entry, code, reason)


def set_failed(entry: BatchEntry, code: str, reason: str) -> None:
    """Write down why an entry cannot be taken; the caller holds it."""
    entry.outcome, entry.code, entry.reason = EntryOutcome.FAILED.value, code, reason[:500]
