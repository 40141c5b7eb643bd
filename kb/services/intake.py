"""推送: from the bytes a unit sends to a draft a person can correct.

The order is what makes it safe: bytes on disk, then a row that names them (committed), then the
reading in a limited child process without any transaction open, then the draft. Whatever fails
later, the original is kept and its state is visible.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from docs_import.document import ParsedDocument
from docs_import.errors import DocumentUnreadable
from kb.access import get_visible
from kb.actor import Actor
from kb.clock import Clock
from kb.db import Database
from kb.errors import NotFound, PermissionDenied
from kb.models import KnowledgeItem, KnowledgeVersion, StoredFile, Unit
from kb.services.audit import record
from kb.services.entries import Content, create_entry, create_version, text_hash
from kb.services.files import FileStore, KeptFile, shown_name
from kb.services.jobs import add_job
from kb.terms import Audience, ItemState, KnowledgeKind, ReadState, Role, VersionState

READ_LATER = timedelta(minutes=2)
READ_JOB = "read_file"
_DAYS = frozenset({"issued_on", "valid_from", "valid_until", "review_on"})

Reader = Callable[[Path, str], ParsedDocument]


@dataclass(frozen=True)
class Wishes:
    """What the sender says about a document; what they leave out is recognised."""

    unit_id: int
    kind: KnowledgeKind = KnowledgeKind.POLICY
    audience: Audience = Audience.PUBLIC
    category: str = ""
    title: str = ""
    # The entry this is a new version of, when the sender knows.
    item_id: int | None = None
    # A file with a 文号 that an entry already has becomes its next version by itself.
    join_same_number: bool = False
    # Fields of the content that the sender states; they win over what is recognised.
    stated: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Notice:
    """Something noticed at intake, with the entry it is about."""

    kind: str  # same_text | same_number | warning
    message: str
    item_id: int | None = None


@dataclass(frozen=True)
class Pushed:
    """What became of a push."""

    outcome: str  # draft | new_version | duplicate | needs_ocr | failed
    file_id: int | None
    version_id: int | None = None
    item_id: int | None = None
    message: str = ""
    code: str = ""
    notices: tuple[Notice, ...] = field(default_factory=tuple)


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
) -> Pushed:
    """Keep, read and draft one file.

    Unlike other services this one commits by itself, twice, because the original must be safe
    before it is read and no database lock may be held while it is.

    :raises PermissionDenied: the person does not push for this unit.
    :raises TooLarge, StorageFull: nothing was kept.
    """
    require_pusher(actor, wishes.unit_id)
    kept = files.keep(stream)
    with database.unit_of_work() as session:
        same = find_same_file(session, kept, wishes.unit_id)
        if same is not None:
            return _duplicate(same)
        stored = receive(session, kept, name, wishes.unit_id, actor, clock())
        session.flush()
        file_id = stored.id
        plan_reading(session, file_id, wishes, actor, clock())
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
    try:
        parsed = reader(path, name)
    except DocumentUnreadable as error:
        with database.unit_of_work() as session:
            _note_state(session, file_id, ReadState.FAILED, error.code, error.message)
        return Pushed("failed", file_id, message=error.message, code=error.code)
    with database.unit_of_work() as session:
        return draft_document(session, file_id, parsed, wishes, actor, clock())


def plan_reading(
    session: Session, file_id: int, wishes: Wishes, actor: Actor, now: datetime
) -> None:
    """Should this process die before the draft is there, the worker reads the file later."""
    said = asdict(wishes) | {
        "stated": {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in wishes.stated.items()
        }
    }
    payload = {"file_id": file_id, "user_id": actor.user_id, **said}
    add_job(session, READ_JOB, payload, now + READ_LATER)


def wishes_of(payload: Mapping[str, Any]) -> Wishes:
    """What the sender said, from the payload of the file's reading job."""
    said = {item.name: payload[item.name] for item in fields(Wishes) if item.name in payload}
    stated: dict[str, Any] = {
        name: date.fromisoformat(value) if name in _DAYS and value else value
        for name, value in said.get("stated", {}).items()
    }
    stated |= {name: tuple(stated[name]) for name in ("regions", "variants") if name in stated}
    kind, audience = KnowledgeKind(said["kind"]), Audience(said["audience"])
    return Wishes(**(said | {"kind": kind, "audience": audience, "stated": stated}))


