"""推送文字: an entry whose text comes in the request itself, not as a file."""

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from kb.access import get_visible
from kb.actor import Actor
from kb.clock import Clock
from kb.db import Database
from kb.facts import clean_facts
from kb.models import KnowledgeVersion, Unit
from kb.services.entries import Content, check, create_entry, create_version
from kb.services.files import FileStore
from kb.services.idempotency import FRESH, Begun
from kb.services.intake import READ_LATER, plan_reading, read_stored
from kb.services.pushed import Pushed
from kb.services.reading import Reader
from kb.services.sameness import find_same_text, one_push_at_a_time
from kb.services.stored_files import receive
from kb.services.wished_publishing import publish_wished
from kb.services.wishes import Wishes, require_pusher

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
    publish: bool = False,
    begun: Begun = FRESH,
) -> Pushed:
    """Draft an entry from text; the text as it was sent is kept like a file's bytes.

    Commits by itself, as ``push_file`` does and for the same reason.

    :param item_id: the entry this is a new version of, when the sender knows.
    :param publish: publish it as soon as it is drafted; the caller has checked that they may.
    :param begun: as for ``push_file``.
    :raises InvalidInput: the content is not fit; nothing was kept.
    :raises PermissionDenied: the person does not push for this unit.
    """
    require_pusher(actor, unit_id)
    check(content)
    stated = _stated(content)
    wishes = Wishes(
        unit_id=unit_id,
        kind=content.kind,
        audience=content.audience,
        category=content.category,
        title=content.title,
        item_id=item_id,
        stated=stated,
        publish=publish,
    )
    if not content.body.strip():
        cleaned = replace(content, title=stated["title"], facts=stated["facts"])
        with database.unit_of_work() as session:
            return _draft_facts(session, cleaned, wishes, actor, clock(), begun)
    if begun.file_id is not None:
        return read_stored(
            database, files, reader, begun.file_id, wishes=wishes, actor=actor, clock=clock
        )
    kept = files.keep(BytesIO(content.body.encode()))
    name = f"{content.title.strip()[:60]}.md"
    with database.unit_of_work() as session:
        stored = receive(session, kept, name, unit_id, actor, clock())
        file_id = stored.id
        plan_reading(session, file_id, wishes, actor, clock() + READ_LATER)
        begun.note(session, file_id=file_id)
    return read_stored(database, files, reader, file_id, wishes=wishes, actor=actor, clock=clock)


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
    wishes: Wishes,
    actor: Actor,
    now: datetime,
    begun: Begun,
) -> Pushed:
    """An entry of facts alone: a contact, a question with its answer."""
    if begun.version_id is not None:
        made = session.get_one(KnowledgeVersion, begun.version_id)
        return Pushed("draft", None, made.id, made.item_id)
    one_push_at_a_time(session, wishes.unit_id)
    same = find_same_text(session, content, wishes.unit_id, wishes.item_id)
    if same is not None:
        message = f"库中已有相同内容：《{same.title}》第 {same.number} 版，没有重复收录"
        return Pushed("duplicate", same.file_id, same.id, same.item_id, message, "duplicate")
    if wishes.item_id is not None:
        item = get_visible(session, wishes.item_id, actor)
        version = create_version(session, item, content=content, actor=actor, now=now)
        pushed = Pushed("new_version", None, version.id, item.id, "已作为新版本")
    else:
        unit = session.get_one(Unit, wishes.unit_id)
        version = create_entry(session, unit=unit, content=content, actor=actor, now=now)
        pushed = Pushed("draft", None, version.id, version.item_id)
    begun.note(session, version_id=version.id)
    return publish_wished(session, pushed, wishes, actor, now)
