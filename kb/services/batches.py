"""批次: taking many files in. Each is kept at once; reading them is background work."""

from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, PermissionDenied
from kb.models import Batch, BatchEntry, StoredFile
from kb.services.audit import record
from kb.services.batch_access import entries_for
from kb.services.files import KeptFile, shown_name
from kb.services.jobs import ask_once
from kb.services.notices import resolve_at
from kb.services.stored_files import receive
from kb.services.wishes import Wishes, payload_of, require_pusher, wishes_of
from kb.services.working_for import payload_of_actor
from kb.terms import BatchState, EntryOutcome

READ_BATCH = "read_batch"
STOPPED, UNMADE = "batch_stopped", "batch_unmade"
_LIST_PAGE = "/units/batches"
MAX_ENTRIES = 20_000
MAX_PATH = 300
MAX_KEY = 80
NOT_STORABLE = "其中有数据库存不下的字符或长度，没有收录；请改正原文后重新推送"


def open_batch(
    session: Session, *, wishes: Wishes, actor: Actor, key: str, name: str, now: datetime
) -> Batch:
    """Begin a batch, or come back to the one that the same person began under this key.

    :param key: any text that the sender chooses once per batch, 1 to 80 characters.
    :raises PermissionDenied: the person does not push for this unit.
    :raises InvalidInput: the key is empty or too long.
    """
    require_pusher(actor, wishes.unit_id)
    if not 1 <= len(key) <= MAX_KEY:
        raise InvalidInput(f"批次的键应为 1 至 {MAX_KEY} 个字符", {"key": "请换一个键"})
    key = f"{actor.user_id}:{key}"
    query = select(Batch).where(Batch.unit_id == wishes.unit_id, Batch.key == key)
    query = query.with_for_update()
    batch = session.scalars(query).first()
    if batch is not None:
        return batch
    try:
        with session.begin_nested():
            return _begin(session, key, wishes, actor, name, now)
    except IntegrityError:
        # The same key was sent twice at this moment, and the other one was first.
        return session.scalars(query).one()


def _begin(
    session: Session, key: str, wishes: Wishes, actor: Actor, name: str, now: datetime
) -> Batch:
    batch = Batch(
        unit_id=wishes.unit_id,
        created_by=actor.user_id or None,
        created_at=now,
        key=key,
        name=shown_name(name),
        state=BatchState.RECEIVING.value,
        wishes=payload_of(wishes),
    )
    session.add(batch)
    session.flush()
    record(session, actor.user_id or None, "batch.open", "batch", batch.id, {}, now)
    return batch


def wishes_for(batch: Batch, unit_id: int | None = None) -> Wishes:
    """What the sender said about the batch, for one of its entries."""
    return wishes_of(batch.wishes | {"unit_id": unit_id or batch.unit_id})


def add_file(
    session: Session,
    batch: Batch,
    kept: KeptFile,
    path: str,
    actor: Actor,
    now: datetime,
    *,
    parent: BatchEntry | None = None,
    is_attachment: bool = False,
) -> BatchEntry:
    """Add an original that is safe on disk; the same file at the same place is added once.

    :param path: its name with the folders it lies in, as the sender sees it.
    :param parent: the archive or mail of the batch that it came in.
    :raises IllegalTransition: the batch is closed, or holds as much as it may.
    """
    require_open(batch)
    path = shown_path(path)
    query = (
        select(BatchEntry)
        .join(StoredFile, StoredFile.id == BatchEntry.file_id)
        .where(
            BatchEntry.batch_id == batch.id,
            BatchEntry.path == path,
            BatchEntry.row.is_(None),
            StoredFile.sha256 == kept.sha256,
        )
    )
    there = session.scalars(query).first()
    if there is not None:
        return there
    inside = parent.file_id if parent is not None and is_attachment else None
    stored = receive(session, kept, path, batch.unit_id, actor, now, parent_id=inside)
    return _add(session, batch, path, stored.id, parent)


def add_refused(
    session: Session,
    batch: Batch,
    path: str,
    code: str,
    reason: str,
    parent: BatchEntry | None = None,
) -> BatchEntry:
    """Note a file that could not even be kept, so that it is on the list of what failed."""
    require_open(batch)
    path = shown_path(path)
    query = select(BatchEntry).where(
        BatchEntry.batch_id == batch.id, BatchEntry.path == path, BatchEntry.file_id.is_(None)
    )
    entry = session.scalars(query).first() or _add(session, batch, path, None, parent)
    entry.outcome, entry.code, entry.reason = EntryOutcome.FAILED.value, code, reason[:500]
    return entry


