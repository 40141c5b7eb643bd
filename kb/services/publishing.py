"""采编 → 单位审核 → 中心复核 → 发布, and out of force again. One verb a function."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.access import get_visible, require_editing
from kb.actor import Actor
from kb.clock import local_day
from kb.errors import IllegalTransition, InvalidInput, PermissionDenied
from kb.masking import mask_text
from kb.models import ItemLink, KnowledgeItem, KnowledgeVersion, Unit
from kb.services import comments, corrections
from kb.services.audit import record
from kb.services.entries import Content, check, may_review_for_unit, note
from kb.services.notices import DUE_NOTICES, resolve_for_item
from kb.services.webhooks import announce
from kb.terms import Audience, ItemState, KnowledgeKind, LinkKind, Role, VersionState


def _require(version: KnowledgeVersion, *states: VersionState) -> None:
    if version.state not in states:
        raise IllegalTransition(
            f"这一版现在是“{VersionState(version.state).label}”，不能这样处理；请刷新页面看最新状态",
            version_id=version.id,
        )


def content_of(version: KnowledgeVersion) -> Content:
    """A version's content as it would be written again, e.g. to start the next one from it."""
    return Content(
        kind=KnowledgeKind(version.kind),
        title=version.title,
        body=version.body,
        document_number=version.document_number,
        issuing_authority=version.issuing_authority,
        issued_on=version.issued_on,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        review_on=version.review_on,
        audience=Audience(version.audience),
        category=version.category,
        regions=tuple(version.regions),
        variants=tuple(version.variants),
        facts=version.facts,
    )


def submit(
    session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime
) -> KnowledgeVersion:
    """送审: hand a draft to the unit's reviewer.

    :raises InvalidInput: the draft is not complete.
    """
    require_editing(actor, version.item)
    _require(version, VersionState.DRAFT, VersionState.RETURNED)
    check(content_of(version))
    version.state = VersionState.UNIT_REVIEW.value
    note(session, version, "submitted", actor, now)
    return version


def approve(
    session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime, comment: str = ""
) -> KnowledgeVersion:
    """通过: the unit's reviewer passes it on, the editor publishes it.

    A trusted unit (``Unit.is_trusted``) publishes with its own reviewer's approval.

    :raises PermissionDenied: the review is not this person's to give.
    """
    _require(version, VersionState.UNIT_REVIEW, VersionState.CENTRE_REVIEW)
    if version.state == VersionState.CENTRE_REVIEW:
        actor.require(Role.EDITOR)
        return publish(session, version, actor=actor, now=now, comment=comment)
    if not may_review_for_unit(actor, version.item):
        raise PermissionDenied("单位审核要由本单位的审核人来做")
    note(session, version, "unit_approved", actor, now, comment)
    if version.item.unit.is_trusted:
        return publish(session, version, actor=actor, now=now)
    version.state = VersionState.CENTRE_REVIEW.value
    return version


def return_version(
    session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime, comment: str
) -> KnowledgeVersion:
    """退回: send a version back to its author with what must change.

    :raises InvalidInput: neither a reason is given nor a comment on a clause.
    """
    _require(version, VersionState.UNIT_REVIEW, VersionState.CENTRE_REVIEW)
    if version.state == VersionState.CENTRE_REVIEW:
        actor.require(Role.EDITOR)
    elif not (may_review_for_unit(actor, version.item) or actor.has(Role.EDITOR)):
        raise PermissionDenied("单位审核要由本单位的审核人来做")
    waiting = len(comments.unresolved(comments.of_version(session, version)))
    if not comment.strip() and waiting:
        comment = f"见 {waiting} 条批注"
    if not comment.strip():
        raise InvalidInput("请写明退回的原因", {"comment": "请写明要改什么，或在条款上加批注"})
    version.state = VersionState.RETURNED.value
    note(session, version, "returned", actor, now, comment.strip())
    return version


def publish(
    session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime, comment: str = ""
) -> KnowledgeVersion:
    """发布: make this version what the entry says, and end what it replaces, in one transaction.

    Allowed to editors, to a trusted unit's reviewer, and to whoever runs the command line.

    :raises InvalidInput: the content is not fit, or a link names an entry that cannot be replaced.
    """
    item = version.item
    if not may_publish(actor, item.unit):
        raise PermissionDenied("发布要由知识管理员来做")
    if version.state in (VersionState.PUBLISHED, VersionState.REPLACED, VersionState.DISCARDED):
        _require(version, VersionState.CENTRE_REVIEW)
    check(content_of(version))
    _retire_current(session, item)
    version.state = VersionState.PUBLISHED.value
    version.published_at = now
    item.current_version_id = version.id
    item.state = ItemState.PUBLISHED.value
    item.ended_on = None
    item.published_at = item.published_at or now
    item.checked_on = local_day(now)
    _apply_links(session, version, actor, now)
    note(session, version, "published", actor, now, comment)
    corrections.settle_for(session, version, actor=actor, now=now)
    record(
        session,
        actor_id=actor.user_id or None,
        action="knowledge.publish",
        object_type="knowledge_item",
        object_id=str(item.id),
        detail={"version": version.number},
        now=now,
    )
    session.flush()
    session.expire(item, ["current_version"])
    resolve_for_item(session, item.id, DUE_NOTICES)
    announce(session, "entry.published", item, now)
    return version


