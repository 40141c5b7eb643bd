"""Originals as rows: taken in, looked up, dismissed, and what came inside them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import IllegalTransition, NotFound
from kb.models import FileAttachment, StoredFile
from kb.services.audit import record
from kb.services.batch_scans import dismiss_scanned
from kb.services.files import KeptFile, shown_name
from kb.services.jobs import add_job
from kb.services.scans import forget_notices
from kb.terms import ReadState, Role, ScanState

SCAN_JOB = "scan_files"
# Why a file was not read that lies in the file itself: reading it once more gives the same.
_LASTING = frozenset(
    {
        "archive", "corrupt", "empty", "encrypted", "no_text", "not_storable", "row_fault",
        "too_complex", "too_large", "unsupported", "wrong_suffix",
    }
)  # fmt: skip


def receive(
    session: Session,
    kept: KeptFile,
    name: str,
    unit_id: int,
    actor: Actor,
    now: datetime,
    *,
    parent_id: int | None = None,
) -> StoredFile:
    """Write the row that names an original which is already safe on disk.

    :param parent_id: the file it came in, e.g. the mail it was attached to.
    """
    stored = StoredFile(
        sha256=kept.sha256,
        size_bytes=kept.size_bytes,
        name=shown_name(name),
        unit_id=unit_id,
        uploaded_by=actor.user_id or None,
        uploaded_at=now,
        read_state=ReadState.PENDING.value,
        scan_state=(ScanState.PENDING if kept.needs_scan else ScanState.CLEAN).value,
    )
    session.add(stored)
    session.flush()
    if kept.needs_scan:
        add_job(session, SCAN_JOB, {}, now)
    if parent_id is not None:
        session.add(FileAttachment(file_id=stored.id, parent_id=parent_id))
    record(
        session,
        actor_id=actor.user_id or None,
        action="file.receive",
        object_type="stored_file",
        object_id=stored.id,
        detail={"bytes": kept.size_bytes, "sha256": kept.sha256},
        now=now,
    )
    return stored


def get_file(session: Session, file_id: int, actor: Actor) -> StoredFile:
    """An original its unit or an editor may open.

    :raises NotFound: it does not exist, or not for this person.
    """
    stored = session.get(StoredFile, file_id)
    if stored is None or not (actor.has(Role.EDITOR) or stored.unit_id in actor.unit_scope):
        raise NotFound("没有这个文件，或者它不在您可查看的范围内", file_id=file_id)
    return stored


def note_state(session: Session, file_id: int, state: ReadState, code: str, message: str) -> None:
    """Keep how the reading of an original ended, as the person was told."""
    stored = session.get_one(StoredFile, file_id)
    stored.read_state = state.value
    stored.problem_code, stored.problem = code, message[:500]


def may_read_again(code: str) -> bool:
    """Tell whether reading an original once more may end otherwise.

    :param code: why it was not read; "" while it waits or was broken off.
    """
    return code not in _LASTING


def attachments_of(session: Session, file_id: int) -> Sequence[StoredFile]:
    """The files that came inside this one."""
    query = (
        select(StoredFile)
        .join(FileAttachment, FileAttachment.file_id == StoredFile.id)
        .where(FileAttachment.parent_id == file_id)
        .order_by(StoredFile.id)
    )
    return session.scalars(query).all()


def parent_of(session: Session, file_id: int) -> StoredFile | None:
    """The file that this one came in, or None when it came by itself."""
    query = (
        select(StoredFile)
        .join(FileAttachment, FileAttachment.parent_id == StoredFile.id)
        .where(FileAttachment.file_id == file_id)
    )
    return session.scalars(query).first()


def dismiss(session: Session, stored: StoredFile, actor: Actor, now: datetime) -> StoredFile:
    """不再处理: take a file that was not read off the list; its original stays.

    :raises IllegalTransition: it was read, so there is nothing to dismiss.
    """
    if stored.read_state == ReadState.READ:
        raise IllegalTransition("这份文件已经读出，不在待处理的清单里")
    stored.dismissed_at = now
    dismiss_scanned(session, stored, now)
    forget_notices(session, stored.id)
    record(
        session,
        actor_id=actor.user_id or None,
        action="file.dismiss",
        object_type="stored_file",
        object_id=stored.id,
        detail={},
        now=now,
    )
    return stored
