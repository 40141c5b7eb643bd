"""Who may see and change which entry. Every lookup of an entry goes through here."""

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.errors import NotFound, PermissionDenied
from kb.models import KnowledgeItem, KnowledgeVersion
from kb.terms import Audience, ItemState, Role

_NO_SUCH = "没有这个知识条目，或者它不在您可查看的范围内"


def _own(actor: Actor) -> ColumnElement[bool]:
    return KnowledgeItem.unit_id.in_(actor.unit_scope) if actor.unit_scope else false()


def visible_items(actor: Actor | None) -> ColumnElement[bool]:
    """The condition on (item joined to its current version) that this person may see it.

    ``None`` is the public: only published public entries. The centre's people see every entry that
    was ever published; editors also drafts; a unit sees public entries and all of its own.
    """
    public = and_(
        KnowledgeVersion.audience == Audience.PUBLIC.value,
        KnowledgeItem.state.not_in([ItemState.DRAFT.value, ItemState.WITHDRAWN.value]),
    )
    if actor is None:
        return public
    if actor.has(Role.EDITOR):
        return true()
    published = KnowledgeItem.state != ItemState.DRAFT.value
    if actor.is_centre:
        return or_(published, _own(actor))
    return or_(public, _own(actor))


def get_visible(session: Session, item_id: int, actor: Actor | None) -> KnowledgeItem:
    """Load an entry the person may see, with its current version.

    :raises NotFound: it does not exist, or it does but not for this person.
    """
    query = (
        select(KnowledgeItem)
        .outerjoin(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(KnowledgeItem.id == item_id, visible_items(actor))
        .options(selectinload(KnowledgeItem.unit), selectinload(KnowledgeItem.current_version))
    )
    item = session.scalars(query).one_or_none()
    if item is None:
        raise NotFound(_NO_SUCH, item_id=item_id)
    return item


def is_own(actor: Actor, item: KnowledgeItem) -> bool:
    """Tell whether the entry belongs to the person's unit or one below it."""
    return item.unit_id in actor.unit_scope


def may_see_version(version: KnowledgeVersion, item: KnowledgeItem, actor: Actor | None) -> bool:
    """Tell whether a published version of an entry that the person sees is theirs to see.

    An earlier version that was 内部 stays hidden from whom it was hidden then.
    """
    if version.audience == Audience.PUBLIC:
        return True
    return actor is not None and (actor.is_centre or is_own(actor, item))


def get_version(session: Session, version_id: int, actor: Actor) -> KnowledgeVersion:
    """Load a version on its way to publication: for editors, and for the unit it belongs to.

    :raises NotFound: as above.
    """
    version = session.get(KnowledgeVersion, version_id)
    if version is None or not (actor.has(Role.EDITOR) or is_own(actor, version.item)):
        raise NotFound("没有这个版本，或者它不在您可查看的范围内", version_id=version_id)
    return version


def may_edit(actor: Actor, item: KnowledgeItem) -> bool:
    """Tell whether the person writes the entry: its unit's people, and editors."""
    if actor.has(Role.EDITOR):
        return True
    return actor.has(Role.UNIT_CLERK, Role.UNIT_REVIEWER) and is_own(actor, item)


def require_editing(actor: Actor, item: KnowledgeItem) -> None:
    """Only the owning unit's people and editors write an entry.

    :raises PermissionDenied: otherwise.
    """
    if not may_edit(actor, item):
        raise PermissionDenied("只有条目所属单位的人员和知识管理员可以修改它")
