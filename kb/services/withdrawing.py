"""下架: out of every search at once, and back again."""

from datetime import datetime

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.clock import local_day
from kb.errors import IllegalTransition, InvalidInput, PermissionDenied
from kb.masking import mask_text
from kb.models import KnowledgeItem
from kb.services.audit import record
from kb.services.chains import end_by_links, end_older_again
from kb.services.conflict_jobs import request_check
from kb.services.entries import may_review_for_unit, note
from kb.services.gap_jobs import request_tries
from kb.services.notices import DUE_NOTICES, resolve_for_item
from kb.services.telling_apart import tell_all_apart
from kb.services.webhooks import announce
from kb.terms import ItemState, Role


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
    request_check(session, item.current_version, now)
    return item


def restore(
    session: Session, item: KnowledgeItem, *, actor: Actor, now: datetime, apart: str = ""
) -> KnowledgeItem:
    """重新上架: undo a withdrawal; what had been replaced or repealed is so again.

    :param apart: why it is another document than one in force with the same 文号.
    :raises IllegalTransition: the entry is not withdrawn.
    :raises InvalidInput: an entry in force has its 文号, and nothing says how that can be.
    """
    _require_owner_power(actor, item)
    if item.state != ItemState.WITHDRAWN or item.current_version is None:
        raise IllegalTransition("这个条目没有下架，不用重新上架")
    end_by_links(session, item)
    if item.state == ItemState.PUBLISHED:
        tell_all_apart(session, item.current_version, actor=actor, now=now, reason=apart)
    end_older_again(session, item, actor, now)
    item.checked_on = local_day(now)
    note(session, item.current_version, "restored", actor, now)
    announce(session, "entry.restored", item, now)
    request_check(session, item.current_version, now)
    request_tries(session, item.id, now)
    return item


def _require_owner_power(actor: Actor, item: KnowledgeItem) -> None:
    if not (actor.has(Role.EDITOR, Role.ADMIN) or may_review_for_unit(actor, item)):
        raise PermissionDenied("下架要由知识管理员或本单位审核人来做")
