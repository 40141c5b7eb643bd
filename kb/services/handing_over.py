"""移交: whose document is it, when another office issued it than pushed it. A person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from kb.access import require_editing
from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput
from kb.models import BatchEntry, FoundLink, KnowledgeVersion, Unit
from kb.services.audit import record
from kb.services.authority_check import is_foreign, issuers
from kb.services.conflict_jobs import request_check
from kb.services.entries import note
from kb.services.handing_attached import attached_to
from kb.services.notices import HANDED_OVER_KIND, RETURNED_KIND, notify, resolve_for_item
from kb.services.whose_draft import KEPT, is_kept, kept_comment, may_move
from kb.terms import FoundState, VersionState

HANDED_OVER = "handed_over"


@dataclass(frozen=True)
class Ownership:
    """Another office's document: the units that issued it, and whether it may go to them.

    :ivar issuers: none where no unit of the city has the printed name.
    """

    authority: str
    issuers: tuple[Unit, ...]
    may_move: bool


@dataclass(frozen=True)
class HandedOver:
    """What a hand-over moved.

    :ivar along: names of the files inside that went along.
    :ivar stayed: of those that stayed, with the reason.
    """

    unit: Unit
    along: tuple[str, ...]
    stayed: tuple[tuple[str, str], ...]


def ownership(session: Session, version: KnowledgeVersion) -> Ownership | None:
    """What to ask about a version that another office issued, until the unit says it is its own."""
    unit = version.item.unit
    if not is_foreign(version.issuing_authority, unit) or is_kept(session, version):
        return None
    found = tuple(issuers(session, version.issuing_authority, unit))
    return Ownership(version.issuing_authority, found, may_move(session, version))


def keep(session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime) -> None:
    """由本单位维护: the unit answers for it, though another office issued it."""
    require_editing(actor, version.item)
    if not is_kept(session, version):
        note(session, version, KEPT, actor, now, kept_comment(version))


def hand_over(
    session: Session, version: KnowledgeVersion, unit_id: int, *, actor: Actor, now: datetime
) -> HandedOver:
    """移交: the draft and its original become the issuing unit's, which is told.

    What was decided about older documents is asked anew: it was another unit's word. What came
    inside (a mail's 附件) goes along with its draft, except what :class:`Attached` says stays.

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
    if not may_move(session, version):
        raise IllegalTransition(
            "只有没有发布过、原件只收成这一条的草稿可以移交；其余的请联系知识管理员"
        )
    comment = f"{old.name}移交{new.name}"
    _move(session, version, new, actor, now, comment)
    inside = list(attached_to(session, version.file_id, old, new))
    for attached in inside:
        if not attached.stays:
            attached.file.unit_id = new.id
            for draft in attached.drafts:
                _move(session, draft, new, actor, now, comment)
    done = HandedOver(
        new,
        tuple(each.file.name for each in inside if not each.stays),
        tuple((each.file.name, each.stays) for each in inside if each.stays),
    )
    notify(
        session,
        kind=HANDED_OVER_KIND,
        title=f"{old.name}移交的《{version.title[:80]}》{_named(done.along)}，请核对后送审",
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
        detail={"from": old.id, "to": new.id, "attached": len(done.along)},
        now=now,
    )
    session.flush()
    return done


def _named(attached: Sequence[str]) -> str:
    if not attached:
        return ""
    count = f"等 {len(attached)} 件" if len(attached) > 1 else ""
    return f"及附件《{attached[0][:60]}》{count}"


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
