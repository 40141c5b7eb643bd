"""采编: what a person does to a draft beside writing it anew; no draft is ever lost in silence."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from kb.access import get_visible, is_own, require_editing
from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.models import ItemEvent, ItemLink, KnowledgeItem, KnowledgeVersion
from kb.services.conflict_jobs import request_check
from kb.services.corrections import reopen_for
from kb.services.entries import (
    STALE_DRAFT,
    Content,
    PlannedLink,
    create_version,
    note,
    save_draft,
)
from kb.services.notices import DRAFT_NOTICES, resolve_for_item
from kb.services.order_outcomes import goes_on_as, require_no_outcome
from kb.services.publishing import content_of
from kb.terms import ItemState, LinkKind, Role, VersionState

EDITABLE = (VersionState.DRAFT, VersionState.RETURNED)
EDITED, DISCARDED, MOVED = "edited", "discarded", "moved"


def is_editable(version: KnowledgeVersion) -> bool:
    """Tell whether the version's content may still change."""
    return version.state in EDITABLE


def require_seen(version: KnowledgeVersion, seen_rev: int) -> None:
    """Refuse to act on a version that changed after the person's page was made.

    :raises StaleVersion: it did.
    """
    if version.rev != seen_rev:
        raise StaleVersion(
            "这一版在您打开页面之后有了变化，请看过最新内容再处理",
            version_id=version.id,
            current_rev=version.rev,
        )