def require_pusher(actor: Actor, unit_id: int) -> None:
    """Only the unit's own people, editors and administrators push for a unit.

    :raises PermissionDenied: otherwise.
    """
    if actor.has(Role.EDITOR, Role.ADMIN):
        return
    if actor.has(Role.UNIT_CLERK, Role.UNIT_REVIEWER) and unit_id in actor.unit_scope:
        return
    raise PermissionDenied("只能为本单位推送文件")


def receive(
    session: Session, kept: KeptFile, name: str, unit_id: int, actor: Actor, now: datetime
) -> StoredFile:
    """Write the row that names an original which is already safe on disk."""
    stored = StoredFile(
        sha256=kept.sha256,
        size_bytes=kept.size_bytes,
        name=shown_name(name),
        unit_id=unit_id,
        uploaded_by=actor.user_id or None,
        uploaded_at=now,
        read_state=ReadState.PENDING.value,
    )
    session.add(stored)
    session.flush()
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


def draft_document(
    session: Session,
    file_id: int,
    parsed: ParsedDocument,
    wishes: Wishes,
    actor: Actor,
    now: datetime,
) -> Pushed:
    """Turn a read document into a draft, or into a task where it has no text layer."""
    stored = session.get_one(StoredFile, file_id, with_for_update=True)
    if stored.read_state == ReadState.READ:
        # The worker and a person asked at once; one of them was first.
        return _already_read(session, file_id)
    stored.file_type = parsed.file_type
    stored.recognised = recognised_json(parsed)
    if parsed.needs_ocr:
        message = " ".join(parsed.warnings) or "这份文件是扫描件，没有文字层，需要文字识别"
        _note_state(session, file_id, ReadState.NEEDS_OCR, "needs_ocr", message)
        return Pushed("needs_ocr", file_id, message=message, code="needs_ocr")
    stored.read_state = ReadState.READ.value
    content = content_from(parsed, wishes)
    notices = [Notice("warning", sentence) for sentence in parsed.warnings]
    one_push_at_a_time(session, wishes.unit_id)
    same = find_same_text(session, content, wishes.unit_id)
    if same is not None:
        return _duplicate(same, file_id)
    target = _target_item(session, content, wishes, actor)
    if target is not None and target[1] == "join":
        version = create_version(
            session, target[0], content=content, actor=actor, now=now, file_id=file_id
        )
        return Pushed(
            "new_version", file_id, version.id, target[0].id, "已作为新版本", "", tuple(notices)
        )
    if target is not None:
        number = content.document_number
        notices.append(
            Notice("same_number", f"库中已有文号 {number} 的条目，请确认是不是新版本", target[0].id)
        )
    unit = session.get_one(Unit, wishes.unit_id)
    version = create_entry(
        session, unit=unit, content=content, actor=actor, now=now, file_id=file_id
    )
    return Pushed("draft", file_id, version.id, version.item_id, "", "", tuple(notices))


def recognised_json(parsed: ParsedDocument) -> dict[str, object]:
    """What the reader found, in the form the pages show it: value, where, doubtful."""
    whole = json.loads(parsed.to_json())
    return {
        "metadata": whole["metadata"],
        "warnings": whole["warnings"],
        "pages": parsed.pages,
        "tables": parsed.tables,
        "headings": parsed.headings,
    }


def content_from(parsed: ParsedDocument, wishes: Wishes) -> Content:
    """The draft's content: the sender's words first, what was recognised for the rest."""
    found = parsed.metadata

    def text(name: str) -> str:
        value = getattr(found, name, None)
        return value.value if value is not None else ""

    def day(name: str) -> date | None:
        value = text(name)
        return date.fromisoformat(value) if value else None

    read = Content(
        kind=wishes.kind,
        title=(wishes.title or parsed.title or text("title"))[:300],
        body=parsed.markdown,
        document_number=text("document_number")[:80],
        issuing_authority=text("issuing_authority")[:200],
        issued_on=day("issued_on"),
        valid_from=day("valid_from"),
        valid_until=day("valid_until"),
        audience=wishes.audience,
        category=wishes.category,
    )
    return replace(read, **wishes.stated)


