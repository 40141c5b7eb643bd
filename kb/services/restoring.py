"""以旧版为底新建一版: an earlier version's content becomes the draft of the next one."""

from datetime import datetime

from sqlalchemy.orm import Session

from kb.access import get_version, may_edit, require_editing
from kb.actor import Actor
from kb.errors import IllegalTransition
from kb.models import KnowledgeItem, KnowledgeVersion
from kb.services.brought_back import note_base
from kb.services.entries import create_version, pending_version
from kb.services.publishing import content_of
from kb.terms import VersionState

_LEFT = (VersionState.REPLACED, VersionState.DISCARDED)


def restorable(session: Session, item: KnowledgeItem, actor: Actor) -> set[int]:
    """The ids of the versions that this person may begin the next one from, now."""
    if item.current_version_id is None or not may_edit(actor, item):
        return set()
    left = {version.id for version in item.versions if version.state in _LEFT}
    return left if left and pending_version(session, item.id) is None else set()


def begin_from(
    session: Session, version_id: int, *, actor: Actor, now: datetime
) -> KnowledgeVersion:
    """Begin the next version with what an earlier one says, original included.

    What is published stays until the draft is published in its turn.

    :raises NotFound: the version is not this person's to see.
    :raises IllegalTransition: it was never published nor dropped, or a version is on its way.
    """
    base = get_version(session, version_id, actor)
    require_editing(actor, base.item)
    if base.item.current_version_id is None:
        raise IllegalTransition("这个条目还没有发布过，请直接修改它的草稿")
    version = create_version(
        session,
        base.item,
        content=content_of(base),
        actor=actor,
        now=now,
        file_id=base.file_id,
    )
    note_base(session, version, base, actor, now)
    return version