def may_publish(actor: Actor, unit: Unit) -> bool:
    """Tell whether the person's word is enough to publish what this unit pushed."""
    if actor.has(Role.EDITOR, Role.ADMIN):
        return True
    return unit.is_trusted and actor.has(Role.UNIT_REVIEWER) and unit.id in actor.unit_scope


def _retire_current(session: Session, item: KnowledgeItem) -> None:
    if item.current_version_id is not None:
        current = session.get_one(KnowledgeVersion, item.current_version_id)
        current.state = VersionState.REPLACED.value


_ENDING = {
    LinkKind.SUPERSEDES: ItemState.SUPERSEDED,
    LinkKind.REPEALS: ItemState.REPEALED,
}
_ENDING_EVENT = {
    LinkKind.SUPERSEDES: "entry.superseded",
    LinkKind.REPEALS: "entry.repealed",
}


def _apply_links(session: Session, version: KnowledgeVersion, actor: Actor, now: datetime) -> None:
    today = local_day(now)
    for planned in version.planned_links:
        older = get_visible(session, planned["item_id"], actor)
        if older.id == version.item_id:
            raise InvalidInput("一个条目不能替代它自己", {"links": "请选择另一个条目"})
        kind = LinkKind(planned["kind"])
        stated = planned["effective_on"]
        day = date.fromisoformat(stated) if stated else version.valid_from or today
        _link(session, version.item_id, older.id, kind, day)
        if kind in _ENDING and older.state == ItemState.PUBLISHED:
            require_editing(actor, older)
            older.state = _ENDING[kind].value
            older.ended_on = day - timedelta(days=1)
            if older.current_version is not None:
                note(session, older.current_version, kind.value, actor, now, version.title)
            resolve_for_item(session, older.id, DUE_NOTICES)
            announce(session, _ENDING_EVENT[kind], older, now)
    version.planned_links = []


def _link(session: Session, newer_id: int, older_id: int, kind: LinkKind, day: date) -> None:
    """Make the link, or say anew what an earlier version of the same entry said."""
    query = select(ItemLink).where(ItemLink.newer_id == newer_id, ItemLink.older_id == older_id)
    link = session.scalars(query).one_or_none()
    if link is None:
        link = ItemLink(newer_id=newer_id, older_id=older_id)
        session.add(link)
    link.kind, link.effective_on = kind.value, day


def withdraw(
    session: Session, item: KnowledgeItem, *, actor: Actor, now: datetime, reason: str
) -> KnowledgeItem:
    """下架: take an entry out of every search at once; it stays readable to its owners.

    :raises InvalidInput: no reason is given.
    :raises IllegalTransition: it is not published.
    """
    _require_owner_power(actor, item)
    if not reason.strip():
        raise InvalidInput("请写明下架的原因", {"reason": "请写明为什么下架"})
    if item.state in (ItemState.DRAFT, ItemState.WITHDRAWN) or item.current_version is None:
        raise IllegalTransition("这个条目没有在发布中，不用下架")
    item.state = ItemState.WITHDRAWN.value
    note(session, item.current_version, "withdrawn", actor, now, reason.strip())
    record(
        session,
        actor_id=actor.user_id or None,
        action="knowledge.withdraw",
        object_type="knowledge_item",
        object_id=str(item.id),
        detail={"reason": mask_text(reason.strip())},
        now=now,
    )
    resolve_for_item(session, item.id, DUE_NOTICES)
    announce(session, "entry.withdrawn", item, now)
    return item


def restore(session: Session, item: KnowledgeItem, *, actor: Actor, now: datetime) -> KnowledgeItem:
    """重新上架: undo a withdrawal; what had been replaced or repealed is so again.

    :raises IllegalTransition: the entry is not withdrawn.
    """
    _require_owner_power(actor, item)
    if item.state != ItemState.WITHDRAWN or item.current_version is None:
        raise IllegalTransition("这个条目没有下架，不用重新上架")
    item.state = _state_before(session, item).value
    item.checked_on = local_day(now)
    note(session, item.current_version, "restored", actor, now)
    announce(session, "entry.restored", item, now)
    return item


def _state_before(session: Session, item: KnowledgeItem) -> ItemState:
    """The state from before the withdrawal, by the link that ended the entry."""
    if item.ended_on is None:
        return ItemState.PUBLISHED
    query = select(ItemLink.kind).where(
        ItemLink.older_id == item.id,
        ItemLink.kind.in_([kind.value for kind in _ENDING]),
        ItemLink.effective_on == item.ended_on + timedelta(days=1),
    )
    kind = session.scalars(query.order_by(ItemLink.id)).first()
    return _ENDING[LinkKind(kind)] if kind is not None else ItemState.PUBLISHED


def _require_owner_power(actor: Actor, item: KnowledgeItem) -> None:
    if not (actor.has(Role.EDITOR, Role.ADMIN) or may_review_for_unit(actor, item)):
        raise PermissionDenied("下架要由知识管理员或本单位审核人来做")
