"""确认 of what a document says it ends or changes: a person decides, publishing does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.access import get_version, get_visible, is_own, require_editing
from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, NotFound
from kb.models import FoundLink, KnowledgeItem, KnowledgeVersion
from kb.services.audit import record
from kb.services.chains import apply_links
from kb.services.drafting import check_links, is_editable
from kb.services.entries import PlannedLink, note
from kb.services.found_matches import Match, matches
from kb.services.notices import notify, resolve
from kb.terms import FoundState, LinkKind, Role, VersionState

CONFIRMED, REJECTED = "link_confirmed", "link_rejected"
_OVER = (VersionState.REPLACED, VersionState.DISCARDED)


@dataclass(frozen=True)
class Row:
    """One named document as the page shows it: what was decided, or which entry it may be."""

    link: FoundLink
    state: FoundState
    match: Match | None
    others: tuple[Match, ...] = ()
    decided: KnowledgeItem | None = None

    @property
    def is_unsettled(self) -> bool:
        """Whether a person should look before the draft is handed in."""
        return self.state == FoundState.OPEN and self.match is not None


def rows(session: Session, version: KnowledgeVersion, actor: Actor) -> list[Row]:
    """The named documents of a version in the order of the text."""
    query = (
        select(FoundLink)
        .where(FoundLink.version_id == version.id)
        .options(selectinload(FoundLink.decided_by), selectinload(FoundLink.item))
        .order_by(FoundLink.ordinal)
    )
    return [_row(session, link, actor) for link in session.scalars(query)]


def _row(session: Session, link: FoundLink, actor: Actor) -> Row:
    state = _state(link)
    if state == FoundState.OPEN:
        found = matches(session, link, actor)
        return Row(link, state, found[0] if found else None, tuple(found[1:6]))
    return Row(link, state, None, (), link.item)


def _state(link: FoundLink) -> FoundState:
    """A confirmed link that was taken out of the draft's list again is open."""
    state = FoundState(link.state)
    if state == FoundState.CONFIRMED and is_editable(link.version):
        planned = {row["item_id"] for row in link.version.planned_links}
        return state if link.item_id in planned else FoundState.OPEN
    return state


def unsettled(session: Session, version: KnowledgeVersion, actor: Actor) -> list[Row]:
    """The named documents that are in the knowledge base and that nobody has decided about."""
    return [row for row in rows(session, version, actor) if row.is_unsettled]


def get_link(session: Session, version_id: int, link_id: int, actor: Actor) -> FoundLink:
    """A named document of a version this person may see.

    :raises NotFound: otherwise.
    """
    version = get_version(session, version_id, actor)
    link = session.get(FoundLink, link_id)
    if link is None or link.version_id != version.id:
        raise NotFound("没有这条关系，或者它不在您可查看的范围内", link_id=link_id)
    return link


def confirm(
    session: Session, link: FoundLink, item_id: int, *, actor: Actor, now: datetime
) -> FoundState:
    """确认: the named document is this entry; plan what publishing will do to it.

    Another unit's entry is only an editor's to end: it becomes the editors' task. On a version
    that is published already the link is made at once.

    :raises NotFound: there is no such entry for this person.
    :raises InvalidInput: the entry cannot be linked, see :func:`kb.services.drafting.check_links`.
    :raises IllegalTransition: the version is over.
    """
    version = link.version
    _require_open(version, actor)
    older = get_visible(session, item_id, actor)
    kind = LinkKind(link.kind)
    if kind != LinkKind.AMENDS and not (actor.has(Role.EDITOR) or is_own(actor, older)):
        if older.id == version.item_id:
            raise InvalidInput("一个条目不能替代它自己", {"links": "请选择另一个条目"})
        _decide(link, FoundState.REFERRED, older.id, actor, now)
        _ask_editors(session, link, older, now)
        return FoundState.REFERRED
    check_links(session, version.item, (PlannedLink(kind, older.id, link.effective_on),), actor)
    _decide(link, FoundState.CONFIRMED, older.id, actor, now)
    _plan(version, link)
    note(session, version, CONFIRMED, actor, now, _told(link))
    _audit(session, link, actor, now)
    if version.state == VersionState.PUBLISHED:
        apply_links(session, version, actor, now)
    resolve(session, _task(link))
    return FoundState.CONFIRMED