def _add(
    session: Session, batch: Batch, path: str, file_id: int | None, parent: BatchEntry | None
) -> BatchEntry:
    held = select(func.count()).select_from(BatchEntry).where(BatchEntry.batch_id == batch.id)
    if (session.scalar(held) or 0) >= MAX_ENTRIES:
        raise IllegalTransition(f"一批最多 {MAX_ENTRIES} 个文件或行，请另建一批")
    entry = BatchEntry(
        batch_id=batch.id,
        unit_id=batch.unit_id,
        parent_id=parent.id if parent else None,
        file_id=file_id,
        path=path,
        outcome=EntryOutcome.WAITING.value,
    )
    session.add(entry)
    session.flush()
    return entry


def batch_of_file(
    session: Session, stored: StoredFile, wishes: Wishes, actor: Actor, now: datetime
) -> Batch:
    """The batch of one original that holds many entries: made once, and left to the worker."""
    # What the sender said about one title or entry is not about each row.
    said = replace(wishes, title="", item_id=None, stated={}, publish=False)
    batch = open_batch(
        session, wishes=said, actor=actor, key=f"file:{stored.id}", name=stored.name, now=now
    )
    there = select(BatchEntry.id).where(
        BatchEntry.batch_id == batch.id, BatchEntry.file_id == stored.id
    )
    if session.scalar(there.limit(1)) is None:
        _add(session, batch, stored.name, stored.id, None)
        finish_receiving(batch)
        plan_batch(session, batch, actor, now)
    return batch


def is_archive(name: str) -> bool:
    """Tell whether a file is to be opened into its files. Office files are archives, too, but
    have names of their own."""
    return PurePosixPath(name).suffix.lower() == ".zip"


def require_open(batch: Batch) -> None:
    """Refuse to change a batch that has been closed.

    :raises IllegalTransition: it has.
    """
    if batch.state == BatchState.CLOSED:
        raise IllegalTransition("这一批已经结束，不能再改；请另建一批")


def shown_path(path: str) -> str:
    """A path safe to show: each part cleaned as a file name, no way up, at most 300 long."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    whole = "/".join(shown_name(part) for part in parts) or shown_name("")
    return whole if len(whole) <= MAX_PATH else "…" + whole[1 - MAX_PATH :]


def plan_batch(session: Session, batch: Batch, actor: Actor, now: datetime) -> None:
    """Have what waits in the batch read; asked for once a sender, however many files come."""
    if batch.state == BatchState.STOPPED:
        batch.state = BatchState.OPEN.value
        resolve_at(session, STOPPED, page_of(batch))
    payload = {"batch_id": batch.id, **payload_of_actor(actor)}
    ask_once(session, READ_BATCH, batch.id, payload, now)


def page_of(batch: Batch) -> str:
    """Where a batch is looked through, from the site's root."""
    return f"{_LIST_PAGE}/{batch.id}"


def list_page_of(batch: Batch) -> str:
    """Where people who do not see this batch see their own, told apart by the batch."""
    return f"{_LIST_PAGE}#b{batch.id}"


def finish_receiving(batch: Batch) -> None:
    """Everything that the sender wanted to send is here."""
    if batch.state == BatchState.RECEIVING:
        batch.state = BatchState.OPEN.value


def close_batch(session: Session, batch: Batch, actor: Actor, now: datetime) -> None:
    """结束这一批: nothing of it will be taken any more; originals and the list stay.

    :raises IllegalTransition: it is closed already, or something ordered is still being done.
    :raises PermissionDenied: it holds rows of other units, which the person does not see.
    """
    require_open(batch)
    others = select(BatchEntry.id).where(BatchEntry.batch_id == batch.id, ~entries_for(actor))
    if session.scalar(others.limit(1)) is not None:
        raise PermissionDenied("这一批里有其他单位的条目，请由知识管理员来结束")
    ordered = select(BatchEntry.id).where(BatchEntry.batch_id == batch.id, BatchEntry.wanted != "")
    if session.scalar(ordered.limit(1)) is not None:
        raise IllegalTransition("还有条目正在生成，请等它们完成后再结束")
    batch.state, batch.closed_at = BatchState.CLOSED.value, now
    record(session, actor.user_id or None, "batch.close", "batch", batch.id, {}, now)
