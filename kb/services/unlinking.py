"""撤销关系: a wrong 替代, 废止 or 修改 is taken back after it was published."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import InvalidInput, NotFound
from kb.masking import mask_text
from kb.models import FoundLink, ItemLink, KnowledgeItem
from kb.services.audit import record
from kb.services.chains import begin_by_links, end_by_links
from kb.services.conflict_jobs import request_check
from kb.services.entries import note
from kb.services.gap_jobs import request_tries
from kb.services.webhooks import announce
from kb.terms import FoundState, ItemState, LinkKind, Role

UNLINKED = "unlinked"


def unlink(
    session: Session, item: KnowledgeItem, link_id: int, *, actor: Actor, now: datetime, reason: str
) -> ItemLink:
    """Take a link of an entry back; what it ended holds again unless another link ends it.

    The passage that the link was found in waits for a decision again.

    :param item: either end of the link.
    :raises PermissionDenied: the person is no editor.
    :raises NotFound: the entry has no such link.
    :raises InvalidInput: no reason is given.
    """
    actor.require(Role.EDITOR)
    link = session.get(ItemLink, link_id)
    if link is None or item.id not in (link.newer_id, link.older_id):
        raise NotFound("没有这条关系，可能已经撤销；请刷新页面看最新状态", link_id=link_id)
    if not reason.strip():
        raise InvalidInput("请写明撤销的原因", {"unlink": "请写明为什么撤销这条关系"})
    newer, older, kind = link.newer, link.older, LinkKind(link.kind)
    session.delete(link)
    session.execute(
        update(FoundLink)
        .where(
            FoundLink.item_id == older.id,
            FoundLink.state == FoundState.CONFIRMED.value,
            FoundLink.version_id.in_([version.id for version in newer.versions]),
        )
        .values(state=FoundState.OPEN.value, item_id=None)
    )
    session.flush()
    if newer.current_version is not None:
        begin_by_links(session, newer.current_version)
    _note(session, newer, older, kind, actor, now, reason.strip())
    if older.state in (ItemState.SUPERSEDED, ItemState.REPEALED):
        _hold_again(session, older, now)
    return link


def _hold_again(session: Session, older: KnowledgeItem, now: datetime) -> None:
    before = (older.state, older.ended_on)
    end_by_links(session, older)
    if (older.state, older.ended_on) != before:
        announce(session, "entry.restored", older, now)
        request_check(session, older.current_version, now)
        request_tries(session, older.id, now)


def _note(
    session: Session,
    newer: KnowledgeItem,
    older: KnowledgeItem,
    kind: LinkKind,
    actor: Actor,
    now: datetime,
    reason: str,
) -> None:
    titles = [one.current_version.title if one.current_version else "" for one in (newer, older)]
    told = f"《{titles[0][:200]}》{kind.label}《{titles[1][:200]}》：{reason}"
    for one in (newer, older):
        if one.current_version is not None:
            note(session, one.current_version, UNLINKED, actor, now, told)
    record(
        session,
        actor_id=actor.user_id or None,
        action="knowledge.unlink",
        object_type="knowledge_item",
        object_id=str(newer.id),
        detail={"kind": kind.value, "older": older.id, "reason": mask_text(reason)},
        now=now,
    )
