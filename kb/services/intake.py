"""推送: from the bytes a unit sends to a draft a person can correct.

The order is what makes it safe: bytes on disk, then a row that names them (committed), then the
reading in a limited child process without any transaction open, then the draft. Whatever fails
later, the original is kept and its state is visible.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from docs_import.document import Attachment, ParsedDocument
from docs_import.errors import DocumentUnreadable
from docs_import.file_types import FileType
from kb.actor import Actor
from kb.clock import Clock
from kb.db import Database
from kb.models import KnowledgeVersion, StoredFile, Unit
from kb.services import scans
from kb.services.awaiting_text import await_text
from kb.services.batches import batch_of_file, is_archive
from kb.services.entries import Content, create_entry, create_version
from kb.services.files import FileStore, KeptFile
from kb.services.foreseen import foresee
from kb.services.idempotency import FRESH, Begun
from kb.services.jobs import add_job
from kb.services.left_out import keep_text
from kb.services.near_duplicates import known_texts
from kb.services.newness import Verdict, judge, questions, same_sentence
from kb.services.pushed import Notice, Pushed
from kb.services.reading import Reader
from kb.services.recognised import content_of_one, is_one_entry, recognised_json
from kb.services.sameness import adds_nothing, find_same_file, one_push_at_a_time
from kb.services.stored_files import note_state, receive
from kb.services.wished_publishing import publish_wished
from kb.services.wishes import Wishes, payload_of, require_pusher
from kb.services.working_for import payload_of_actor
from kb.terms import EntryOutcome, ReadState

READ_LATER = timedelta(minutes=2)
READ_JOB = "read_file"


def push_file(
    database: Database,
    files: FileStore,
    reader: Reader,
    *,
    stream: BinaryIO,
    name: str,
    wishes: Wishes,
    actor: Actor,
    clock: Clock,
    begun: Begun = FRESH,
) -> Pushed:
    """Keep, read and draft one file.

    Unlike other services this one commits by itself, twice, because the original must be safe
    before it is read and no database lock may be held while it is.

    :param begun: where the request notes what it has done; what an earlier try of it has kept is
        gone on with.
    :raises PermissionDenied: the person does not push for this unit.
    :raises TooLarge, StorageFull: nothing was kept.
    """
    require_pusher(actor, wishes.unit_id)
    if begun.file_id is not None:
        return read_stored(
            database, files, reader, begun.file_id, wishes=wishes, actor=actor, clock=clock
        )
    kept = files.keep(stream)
    with database.unit_of_work() as session:
        same = find_same_file(session, kept, wishes.unit_id)
        audience = wishes.audience if wishes.item_id is not None else None
        if same is not None and adds_nothing(same, wishes.stated, audience):
            return _duplicate(same)
        stored = receive(session, kept, name, wishes.unit_id, actor, clock())
        session.flush()
        file_id = stored.id
        plan_reading(session, file_id, wishes, actor, clock() + READ_LATER)
        begun.note(session, file_id=file_id)
    return read_stored(database, files, reader, file_id, wishes=wishes, actor=actor, clock=clock)


def read_stored(
    database: Database,
    files: FileStore,
    reader: Reader,
    file_id: int,
    *,
    wishes: Wishes,
    actor: Actor,
    clock: Clock,
) -> Pushed:
    """Read an original that is already kept and draft it; also run again after a crash."""
    with database.reading() as session:
        stored = session.get_one(StoredFile, file_id)
        if stored.read_state == ReadState.READ:
            return _already_read(session, file_id)
        path, name = files.path(stored.sha256), stored.name
    if is_archive(name) or wishes.look_first:
        what = "压缩包里的文件" if is_archive(name) else "文件"
        with database.unit_of_work() as session:
            return _as_batch(session, file_id, wishes, actor, clock(), what)
    try:
        parsed = reader(path, name)
    except DocumentUnreadable as error:
        with database.unit_of_work() as session:
            note_state(session, file_id, ReadState.FAILED, error.code, error.message)
        return Pushed("failed", file_id, message=error.message, code=error.code)
    enclosed = keep_attachments(files, parsed)
    with database.unit_of_work() as session:
        return draft_document(session, file_id, parsed, wishes, actor, clock(), enclosed)


def plan_reading(
    session: Session, file_id: int, wishes: Wishes, actor: Actor, at: datetime
) -> None:
    """Let the worker read the file at ``at`` unless it has been read by then."""
    payload = {"file_id": file_id, **payload_of_actor(actor), **payload_of(wishes)}
    add_job(session, READ_JOB, payload, at)


def keep_attachments(
    files: FileStore, parsed: ParsedDocument
) -> tuple[tuple[Attachment, KeptFile], ...]:
    """Make what came inside a file safe on disk, before the row that says it was read."""
    return tuple((each, files.keep_bytes(each.data)) for each in parsed.attachments)


def draft_document(
    session: Session,
    file_id: int,
    parsed: ParsedDocument,
    wishes: Wishes,
    actor: Actor,
    now: datetime,
    enclosed: Sequence[tuple[Attachment, KeptFile]] = (),
) -> Pushed:
    """Turn a read document into a draft, or into a task where it has no text layer.

    :param enclosed: what came inside it, already on disk; read in turn by the worker.
    """
    stored = session.get_one(StoredFile, file_id, with_for_update=True, populate_existing=True)
    if stored.read_state == ReadState.READ:
        # The worker and a person asked at once; one of them was first.
        return _already_read(session, file_id)
    if parsed.records and not is_one_entry(parsed, wishes):
        what = f"文件的 {len(parsed.records)} {'条' if parsed.is_all_records else '行'}"
        return _as_batch(session, file_id, wishes, actor, now, what)
    if enclosed and parsed.file_type == FileType.EML and wishes.is_about_any:
        # The letter is seldom what was meant; its files are, and all are looked through at once.
        what = f"邮件正文和 {len(enclosed)} 个附件"
        return _as_batch(session, file_id, wishes, actor, now, what)
    stored.file_type = parsed.file_type
    stored.recognised = recognised_json(parsed)
    _take_attachments(session, stored, enclosed, wishes, actor, now)
    if scans.has_pictures(parsed):
        return await_text(session, stored, parsed, replace(wishes, publish=False), actor, now)
    stored.read_state = ReadState.READ.value
    stored.problem_code = stored.problem = ""
    keep_text(session, stored, parsed)
    content = content_of_one(parsed, wishes)
    one_push_at_a_time(session, wishes.unit_id)
    verdict = judge(session, content, wishes, actor, known_texts(session, wishes.unit_id))
    notices = [Notice("warning", sentence) for sentence in parsed.warnings]
    joined = verdict.version.item_id if verdict.joins(wishes) and verdict.version else None
    notices += foresee(
        session, content, parsed.metadata.acts, wishes.unit_id, actor, item_id=joined
    )
    pushed = _write(session, file_id, content, verdict, notices, wishes, actor, now)
    return publish_wished(session, pushed, wishes, actor, now)


def _write(
    session: Session,
    file_id: int,
    content: Content,
    verdict: Verdict,
    notices: list[Notice],
    wishes: Wishes,
    actor: Actor,
    now: datetime,
) -> Pushed:
    if verdict.outcome == EntryOutcome.DUPLICATE and verdict.version is not None:
        return _duplicate(verdict.version, file_id)
    if verdict.joins(wishes) and verdict.version is not None:
        item = verdict.version.item
        version = create_version(
            session, item, content=content, actor=actor, now=now, file_id=file_id
        )
        return Pushed(
            "new_version", file_id, version.id, item.id, "已作为新版本", "", tuple(notices)
        )
    notices += questions(content, verdict)
    unit = session.get_one(Unit, wishes.unit_id)
    version = create_entry(
        session, unit=unit, content=content, actor=actor, now=now, file_id=file_id
    )
    return Pushed("draft", file_id, version.id, version.item_id, "", "", tuple(notices))


def _take_attachments(
    session: Session,
    stored: StoredFile,
    enclosed: Sequence[tuple[Attachment, KeptFile]],
    wishes: Wishes,
    actor: Actor,
    now: datetime,
) -> None:
    # What the sender said about the mail's title or entry is not about its attachments.
    said = replace(wishes, title="", item_id=None, stated={}, publish=False)
    for attachment, kept in enclosed:
        part = receive(
            session, kept, attachment.name, stored.unit_id, actor, now, parent_id=stored.id
        )
        plan_reading(session, part.id, said, actor, now)


def _as_batch(
    session: Session, file_id: int, wishes: Wishes, actor: Actor, now: datetime, what: str
) -> Pushed:
    """Let a table or an archive be looked through before it becomes many drafts."""
    stored = session.get_one(StoredFile, file_id)
    batch = batch_of_file(session, stored, wishes, actor, now)
    message = f"{what}已放进批次，核对后一次生成草稿"
    return Pushed("batch", file_id, message=message, batch_id=batch.id)


def _already_read(session: Session, file_id: int) -> Pushed:
    query = select(KnowledgeVersion).where(KnowledgeVersion.file_id == file_id)
    version = session.scalars(query.order_by(KnowledgeVersion.id)).first()
    if version is None:
        return Pushed("duplicate", file_id, message="这份文件的内容库中已有，没有重复收录")
    return Pushed("draft", file_id, version.id, version.item_id)


def _duplicate(same: KnowledgeVersion, file_id: int | None = None) -> Pushed:
    return Pushed(
        "duplicate",
        file_id or same.file_id,
        same.id,
        same.item_id,
        same_sentence(same),
        "duplicate",
    )
