"""Who may give which command: the centre by role, a unit only on its own part of an order."""

from kb.actor import Actor
from kb.errors import PermissionDenied
from kb.terms import Role
from kb.work_orders.events import EventKind
from kb.work_orders.state import State

_DISPATCHER = (Role.DISPATCHER,)
_RULERS = (Role.DISPATCHER, Role.SUPERVISOR)
_CALLERS = (Role.FOLLOW_UP_AGENT,)
_MERGERS = (Role.DISPATCHER, Role.AGENT)

# Commands of the centre.
CENTRE: dict[EventKind, tuple[Role, ...]] = {
    EventKind.DISPATCHED: _DISPATCHER,
    EventKind.CANCELLED: (Role.DISPATCHER, Role.AGENT),
    EventKind.REASSIGNED: _DISPATCHER,
    EventKind.RETURN_GRANTED: _DISPATCHER,
    EventKind.RETURN_REFUSED: _DISPATCHER,
    EventKind.EXTENSION_GRANTED: _RULERS,
    EventKind.EXTENSION_REFUSED: _RULERS,
    EventKind.PAUSE_GRANTED: _RULERS,
    EventKind.PAUSE_REFUSED: _RULERS,
    EventKind.DECLINE_GRANTED: _RULERS,
    EventKind.DECLINE_REFUSED: _RULERS,
    EventKind.RULING_OPENED: _DISPATCHER,
    EventKind.RULED: _DISPATCHER,
    EventKind.URGENCY_CHANGED: _RULERS,
    EventKind.SENT_BACK: _DISPATCHER,
    EventKind.RESOLVED: _DISPATCHER,
    EventKind.REMINDED: (Role.SUPERVISOR, Role.DISPATCHER),
    EventKind.SUPERVISED: (Role.SUPERVISOR,),
    EventKind.SUPERVISION_CLOSED: (Role.SUPERVISOR,),
    EventKind.RECOMPUTED: (Role.SUPERVISOR,),
    EventKind.CALL_ATTEMPTED: _CALLERS,
    EventKind.FOLLOWED_UP: _CALLERS,
    EventKind.OBJECTED: _CALLERS,
    EventKind.REOPENED: (Role.FOLLOW_UP_AGENT, Role.SUPERVISOR, Role.DISPATCHER),
    EventKind.ARCHIVED: (Role.FOLLOW_UP_AGENT, Role.DISPATCHER, Role.EDITOR),
    EventKind.MERGED: _MERGERS,
    EventKind.MERGE_TAKEN: _MERGERS,
    EventKind.UNMERGED: _DISPATCHER,
    EventKind.MERGE_RELEASED: _DISPATCHER,
}
_CLERKS = (Role.UNIT_CLERK, Role.UNIT_REVIEWER)
_REVIEWERS = (Role.UNIT_REVIEWER,)
# Commands of the lead unit.
LEAD: dict[EventKind, tuple[Role, ...]] = {
    EventKind.ACKNOWLEDGED: _CLERKS,
    EventKind.ASSIGNED: _CLERKS,
    EventKind.RETURNED: _CLERKS,
    EventKind.REPLIED: _CLERKS,
    EventKind.UNIT_PASSED: _REVIEWERS,
    EventKind.UNIT_SENT_BACK: _REVIEWERS,
    EventKind.EXTENSION_ASKED: _CLERKS,
    EventKind.PAUSE_ASKED: _CLERKS,
    EventKind.DECLINE_ASKED: _CLERKS,
    EventKind.DECLINE_SIGNED: _REVIEWERS,
    EventKind.DECLINE_RETURNED: _REVIEWERS,
    EventKind.ASK_WITHDRAWN: _CLERKS,
}
# What somebody of a unit below may do for the lead unit when it assigned the order to them: all but
# its reviews, and handing it on.
_ASSIGNED = frozenset(LEAD) - {
    EventKind.UNIT_PASSED,
    EventKind.UNIT_SENT_BACK,
    EventKind.DECLINE_SIGNED,
    EventKind.DECLINE_RETURNED,
    EventKind.ASSIGNED,
}
NOT_YOURS = "这张工单不在您的单位办理"


def require(kind: EventKind, state: State, actor: Actor) -> None:
    """Refuse a command that is not this person's to give on this order.

    :raises PermissionDenied: with the reason.
    """
    if kind in CENTRE:
        actor.require(*CENTRE[kind])
        if kind == EventKind.CANCELLED:
            _require_raised(state, actor)
    elif kind in LEAD:
        actor.require(*LEAD[kind])
        is_leading = state.unit_id is None or state.unit_id in actor.unit_scope
        if not (is_leading or (kind in _ASSIGNED and is_assigned(state, actor))):
            raise PermissionDenied(NOT_YOURS)
    elif kind == EventKind.PROGRESSED:
        actor.require(*_CLERKS)
        if acting_unit(state, actor) is None:
            raise PermissionDenied(NOT_YOURS)
    elif kind == EventKind.OPINION_GIVEN:
        actor.require(*_CLERKS)
        if asked_unit(state, actor) is None:
            raise PermissionDenied("这次核定没有请您的单位出具意见")
    elif kind in (EventKind.RESUMED, EventKind.SUPERVISION_ANSWERED):
        _require_lead_or_desk(kind, state, actor)
    elif not (actor.is_centre or acting_unit(state, actor) is not None):
        # A unit that only once held the order may look back at it, but not write in it.
        raise PermissionDenied(NOT_YOURS)


def _require_raised(state: State, actor: Actor) -> None:
    """An agent takes back what they raised themselves; the dispatch desk whatever waits there."""
    if not actor.has(Role.DISPATCHER) and state.raised_by_id != actor.user_id:
        raise PermissionDenied("只能撤回自己登记的工单；别的请联系派单员撤单")


def _require_lead_or_desk(kind: EventKind, state: State, actor: Actor) -> None:
    if actor.has(Role.DISPATCHER) and (kind == EventKind.RESUMED or state.unit_id is None):
        return
    actor.require(*_CLERKS)
    # Whoever works on the order may ask for a pause, and so may end it.
    is_theirs = kind == EventKind.RESUMED and is_assigned(state, actor)
    if state.unit_id not in actor.unit_scope and not is_theirs:
        raise PermissionDenied(NOT_YOURS)


def may(kind: EventKind, state: State, actor: Actor) -> bool:
    """Tell whether :func:`require` would let the command pass."""
    try:
        require(kind, state, actor)
    except PermissionDenied:
        return False
    return True


def is_assigned(state: State, actor: Actor) -> bool:
    """Tell whether the lead unit assigned the order to this person (分派)."""
    return actor.was_given(state.assignee_id, state.unit_id)


def acting_unit(state: State, actor: Actor) -> int | None:
    """The unit this person speaks for on this order: their own first, then one below it, then the
    lead unit that assigned it to them."""
    parts = [part.unit_id for part in state.current_parts if part.unit_id in actor.unit_scope]
    if actor.unit_id in parts:
        return actor.unit_id
    if not parts and is_assigned(state, actor):
        return state.unit_id
    return parts[0] if parts else None


def asked_unit(state: State, actor: Actor) -> int | None:
    """The unit of this person that a running ruling asks for its opinion: one that has not said it
    yet before one that has, their own before one below it."""
    ruling = state.ruling
    if ruling is None or not ruling.is_open:
        return None
    said = {opinion.unit_id for opinion in ruling.opinions}
    asked = [key for key, _ in ruling.asked if key in actor.unit_scope]
    return min(asked, key=lambda key: (key in said, key != actor.unit_id), default=None)