def reject(session: Session, link: FoundLink, *, actor: Actor, now: datetime) -> None:
    """不是: the text names nothing that publishing should end or change."""
    _require_open(link.version, actor)
    _unplan(link.version, link)
    _decide(link, FoundState.REJECTED, None, actor, now)
    note(session, link.version, REJECTED, actor, now, _told(link))
    resolve(session, _task(link))


def reopen(session: Session, link: FoundLink, *, actor: Actor, now: datetime) -> None:
    """撤回: decide anew; what was planned is taken back.

    :raises IllegalTransition: the version is no longer a draft.
    """
    require_editing(actor, link.version.item)
    if not is_editable(link.version):
        raise IllegalTransition("这一版已经送审或发布，不能再改它的替代关系")
    _unplan(link.version, link)
    _decide(link, FoundState.OPEN, None, actor, now)
    resolve(session, _task(link))


def _require_open(version: KnowledgeVersion, actor: Actor) -> None:
    """A draft's people decide; from the review on, and after publication, an editor does."""
    require_editing(actor, version.item)
    if version.state in _OVER:
        raise IllegalTransition("这一版已经不在使用，不用再核对它的替代关系")
    if not is_editable(version) and not actor.has(Role.EDITOR):
        raise IllegalTransition("这一版已经送审或发布，它的替代关系请联系知识管理员核对")


def _decide(
    link: FoundLink, state: FoundState, item_id: int | None, actor: Actor, now: datetime
) -> None:
    link.state, link.item_id = state.value, item_id
    link.decided_by_id, link.decided_at = actor.user_id or None, now


def _plan(version: KnowledgeVersion, link: FoundLink) -> None:
    others = [row for row in version.planned_links if row["item_id"] != link.item_id]
    day = link.effective_on.isoformat() if link.effective_on else None
    planned = {"kind": link.kind, "item_id": link.item_id, "effective_on": day}
    version.planned_links = [*others, planned]


def _unplan(version: KnowledgeVersion, link: FoundLink) -> None:
    if link.item_id is not None and link.state == FoundState.CONFIRMED:
        kept = [row for row in version.planned_links if row["item_id"] != link.item_id]
        version.planned_links = kept


def _told(link: FoundLink) -> str:
    named = f"《{link.title}》" if link.title else link.document_number
    return f"{LinkKind(link.kind).label}{named}，{link.place}"


def _task(link: FoundLink) -> str:
    return f"found_link:{link.id}:refer"


def _ask_editors(session: Session, link: FoundLink, older: KnowledgeItem, now: datetime) -> None:
    title = older.current_version.title if older.current_version else f"#{older.id}"
    notify(
        session,
        kind="found_link",
        title=f"《{link.version.title}》要{LinkKind(link.kind).label}{older.unit.name}的《{title}》，请确认",
        path=f"/units/versions/{link.version_id}",
        now=now,
        role=Role.EDITOR,
        item_id=link.version.item_id,
        key=_task(link),
    )


def _audit(session: Session, link: FoundLink, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor_id=actor.user_id or None,
        action="knowledge.confirm_link",
        object_type="knowledge_item",
        object_id=str(link.version.item_id),
        detail={"kind": link.kind, "older": link.item_id or 0, "place": link.place},
        now=now,
    )


def referred(session: Session) -> Sequence[FoundLink]:
    """What waits for an editor: links to entries of other units, oldest first."""
    query = (
        select(FoundLink)
        .join(KnowledgeVersion, KnowledgeVersion.id == FoundLink.version_id)
        .where(
            FoundLink.state == FoundState.REFERRED.value,
            KnowledgeVersion.state.not_in([state.value for state in _OVER]),
        )
        .order_by(FoundLink.decided_at, FoundLink.id)
    )
    return session.scalars(query).all()
