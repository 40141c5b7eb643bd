"""What units and editors say about a conflict, and what follows. Callers commit."""

from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from kb.access import is_own
from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, PermissionDenied, StaleVersion
from kb.models import Conflict, KnowledgeItem
from kb.services.audit import record
from kb.services.conflict_keeping import (
    ANSWER_WITHIN,
    CHANGE_WITHIN,
    due,
    forget_notices,
    step,
    tell_editor,
    tell_to_change,
    tell_units,
)
from kb.terms import OPEN_CONFLICTS, ConflictAnswer, ConflictState, Role

MAX_COMMENT = 500
SIDES = ("left", "right")
_NEEDS_REASON = (ConflictAnswer.MINE, ConflictAnswer.BOTH)
_YIELDS = (ConflictAnswer.THEIRS, ConflictAnswer.WILL_CHANGE)


def item_of(conflict: Conflict, side: str) -> KnowledgeItem:
    """The entry of a side.

    :raises InvalidInput: there is no such side.
    """
    if side not in SIDES:
        raise InvalidInput("请从页面上的答复表提交")
    return conflict.left_item if side == "left" else conflict.right_item


def may_answer(actor: Actor, conflict: Conflict, side: str) -> bool:
    """Tell whether the person speaks for the unit of this side."""
    return (
        conflict.state in OPEN_CONFLICTS
        and not conflict.ruling
        and actor.has(Role.UNIT_CLERK, Role.UNIT_REVIEWER)
        and is_own(actor, item_of(conflict, side))
    )


def answer(
    session: Session,
    conflict: Conflict,
    side: str,
    said: ConflictAnswer,
    *,
    comment: str,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> Conflict:
    """A unit's word on its own clause; it may be changed until the conflict is ruled or gone.

    :raises PermissionDenied: the person does not speak for that side.
    :raises IllegalTransition: the conflict is closed or ruled.
    :raises InvalidInput: a reason is missing or too long.
    :raises StaleVersion: the conflict changed since the page was made.
    """
    item = item_of(conflict, side)
    _require_seen(conflict, seen_rev)
    if conflict.state not in OPEN_CONFLICTS or conflict.ruling:
        raise IllegalTransition("这一处已经有结论，不用再答复；请刷新页面看最新状态")
    if not may_answer(actor, conflict, side):
        raise PermissionDenied("只有条目所属单位的人员可以代表本单位答复")
    comment = _reason(comment, is_needed=said in _NEEDS_REASON)
    setattr(conflict, f"{side}_answer", said.value)
    step(
        session,
        conflict,
        "answered",
        now,
        side=side,
        answer=said.value,
        comment=comment,
        unit_id=item.unit_id,
        actor_id=actor.user_id or None,
    )
    _move(session, conflict, _outcome(conflict), now)
    _flush(session, conflict)
    return conflict


def _outcome(conflict: Conflict) -> ConflictState:
    said = {conflict.left_answer, conflict.right_answer}
    if said & set(_YIELDS):
        return ConflictState.AGREED
    if said == {ConflictAnswer.BOTH}:
        return ConflictState.SETTLED
    if "" in said:
        return ConflictState.OPEN
    return ConflictState.DISPUTED


def rule(
    session: Session,
    conflict: Conflict,
    ruling: ConflictAnswer,
    *,
    comment: str,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> Conflict:
    """裁定: the editor's word ends the argument; ``ruling`` is said from the left side.

    :raises PermissionDenied, IllegalTransition, InvalidInput, StaleVersion: as :func:`answer`.
    """
    actor.require(Role.EDITOR)
    _require_seen(conflict, seen_rev)
    if conflict.state not in OPEN_CONFLICTS:
        raise IllegalTransition("这一处已经了结，不用裁定；请刷新页面看最新状态")
    comment = _reason(comment, is_needed=True)
    conflict.ruling = ruling.value
    step(
        session,
        conflict,
        "ruled",
        now,
        answer=ruling.value,
        comment=comment,
        actor_id=actor.user_id or None,
    )
    record(
        session,
        actor_id=actor.user_id or None,
        action="conflict.rule",
        object_type="conflict",
        object_id=str(conflict.id),
        detail={"ruling": ruling.value, "attribute": conflict.attribute},
        now=now,
    )
    is_both = ruling == ConflictAnswer.BOTH
    _move(session, conflict, ConflictState.SETTLED if is_both else ConflictState.AGREED, now)
    _flush(session, conflict)
    return conflict


def reopen(
    session: Session,
    conflict: Conflict,
    *,
    comment: str,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> Conflict:
    """重新确认: the editor takes a conclusion back; both units are asked anew.

    :raises IllegalTransition: it was closed because the texts no longer contradict each other.
    """
    actor.require(Role.EDITOR)
    _require_seen(conflict, seen_rev)
    if conflict.state not in (ConflictState.SETTLED, ConflictState.AGREED):
        raise IllegalTransition("只有已有结论的可以重新确认")
    comment = _reason(comment, is_needed=True)
    forget_notices(session, conflict)
    conflict.left_answer = conflict.right_answer = conflict.ruling = ""
    conflict.state, conflict.closed_at, conflict.found_at = ConflictState.OPEN.value, None, now
    conflict.due_at = due(session, ANSWER_WITHIN, now)
    step(session, conflict, "reopened", now, comment=comment, actor_id=actor.user_id or None)
    tell_units(session, conflict, now)
    _flush(session, conflict)
    return conflict


def must_change(conflict: Conflict) -> tuple[str, ...]:
    """The sides whose entry is to be changed by what was agreed or ruled."""
    if conflict.state != ConflictState.AGREED:
        return ()
    if conflict.ruling:
        sides = {
            ConflictAnswer.MINE.value: ("right",),
            ConflictAnswer.THEIRS.value: ("left",),
            ConflictAnswer.WILL_CHANGE.value: SIDES,
        }
        return sides.get(conflict.ruling, ())
    return tuple(side for side in SIDES if getattr(conflict, f"{side}_answer") in _YIELDS)


def _move(session: Session, conflict: Conflict, state: ConflictState, now: datetime) -> None:
    before = conflict.state
    conflict.state = state.value
    conflict.closed_at = now if state == ConflictState.SETTLED else None
    if state == ConflictState.SETTLED:
        forget_notices(session, conflict)
    elif state == ConflictState.AGREED:
        forget_notices(session, conflict)
        if before != ConflictState.AGREED:
            conflict.due_at = due(session, CHANGE_WITHIN, now)
        for side in must_change(conflict):
            tell_to_change(session, conflict, side, now)
    elif state == ConflictState.DISPUTED:
        tell_editor(session, conflict, now)


def _reason(comment: str, *, is_needed: bool) -> str:
    comment = comment.strip()
    if is_needed and not comment:
        raise InvalidInput(
            "请写明依据", {"comment": "请写明依据，如文号和条款，对方和坐席都会看到"}
        )
    if len(comment) > MAX_COMMENT:
        raise InvalidInput(
            "依据太长", {"comment": f"最多 {MAX_COMMENT} 字，现有 {len(comment)} 字"}
        )
    return comment


def _require_seen(conflict: Conflict, seen_rev: int) -> None:
    if conflict.rev != seen_rev:
        raise StaleVersion(
            "这一处在您打开页面之后有了变化，请看过最新内容再处理",
            conflict_id=conflict.id,
            current_rev=conflict.rev,
        )


def _flush(session: Session, conflict: Conflict) -> None:
    conflict_id = conflict.id
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(
            "这一处刚刚在别处处理过，请看过最新内容再处理", conflict_id=conflict_id
        ) from error
