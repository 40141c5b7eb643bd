"""Who may look at an original file, and at which version of an entry it became.

``None`` in place of an actor is the public.
"""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from docs_import.file_types import FileType
from kb.access import visible_items
from kb.actor import Actor
from kb.errors import NotFound
from kb.models import FileText, KnowledgeItem, KnowledgeVersion, StoredFile
from kb.services.left_out import is_withheld
from kb.services.scanning import require_clean
from kb.services.stored_files import attachments_of
from kb.terms import Audience, Role, VersionState

_ONCE_PUBLISHED = (VersionState.PUBLISHED.value, VersionState.REPLACED.value)


def get_original(session: Session, file_id: int, actor: Actor | None) -> StoredFile:
    """An original that its unit or an editor may open, and whoever may see what it says.

    :raises NotFound: it does not exist, or not for this person.
    :raises IllegalTransition: it waits for the virus scanner, or was found infected.
    """
    stored = session.get(StoredFile, file_id)
    if stored is not None and (_is_own(stored, actor) or _published(session, file_id, actor)):
        require_clean(stored)
        return stored
    raise NotFound("没有这个文件，或者它不在您可查看的范围内", file_id=file_id)


def get_whole(session: Session, file_id: int, actor: Actor | None) -> StoredFile:
    """An original to be handed out as it came.

    Of a table only its unit and editors get the whole: whoever sees the entry of one row need not
    see the others, which may be internal or not published. The same holds for a mail, which also
    has addresses, pictures and attachments that no entry shows, for a document with attachments
    that are not published, and for a file that an internal version was read from;
    outside the centre also where the text leaves out part of it (:mod:`kb.services.left_out`).

    :raises NotFound, IllegalTransition: as :func:`get_original`.
    """
    stored = get_original(session, file_id, actor)
    if not may_take(session, stored, actor):
        raise NotFound("这份原件不在您可查看的范围内，只能看条目本身", file_id=file_id)
    return stored


def may_take(session: Session, stored: StoredFile, actor: Actor | None) -> bool:
    """Tell whether the person may have the whole file, not only what its entries say."""
    if _is_own(stored, actor):
        return True
    if stored.file_type == FileType.EML or not may_read(session, stored, actor):
        return False
    return all(may_take(session, inside, actor) for inside in attachments_of(session, stored.id))


def may_read(session: Session, stored: StoredFile, actor: Actor | None) -> bool:
    """Tell whether the person may see all that was read in a file, also where the file itself is
    not theirs: of a mail its text, not its addresses; of a document not its attachments."""
    if _is_own(stored, actor):
        return True
    seen = _published(session, stored.id, actor)
    if not (actor is not None and actor.is_centre) and is_withheld(seen):
        return False
    # A public version may leave out what an internal one of the same file said.
    return any(row.row is None for row in seen) and len(seen) == _said(session, stored.id)


def text_read(session: Session, stored: StoredFile, actor: Actor | None) -> str:
    """What was read in a file, which no editing of its entry changes; empty where nothing was
    kept, or not for this person."""
    if not may_read(session, stored, actor):
        return ""
    read = session.get(FileText, stored.id)
    return read.text if read is not None else ""


def version_of(
    session: Session, stored: StoredFile, actor: Actor | None, version_id: int | None = None
) -> KnowledgeVersion | None:
    """The version read from a file, as far as this person may see it.

    :param version_id: one of several; without it the newest, or None when there is none.
    :raises NotFound: the named one was not read from this file, or is not for this person.
    """
    if _is_own(stored, actor):
        query = select(KnowledgeVersion).where(KnowledgeVersion.file_id == stored.id)
        versions = list(session.scalars(query.order_by(KnowledgeVersion.id.desc())))
    else:
        versions = _published(session, stored.id, actor)
    if version_id is None:
        return versions[0] if versions else None
    for version in versions:
        if version.id == version_id:
            return version
    raise NotFound("没有这个版本，或者它不是从这个文件读来的", version_id=version_id)


def _is_own(stored: StoredFile, actor: Actor | None) -> bool:
    if actor is None:
        return False
    return actor.has(Role.EDITOR) or stored.unit_id in actor.unit_scope


def _said(session: Session, file_id: int) -> int:
    """How many versions read from a file have been published, to anybody."""
    query = select(func.count()).select_from(KnowledgeVersion)
    query = query.where(
        KnowledgeVersion.file_id == file_id, KnowledgeVersion.state.in_(_ONCE_PUBLISHED)
    )
    return session.scalar(query) or 0


def _published(session: Session, file_id: int, actor: Actor | None) -> list[KnowledgeVersion]:
    """The published versions read from a file that this person may read, newest first.

    As with the text itself, an earlier version that was 内部 stays hidden outside the centre.
    """
    made = aliased(KnowledgeVersion)
    query = (
        select(made)
        .join(KnowledgeItem, KnowledgeItem.id == made.item_id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(made.file_id == file_id, made.state.in_(_ONCE_PUBLISHED), visible_items(actor))
        .order_by(made.id.desc())
    )
    if actor is None or not actor.is_centre:
        is_public = made.audience == Audience.PUBLIC.value
        scope = actor.unit_scope if actor is not None else ()
        query = query.where(or_(is_public, KnowledgeItem.unit_id.in_(scope)))
    return list(session.scalars(query))
