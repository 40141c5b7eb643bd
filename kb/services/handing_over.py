"""移交: whose document is it, when another office issued it than pushed it. A person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.access import require_editing
from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput
from kb.models import BatchEntry, FoundLink, ItemEvent, KnowledgeVersion, Unit
from kb.services.audit import record
from kb.services.authority_check import is_foreign, issuers
from kb.services.conflict_jobs import request_check
from kb.services.drafting import is_editable
from kb.services.entries import note
from kb.services.notices import HANDED_OVER_KIND, RETURNED_KIND, notify, resolve_for_item
from kb.services.stored_files import attachments_of
from kb.terms import FoundState, ItemState, VersionState

KEPT, HANDED_OVER = "kept_here", "handed_over"


@dataclass(frozen=True)
class Ownership:
    """Another office's document: the units that issued it, and whether it may go to them.

    :ivar issuers: none where no unit of the city has the printed name.
    """

    authority: str
    issuers: tuple[Unit, ...]
    may_move: bool


def ownership(session: Session, version: KnowledgeVersion) -> Ownership | None:
    """What to ask about a version that another office issued, until the unit says it is its own."""
    unit = version.item.unit
    if not is_foreign(version.issuing_authority, unit) or _is_kept(session, version):
        return None
    found = tuple(issuers(session, version.issuing_authority, unit))
    return Ownership(version.issuing_authority, found, _may_move(session, version))


def _is_kept(session: Session, version: KnowledgeVersion) -> bool:
    query = select(ItemEvent.id).where(
        ItemEvent.item_id == version.item_id,
        ItemEvent.kind == KEPT,
        ItemEvent.comment == _kept_comment(version),
    )
    return session.scalar(query.limit(1)) is not None


def _kept_comment(version: KnowledgeVersion) -> str:
    return f"发文机关是{version.issuing_authority}，由{version.item.unit.name}维护"


def _may_move(session: Session, version: KnowledgeVersion) -> bool:
    """Only a draft that was never published, with its original, of which nothing else was made."""
    if version.item.state != ItemState.DRAFT or not is_editable(version):
        return False
    if version.file_id is None or version.row is not None:
        return False
    others = select(KnowledgeVersion.id).where(
        KnowledgeVersion.file_id == version.file_id, KnowledgeVersion.item_id != version.item_id
    )
    return session.scalar(others.limit(1)) is None


def keep(session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime) -> None:
    """由本单位维护: the unit answers for it, though another office issued it."""
    require_editing(actor, version.item)
    if not _is_kept(session, version):
        note(session, version, KEPT, actor, now, _kept_comment(version))


def hand_over(
    session: Session, version: KnowledgeVersion, unit_id: int, *, actor: Actor, now: datetime
) -> Unit:
    """移交: the draft and its original become the issuing unit's, which is told.

    What was decided about older documents is asked anew: it was another unit's word. What came
    attached (a mail's 附件) goes along, with its draft, unless that has been published.

    :raises InvalidInput: the unit is not among those that issued it.
    :raises IllegalTransition: it is no draft any more, or its original is not this draft's alone.
    """
    item = version.item
    require_editing(actor, item)
    old = item.unit
    new = next(
        (each for each in issuers(session, version.issuing_authority, old) if each.id == unit_id),
        None,
    )
    if new is None:
        raise InvalidInput("只能移交给发文机关；请先核对发文机关", {"issuing_authority": "请核对"})
    if not _may_move(session, version):
        raise IllegalTransition(
            "只有没有发布过、原件只收成这一条的草稿可以移交；其余的请联系知识管理员"
        )
    comment = f"{old.name}移交{new.name}"
    _move(session, version, new, actor, now, comment)
    for attached in attachments_of(session, version.file_id) if version.file_id is not None else ():
        drafts = _made_of(session, attached.id)
        if all(draft.item.unit_id == old.id and _may_move(session, draft) for draft in drafts):
            attached.unit_id = new.id
            for draft in drafts:
                _move(session, draft, new, actor, now, comment)
    notify(
        session,
        kind=HANDED_OVER_KIND,
        title=f"{old.name}移交的《{version.title[:80]}》，请核对后送审",
        path=f"/units/versions/{version.id}",
        now=now,
        unit_id=new.id,
        item_id=item.id,
        key=f"version:{version.id}:handed_over:{now:%Y%m%d%H%M%S%f}",
    )
    record(
        session,
        actor_id=actor.user_id or None,
        action="knowledge.hand_over",
        object_type="knowledge_item",
        object_id=str(item.id),
        detail={"from": old.id, "to": new.id},
        now=now,
    )
    session.flush()
    return new


def _made_of(session: Session, file_id: int) -> Sequence[KnowledgeVersion]:
    query = select(KnowledgeVersion).where(KnowledgeVersion.file_id == file_id)
    return session.scalars(query).all()


def _move(
    session: Session,
    version: KnowledgeVersion,
    new: Unit,
    actor: Actor,
    now: datetime,
    comment: str,
) -> None:
    version.item.unit_id = new.id
    if version.file is not None:
        version.file.unit_id = new.id
    version.state, version.updated_at = VersionState.DRAFT.value, now
    _ask_anew(session, version)
    session.execute(
        update(BatchEntry).where(BatchEntry.version_id == version.id).values(unit_id=new.id)
    )
    note(session, version, HANDED_OVER, actor, now, comment)
    resolve_for_item(session, version.item_id, (RETURNED_KIND,))
    session.flush()
    session.expire(version.item, ["unit"])
    request_check(session, version, now)


def _ask_anew(session: Session, version: KnowledgeVersion) -> None:
    version.planned_links = []
    session.execute(
        update(FoundLink)
        .where(FoundLink.version_id == version.id)
        .values(state=FoundState.OPEN.value, item_id=None, decided_by_id=None, decided_at=None)
    )