def _already_read(session: Session, file_id: int) -> Pushed:
    query = select(KnowledgeVersion).where(KnowledgeVersion.file_id == file_id)
    version = session.scalars(query).first()
    if version is None:
        return Pushed("duplicate", file_id, message="这份文件的内容库中已有，没有重复收录")
    return Pushed("draft", file_id, version.id, version.item_id)


def _note_state(session: Session, file_id: int, state: ReadState, code: str, message: str) -> None:
    stored = session.get_one(StoredFile, file_id)
    stored.read_state = state.value
    stored.problem_code, stored.problem = code, message[:500]


def _live_versions() -> Sequence[str]:
    return [state.value for state in VersionState if state != VersionState.DISCARDED]


def one_push_at_a_time(session: Session, unit_id: int) -> None:
    """Hold the unit until the commit, so that the same text pushed twice at once is seen."""
    session.get_one(Unit, unit_id, with_for_update={"key_share": True})


def find_same_file(session: Session, kept: KeptFile, unit_id: int) -> KnowledgeVersion | None:
    """A version of this unit made from the very same bytes, unless it was thrown away."""
    query = (
        select(KnowledgeVersion)
        .join(StoredFile, StoredFile.id == KnowledgeVersion.file_id)
        .where(
            StoredFile.sha256 == kept.sha256,
            StoredFile.unit_id == unit_id,
            KnowledgeVersion.state.in_(_live_versions()),
        )
        .order_by(KnowledgeVersion.id.desc())
    )
    return session.scalars(query).first()


def find_same_text(session: Session, content: Content, unit_id: int) -> KnowledgeVersion | None:
    """A version of this unit that says exactly the same."""
    query = (
        select(KnowledgeVersion)
        .join(KnowledgeItem, KnowledgeItem.id == KnowledgeVersion.item_id)
        .where(
            KnowledgeVersion.text_sha256
            == text_hash(content.title.strip(), content.body, content.facts),
            KnowledgeItem.unit_id == unit_id,
            KnowledgeVersion.state.in_(_live_versions()),
        )
    )
    return session.scalars(query).first()


def _target_item(
    session: Session, content: Content, wishes: Wishes, actor: Actor
) -> tuple[KnowledgeItem, str] | None:
    """The entry this document continues: named by the sender, or by its 文号."""
    if wishes.item_id is not None:
        return get_visible(session, wishes.item_id, actor), "join"
    if not content.document_number:
        return None
    query = (
        select(KnowledgeItem)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(
            KnowledgeVersion.document_number == content.document_number,
            KnowledgeItem.unit_id == wishes.unit_id,
            KnowledgeItem.state == ItemState.PUBLISHED.value,
        )
    )
    item = session.scalars(query).first()
    if item is None:
        return None
    return item, "join" if wishes.join_same_number else "ask"


def _duplicate(same: KnowledgeVersion, file_id: int | None = None) -> Pushed:
    state = VersionState(same.state).label
    return Pushed(
        "duplicate",
        file_id or same.file_id,
        same.id,
        same.item_id,
        f"库中已有相同内容：《{same.title}》第 {same.number} 版（{state}），没有重复收录",
        "duplicate",
    )


def get_file(session: Session, file_id: int, actor: Actor) -> StoredFile:
    """An original its unit or an editor may open.

    :raises NotFound: it does not exist, or not for this person.
    """
    stored = session.get(StoredFile, file_id)
    if stored is None or not (actor.has(Role.EDITOR) or stored.unit_id in actor.unit_scope):
        raise NotFound("没有这个文件，或者它不在您可查看的范围内", file_id=file_id)
    return stored
