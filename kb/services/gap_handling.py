"""What editors and units do with a gap. One verb a function; callers commit."""

from datetime import datetime

from sqlalchemy.orm import Session

from kb.access import get_visible
from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, PermissionDenied
from kb.models import Gap, GapEntry, KnowledgeItem, KnowledgeVersion, Unit
from kb.services.gap_jobs import request_try
from kb.services.gap_steps import (
    MAX_COMMENT,
    audit,
    flush,
    forget_notices,
    give,
    require_seen,
    step,
    tell_editors,
    tell_unit,
)
from kb.terms import OPEN_GAPS, GapState, Role

MAX_TITLE, MAX_DAYS = 200, 60


def is_of_unit(actor: Actor, gap: Gap) -> bool:
    """Tell whether the gap waits for this person's unit."""
    return (
        gap.state == GapState.ASSIGNED
        and gap.unit_id in actor.unit_scope
        and actor.has(Role.UNIT_CLERK, Role.UNIT_REVIEWER)
    )


def may_answer(actor: Actor, gap: Gap) -> bool:
    """Tell whether the person may name or write the entry that answers the gap."""
    return gap.state in OPEN_GAPS and (actor.has(Role.EDITOR) or is_of_unit(actor, gap))


def assign(
    session: Session,
    gap: Gap,
    *,
    unit_id: int,
    days: int,
    comment: str,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> Gap:
    """分派: give a gap to the unit that must answer it, due in ``days`` working days from now.

    :raises InvalidInput: no such unit, or not a usable number of days.
    :raises IllegalTransition: the gap is closed, dismissed or merged.
    :raises CalendarUnknown: the due day falls into a year that has not been entered.
    :raises StaleVersion: somebody acted since the page was made.
    """
    _begin(gap, actor, seen_rev, OPEN_GAPS, "分派")
    unit = session.get(Unit, unit_id)
    if unit is None or not unit.is_active:
        raise InvalidInput("没有这个单位", {"unit": "请选择责任单位"})
    if not 1 <= days <= MAX_DAYS:
        sentence = f"期限请填 1 到 {MAX_DAYS} 个工作日"
        raise InvalidInput(sentence, {"days": sentence})
    comment = _words(comment)
    forget_notices(session, gap)
    give(session, gap, unit.id, days, now)
    step(session, gap, "assigned", now, comment, unit_id=unit.id, actor=actor)
    audit(session, gap, "assign", actor, now, unit_id=unit.id, days=days)
    tell_unit(session, gap, "given", f"请补充知识：{gap.title}，市民问过 {gap.asks} 次", now)
    flush(session, gap)
    return gap


def refuse(
    session: Session, gap: Gap, *, comment: str, seen_rev: int, actor: Actor, now: datetime
) -> Gap:
    """不属于本单位: the unit gives the gap back with its reason.

    :raises PermissionDenied: it does not wait for this person's unit.
    """
    require_seen(gap, seen_rev)
    if not is_of_unit(actor, gap):
        raise PermissionDenied("只有正在办理的单位可以退回")
    comment = _words(comment, is_needed="请写明为什么不属于本单位，最好写明应由谁答")
    forget_notices(session, gap)
    gap.state, gap.due_at, gap.due_steps = GapState.REFUSED.value, None, []
    step(session, gap, "refused", now, comment, unit_id=gap.unit_id, actor=actor)
    name = gap.unit.name if gap.unit else "单位"
    tell_editors(session, gap, "refused", f"{name}退回知识缺口：{gap.title}", now)
    flush(session, gap)
    return gap


def dismiss(
    session: Session, gap: Gap, *, comment: str, seen_rev: int, actor: Actor, now: datetime
) -> Gap:
    """不处理: the editor says why no entry is needed; :func:`take_up` undoes it."""
    _begin(gap, actor, seen_rev, OPEN_GAPS, "设为不处理")
    comment = _words(comment, is_needed="请写明为什么不处理")
    forget_notices(session, gap)
    gap.state, gap.due_at, gap.due_steps = GapState.DISMISSED.value, None, []
    step(session, gap, "dismissed", now, comment, actor=actor)
    audit(session, gap, "dismiss", actor, now)
    flush(session, gap)
    return gap


def take_up(session: Session, gap: Gap, *, seen_rev: int, actor: Actor, now: datetime) -> Gap:
    """重新处理: undo a dismissal; the gap is to be given to a unit anew."""
    _begin(gap, actor, seen_rev, (GapState.DISMISSED,), "重新处理")
    gap.state, gap.unit_id = GapState.OPEN.value, None
    step(session, gap, "taken_up", now, actor=actor)
    flush(session, gap)
    return gap


def rename(
    session: Session, gap: Gap, *, title: str, seen_rev: int, actor: Actor, now: datetime
) -> Gap:
    """Call a gap what its matter is called."""
    states = (*OPEN_GAPS, GapState.CLOSED, GapState.DISMISSED)
    _begin(gap, actor, seen_rev, states, "改名")
    title = " ".join(title.split())
    if not 2 <= len(title) <= MAX_TITLE:
        sentence = f"名称请写 2 到 {MAX_TITLE} 个字"
        raise InvalidInput(sentence, {"title": sentence})
    if title != gap.title:
        step(session, gap, "renamed", now, f"原名：{gap.title}", actor=actor)
        gap.title = title
    flush(session, gap)
    return gap


def name_entry(
    session: Session,
    gap: Gap,
    item_id: int,
    *,
    actor: Actor,
    now: datetime,
    version: KnowledgeVersion | None = None,
) -> GapEntry:
    """关联条目: this entry answers the gap; its questions are asked again at once.

    :param version: the draft that was begun for the gap, if it is one.
    :raises NotFound: no such entry for this person.
    :raises PermissionDenied: the gap is not theirs to answer.
    """
    if not may_answer(actor, gap):
        raise PermissionDenied("这条知识缺口不在您的单位办理，或者已经了结")
    item = get_visible(session, item_id, actor)
    known = put_entry(session, gap, item, actor=actor, now=now, version=version)
    request_try(session, gap.id, now)
    return known


def put_entry(
    session: Session,
    gap: Gap,
    item: KnowledgeItem,
    *,
    actor: Actor,
    now: datetime,
    version: KnowledgeVersion | None = None,
) -> GapEntry:
    """Note that an entry is to answer a gap, whoever says so, e.g. an order of its questions."""
    known = next((row for row in gap.entries if row.item_id == item.id), None)
    if known is None:
        known = GapEntry(
            gap_id=gap.id,
            item_id=item.id,
            version_id=version.id if version else None,
            at=now,
            actor_id=actor.user_id or None,
        )
        gap.entries.append(known)
        title = (version or item.current_version or item.versions[-1]).title
        step(session, gap, "named", now, f"《{title}》", unit_id=item.unit_id, actor=actor)
    elif version is not None:
        known.version_id = version.id
    session.flush()
    return known


def unname_entry(session: Session, gap: Gap, item_id: int, *, actor: Actor, now: datetime) -> None:
    """取消关联: the entry is not the answer after all."""
    if not may_answer(actor, gap):
        raise PermissionDenied("这条知识缺口不在您的单位办理，或者已经了结")
    for row in [row for row in gap.entries if row.item_id == item_id]:
        title = (row.item.current_version or row.item.versions[-1]).title
        gap.entries.remove(row)
        session.delete(row)
        step(session, gap, "unnamed", now, f"《{title}》", actor=actor)
    session.flush()


def _begin(gap: Gap, actor: Actor, seen_rev: int, states: tuple[GapState, ...], what: str) -> None:
    actor.require(Role.EDITOR)
    require_seen(gap, seen_rev)
    if gap.state not in states:
        raise IllegalTransition(f"这条知识缺口现在是“{GapState(gap.state).label}”，不能{what}")


def _words(comment: str, *, is_needed: str = "") -> str:
    comment = comment.strip()
    if is_needed and not comment:
        raise InvalidInput(is_needed, {"comment": is_needed})
    if len(comment) > MAX_COMMENT:
        sentence = f"最多 {MAX_COMMENT} 字，现有 {len(comment)} 字"
        raise InvalidInput(sentence, {"comment": sentence})
    return comment
