"""核验: what an owner says of an entry whose day has come. One verb each; callers commit."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from kb.access import require_editing
from kb.actor import Actor
from kb.clock import local_day
from kb.errors import IllegalTransition, InvalidInput, StaleVersion
from kb.models import EntryCheck, KnowledgeItem, KnowledgeVersion
from kb.services.audit import record
from kb.services.entries import create_version, note
from kb.services.notices import DUE_NOTICES, REVIEW_NOTICES, resolve_for_item
from kb.services.publishing import content_of
from kb.terms import ItemState

CHECKED, LET_END = "checked", "let_end"
HOLDS, ENDS = "holds", "ends"
MAX_YEARS = 5


def confirm(
    session: Session,
    item: KnowledgeItem,
    *,
    next_review_on: date | None,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> None:
    """仍有效: the owner looked and it holds; it is looked at again on ``next_review_on``.

    :raises InvalidInput: no next day is given, or one that is not ahead.
    :raises StaleVersion: the entry changed after the person's page was made.
    :raises IllegalTransition: it is not published, or its own last day is past.
    """
    version, today = _published(item, actor, seen_rev), local_day(now)
    if version.valid_until is not None and version.valid_until < today:
        raise IllegalTransition("这个条目已过有效期，不能确认仍有效；请延长有效期或修订")
    day = _ahead(next_review_on, today, "next_review_on", "下次核验日期")
    _note_check(session, version, HOLDS, version.review_on, day, actor, now)
    note(session, version, CHECKED, actor, now, f"仍有效，下次核验 {day}")
    version.review_on, item.checked_on = day, today
    resolve_for_item(session, item.id, REVIEW_NOTICES)


def let_end(
    session: Session, item: KnowledgeItem, *, seen_rev: int, actor: Actor, now: datetime
) -> None:
    """到期不再延续: nobody is asked again; what held before stays to be looked up by date.

    :raises StaleVersion, IllegalTransition: as above, or it has no last day.
    """
    version = _published(item, actor, seen_rev)
    if version.valid_until is None:
        raise IllegalTransition("这个条目未写明有效期；不再有效的请下架，或由新件替代")
    _note_check(session, version, ENDS, version.valid_until, None, actor, now)
    note(session, version, LET_END, actor, now, f"有效期到 {version.valid_until} 为止")
    item.checked_on = local_day(now)
    resolve_for_item(session, item.id, DUE_NOTICES)


def extend(
    session: Session,
    item: KnowledgeItem,
    *,
    valid_until: date | None,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> KnowledgeVersion:
    """延长有效期: begin the next version, the same but for its last day.

    :raises InvalidInput: no day is given, or none after the present last day.
    :raises StaleVersion, IllegalTransition: as above, or a version is on its way.
    """
    current, today = _published(item, actor, seen_rev), local_day(now)
    day = _ahead(valid_until, today, "valid_until", "新的有效期")
    if current.valid_until is not None and day <= current.valid_until:
        sentence = f"新的有效期要晚于现在的 {current.valid_until}"
        raise InvalidInput(sentence, {"valid_until": sentence})
    review = current.review_on
    content = replace(
        content_of(current),
        valid_until=day,
        review_on=None if review is not None and review <= today else review,
    )
    return create_version(
        session, item, content=content, actor=actor, now=now, file_id=current.file_id
    )


def _published(item: KnowledgeItem, actor: Actor, seen_rev: int) -> KnowledgeVersion:
    require_editing(actor, item)
    if item.rev != seen_rev:
        raise StaleVersion(
            "这个条目在您打开页面之后有了变化，请看过最新内容再处理", item_id=item.id
        )
    if item.state != ItemState.PUBLISHED or item.current_version is None:
        raise IllegalTransition("这个条目不在发布中，不用核验")
    return item.current_version


def _ahead(day: date | None, today: date, field: str, label: str) -> date:
    problem = ""
    if day is None:
        problem = f"请选择{label}"
    elif day <= today:
        problem = f"{label}要在今天之后"
    elif day > today + timedelta(days=366 * MAX_YEARS):
        problem = f"{label}最远 {MAX_YEARS} 年"
    if day is None or problem:
        raise InvalidInput(problem, {field: problem})
    return day


def _note_check(
    session: Session,
    version: KnowledgeVersion,
    outcome: str,
    due_on: date | None,
    next_review_on: date | None,
    actor: Actor,
    now: datetime,
) -> None:
    session.add(
        EntryCheck(
            item_id=version.item_id,
            version_id=version.id,
            outcome=outcome,
            at=now,
            actor_id=actor.user_id or None,
            due_on=due_on,
            next_review_on=next_review_on,
        )
    )
    record(
        session,
        actor_id=actor.user_id or None,
        action=f"knowledge.check_{outcome}",
        object_type="knowledge_item",
        object_id=str(version.item_id),
        detail={"version": version.number, "due_on": due_on.isoformat() if due_on else None},
        now=now,
    )