def save_edit(
    session: Session,
    version: KnowledgeVersion,
    *,
    content: Content,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> KnowledgeVersion:
    """Save a draft and note who did; two saves by one person in a row are one step.

    :raises StaleVersion: somebody saved in between, also in the very same moment.
    :raises InvalidInput, IllegalTransition: as :func:`kb.services.entries.save_draft`.
    """
    planned = {(link["kind"], link["item_id"]) for link in version.planned_links}
    check_links(session, version.item, content.links, actor, planned)
    version_id = version.id  # a failed flush takes the loaded values away
    try:
        save_draft(session, version, content=content, seen_rev=seen_rev, actor=actor, now=now)
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(STALE_DRAFT, version_id=version_id) from error
    last = session.scalars(
        select(ItemEvent).where(ItemEvent.version_id == version.id).order_by(ItemEvent.id.desc())
    ).first()
    if last is None or last.kind != EDITED or last.actor_id != (actor.user_id or None):
        note(session, version, EDITED, actor, now)
    return version


def check_links(
    session: Session,
    item: KnowledgeItem | None,
    links: tuple[PlannedLink, ...],
    actor: Actor,
    planned: Collection[tuple[str, int]] = (),
) -> None:
    """Refuse now what publishing would have to refuse later.

    :param planned: kind and entry of links that stand in the draft already, perhaps by an editor.
    :raises InvalidInput: a link to itself, one named twice or made already, or to an entry that
        this person may not end.
    """
    named = [link.item_id for link in links]
    if len(named) != len(set(named)):
        raise InvalidInput("同一个旧件选了两次", {"links": "同一个旧件只能选一次，请删去一行"})
    for link in links:
        if item is not None and link.item_id == item.id:
            raise InvalidInput("一个条目不能替代它自己", {"links": "请选择另一个条目"})
        if (link.kind.value, link.item_id) in planned and _still_stands(session, link.item_id):
            continue  # perhaps an editor's word about what this person does not see
        try:
            older = get_visible(session, link.item_id, actor)
        except NotFound as missing:
            sentence = f"旧件 #{link.item_id} 不存在或已不在您可查看的范围内，请删去这一行"
            raise InvalidInput(sentence, {"links": sentence}) from missing
        if item is not None and _is_linked(session, item.id, older.id):
            raise InvalidInput("这条关系已经有了", {"links": "与这个旧件的关系已在效力沿革里"})
        if link.kind == LinkKind.AMENDS:
            continue
        if not (actor.has(Role.EDITOR) or is_own(actor, older)):
            raise InvalidInput(
                "不能替代或废止别的单位的条目",
                {"links": "旧件属于别的单位，请联系知识管理员处理"},
            )


def _still_stands(session: Session, item_id: int) -> bool:
    """Whether an entry may still be replaced by whoever may do so: it was not withdrawn."""
    item = session.get(KnowledgeItem, item_id)
    return item is not None and item.state != ItemState.WITHDRAWN


def _is_linked(session: Session, newer_id: int, older_id: int) -> bool:
    query = select(ItemLink.id).where(ItemLink.newer_id == newer_id, ItemLink.older_id == older_id)
    return session.scalar(query) is not None


def discard(
    session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime
) -> KnowledgeVersion:
    """作废: drop a draft. Its row, its original and its history stay.

    :raises IllegalTransition: it is under review or was published, or an archived order has no
        other knowledge.
    """
    require_editing(actor, version.item)
    if not is_editable(version):
        raise IllegalTransition(
            f"这一版是“{VersionState(version.state).label}”，不能作废；在审的请先退回"
        )
    require_no_outcome(session, version)
    version.state = VersionState.DISCARDED.value
    resolve_for_item(session, version.item_id, DRAFT_NOTICES)
    version.updated_at = now
    reopen_for(session, version, now)
    note(session, version, DISCARDED, actor, now)
    request_check(session, version, now)
    return version


def continue_entry(
    session: Session,
    version: KnowledgeVersion,
    older: KnowledgeItem,
    *,
    actor: Actor,
    now: datetime,
) -> KnowledgeVersion:
    """是新版本: the draft's content becomes the next version of ``older``; the draft is dropped.

    :raises IllegalTransition: the draft's own entry was published before, or ``older`` has a
        version on its way.
    """
    require_editing(actor, version.item)
    require_editing(actor, older)
    if version.item.state != ItemState.DRAFT or not is_editable(version):
        raise IllegalTransition("只有还没有发布过的草稿可以并入另一个条目")
    if older.id == version.item_id:
        raise IllegalTransition("这份草稿就属于这个条目")
    moved = create_version(
        session,
        older,
        content=content_of(version),
        actor=actor,
        now=now,
        file_id=version.file_id,
    )
    goes_on_as(session, version, moved, actor=actor, now=now)
    discard(session, version, actor=actor, now=now)
    note(session, version, MOVED, actor, now, f"并入《{moved.title}》第 {moved.number} 版")
    return moved


def plan_link(
    session: Session,
    version: KnowledgeVersion,
    kind: LinkKind,
    older: KnowledgeItem,
    *,
    actor: Actor,
    now: datetime,
    effective_on: date | None = None,
) -> KnowledgeVersion:
    """Write down what publishing this draft will do to an older entry.

    :raises InvalidInput: see :func:`check_links`.
    """
    require_editing(actor, version.item)
    if not is_editable(version):
        raise IllegalTransition("这一版已经送审或发布，不能再改它的替代关系")
    check_links(session, version.item, (PlannedLink(kind, older.id, effective_on),), actor)
    others = [link for link in version.planned_links if link["item_id"] != older.id]
    day = effective_on.isoformat() if effective_on else None
    version.planned_links = [
        *others,
        {"kind": kind.value, "item_id": older.id, "effective_on": day},
    ]
    version.updated_at = now
    return version


def begin_version(
    session: Session, item: KnowledgeItem, *, actor: Actor, now: datetime
) -> KnowledgeVersion:
    """新建一版: begin the next version with what the entry says now, original included.

    :raises IllegalTransition: the entry says nothing yet, or a version is on its way.
    """
    require_editing(actor, item)
    if item.current_version is None:
        raise IllegalTransition("这个条目还没有发布过，请直接修改它的草稿")
    current = item.current_version
    return create_version(
        session,
        item,
        content=content_of(current),
        actor=actor,
        now=now,
        file_id=current.file_id,
    )
