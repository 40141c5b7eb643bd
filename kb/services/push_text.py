"""推送文字: an entry whose text comes in the request itself, not as a file."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from docs_import.errors import DocumentUnreadable
from kb.access import get_visible
from kb.actor import Actor
from kb.clock import Clock
from kb.db import Database
from kb.facts import clean_facts
from kb.models import Unit
from kb.services.entries import Content, check, create_entry, create_version
from kb.services.files import FileStore
from kb.services.intake import READ_LATER, draft_document, plan_reading
from kb.services.pushed import Pushed
from kb.services.reading import Reader
from kb.services.sameness import find_same_text, one_push_at_a_time
from kb.services.stored_files import note_state, receive
from kb.services.wishes import Wishes, require_pusher
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
    item_id: int | None = None,
) -> Pushed:
    """Draft an entry from text; the text as it was sent is kept like a file's bytes.

    Commits by itself, as ``push_file`` does and for the same reason.

    :param item_id: the entry this is a new version of, when the sender knows.
    :raises InvalidInput: the content is not fit; nothing was kept.
    :raises PermissionDenied: the person does not push for this unit.
    """
    require_pusher(actor, unit_id)
    check(content)
    stated = _stated(content)
    if not content.body.strip():
        with database.unit_of_work() as session:
            cleaned = replace(content, title=stated["title"], facts=stated["facts"])
            return _draft_facts(session, cleaned, unit_id, item_id, actor, clock())
    wishes = Wishes(
        unit_id=unit_id,
        kind=content.kind,
        audience=content.audience,
        category=content.category,
        title=content.title,
        item_id=item_id,
        stated=stated,
    )
    kept = files.keep(BytesIO(content.body.encode()))
    name = f"{content.title.strip()[:60]}.md"
    with database.unit_of_work() as session:
        stored = receive(session, kept, name, unit_id, actor, clock())
        file_id = stored.id
        plan_reading(session, file_id, wishes, actor, clock() + READ_LATER)
    try:
        parsed = reader(files.path(kept.sha256), name)
    except DocumentUnreadable as error:
        with database.unit_of_work() as session:
            note_state(session, file_id, ReadState.FAILED, error.code, error.message)
        return Pushed("failed", file_id, message=error.message, code=error.code)
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
    unit_id: int,
    item_id: int | None,
    actor: Actor,
    now: datetime,
) -> Pushed:
    """An entry of facts alone: a contact, a question with its answer."""
    one_push_at_a_time(session, unit_id)
    same = find_same_text(session, content, unit_id)
    if same is not None:
        message = f"库中已有相同内容：《{same.title}》第 {same.number} 版，没有重复收录"
        return Pushed("duplicate", same.file_id, same.id, same.item_id, message, "duplicate")
    if item_id is not None:
        item = get_visible(session, item_id, actor)
        version = create_version(session, item, content=content, actor=actor, now=now)
        return Pushed("new_version", None, version.id, item.id, "已作为新版本")
    unit = session.get_one(Unit, unit_id)
    version = create_entry(session, unit=unit, content=content, actor=actor, now=now)
    return Pushed("draft", None, version.id, version.item_id)
