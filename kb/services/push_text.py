"""推送文字: an entry whose text comes in the request itself, not as a file."""

from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from docs_import.errors import DocumentUnreadable
from kb.actor import Actor
from kb.clock import Clock
from kb.db import Database
from kb.errors import InvalidInput
from kb.facts import clean_facts
from kb.models import StoredFile, Unit
from kb.services.entries import Content, check, create_entry
from kb.services.files import FileStore
from kb.services.intake import (
    Pushed,
    Reader,
    Wishes,
    draft_document,
    find_same_text,
    receive,
    require_pusher,
)
from kb.terms import ReadState

# What is left empty by the sender is taken from the text where it says so.
_RECOGNISED = ("document_number", "issuing_authority", "issued_on", "valid_from", "valid_until")


def push_text(
    database: Database,
    files: FileStore,
    reader: Reader,
    *,
    content: Content,
    unit_id: int,
    actor: Actor,
    clock: Clock,
) -> Pushed:
    """Draft an entry from text; the text as it was sent is kept like a file's bytes.

    Commits by itself, as ``push_file`` does and for the same reason.

    :raises InvalidInput: the content is not fit; nothing was kept.
    :raises PermissionDenied: the person does not push for this unit.
    """
    require_pusher(actor, unit_id)
    check(content)
    stated = _stated(content)
    if not content.body.strip():
        with database.unit_of_work() as session:
            return _draft_facts(session, content, stated["facts"], unit_id, actor, clock)
    kept = files.keep(BytesIO(content.body.encode()))
    name = f"{content.title.strip()[:60]}.md"
    with database.unit_of_work() as session:
        stored = receive(session, kept, name, unit_id, actor, clock())
        session.flush()
        file_id = stored.id
    try:
        parsed = reader(files.path(kept.sha256), name)
    except DocumentUnreadable as error:
        with database.unit_of_work() as session:
            _note_failure(session, file_id, error)
        return Pushed("failed", file_id, message=error.message, code=error.code)
    wishes = Wishes(
        unit_id, content.kind, content.audience, content.category, content.title, stated=stated
    )
    with database.unit_of_work() as session:
        return draft_document(session, file_id, parsed, wishes, actor, clock())


def _stated(content: Content) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "title": content.title.strip(),
        "review_on": content.review_on,
        "regions": content.regions,
        "variants": content.variants,
        "facts": clean_facts(content.facts),
    }
    for name in _RECOGNISED:
        if getattr(content, name):
            stated[name] = getattr(content, name)
    return stated


def _draft_facts(
    session: Session,
    content: Content,
    facts: dict[str, Any],
    unit_id: int,
    actor: Actor,
    clock: Clock,
) -> Pushed:
    """An entry of facts alone: a contact, a question with its answer."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise InvalidInput("没有这个单位，请核对单位编号", {"unit_id": "没有这个单位"})
    cleaned = Content(**{**vars(content), "facts": facts, "title": content.title.strip()})
    same = find_same_text(session, cleaned, unit_id)
    if same is not None:
        message = f"库中已有相同内容：《{same.title}》第 {same.number} 版，没有重复收录"
        return Pushed("duplicate", same.file_id, same.id, same.item_id, message, "duplicate")
    version = create_entry(session, unit=unit, content=cleaned, actor=actor, now=clock())
    return Pushed("draft", None, version.id, version.item_id)


def _note_failure(session: Session, file_id: int, error: DocumentUnreadable) -> None:
    stored = session.get_one(StoredFile, file_id)
    stored.read_state = ReadState.FAILED.value
    stored.problem_code, stored.problem = error.code, error.message[:500]
