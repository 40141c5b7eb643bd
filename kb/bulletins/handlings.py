"""Orders as figures see them: in whose hands they were at the moment, and what held of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, literal_column, or_, select, true

from kb.bulletins.basis import ASSISTING, LEAD
from kb.bulletins.subjects import Condition, Subject, left_out, requests
from kb.bulletins.window import Column, Window
from kb.models import CitizenRequest, WorkOrder, WorkOrderEvent, WorkOrderPast, WorkOrderUnit
from kb.terms import Outcome, Satisfaction
from kb.work_orders.events import EventKind
from kb.work_orders.facts import PartRole

ROLE_CODES = {LEAD: PartRole.LEAD.value, ASSISTING: PartRole.ASSISTING.value}
_SAID = {member.label: member.value for member in Satisfaction}
_RATED = [member.value for member in Satisfaction if member is not Satisfaction.UNRATED]
Held = type[WorkOrder] | type[WorkOrderPast]


@dataclass(frozen=True)
class Handling:
    """Orders in the hands of a unit: the lead, or a unit that assists with a clock of its own.

    :ivar held: where it stands what orders were at the moment: an order that was returned, reopened
        or merged since is counted as it was before.
    :ivar source: joins all that the traits speak of, and the requests where they were asked for;
        to be given columns and conditions.
    """

    subject: Subject
    held: Held
    role: Column
    unit_id: Column
    source: Select[*tuple[Any, ...]]

    @property
    def is_own(self) -> bool:
        """True for orders themselves, False for the parts of assisting units."""
        return self.role is WorkOrder.role


def handlings(
    window: Window,
    roles: Sequence[str],
    *,
    with_requests: bool = False,
    is_rewritten: bool = True,
) -> list[Handling]:
    """Who had orders in these roles (labels). An order of an old system may be assisting itself.

    :param with_requests: more is asked of their requests than an order repeats.
    :param is_rewritten: False where nothing was rewritten since the moment (:func:`rewritten`).
    """
    source = select().select_from(WorkOrder)
    if with_requests or window.basis.subject is not None or _is_about_answers(window):
        source = source.join(CitizenRequest, _request_of_order(window))
    redone = _is_redone(window)
    still = _still(window, roles, source, redone)
    return [*still, *_before(window, roles, source, redone)] if is_rewritten else still


def rewritten(windows: Sequence[Window]) -> Condition:
    """The condition that something of any order was rewritten after one of the moments."""
    moments = [window.as_of for window in windows]
    past = WorkOrderPast
    return select(past.id).where(past.until > min(moments), past.since <= max(moments)).exists()


def _still(
    window: Window, roles: Sequence[str], source: Select[Any], redone: Condition
) -> list[Handling]:
    """Orders that stood at the moment as they stand now."""
    revised = WorkOrder.revised_at
    since = source.where(or_(revised.is_(None), revised <= window.moment))
    return _in_roles(window, roles, WorkOrder, since, redone)


def _before(
    window: Window, roles: Sequence[str], source: Select[Any], redone: Condition
) -> list[Handling]:
    """Orders of which something was rewritten after the moment, as they stood then."""
    past = WorkOrderPast
    then = source.join(past, past.order_id == WorkOrder.id).where(
        past.since <= window.moment, past.until > window.moment
    )
    return _in_roles(window, roles, past, then, redone)


def _in_roles(
    window: Window, roles: Sequence[str], held: Held, source: Select[Any], redone: Condition
) -> list[Handling]:
    order, part = WorkOrder, WorkOrderUnit
    codes = [ROLE_CODES[role] for role in roles]
    subject = _orders(window, held, held, redone)
    own = source.where(order.role.in_(codes))
    found = [Handling(subject, held, order.role, held.unit_id, own)]
    if ASSISTING in roles:
        assisted = source.join(part, part.order_id == order.id).where(
            part.role == PartRole.ASSISTING.value,
            part.since <= window.moment,
            or_(part.until.is_(None), part.until > window.moment),
        )
        subject = _orders(window, held, part, redone)
        role = literal(PartRole.ASSISTING.value)
        found.append(Handling(subject, held, role, part.unit_id, assisted))
    return found


def _request_of_order(window: Window) -> Condition:
    same = CitizenRequest.id == WorkOrder.request_id
    # The month is said of both, so that either side is found by it.
    return and_(same, window.in_span(CitizenRequest.received_at)) if window.is_cohort else same


def _is_about_answers(window: Window) -> bool:
    """Tell whether it matters when a request was answered, which its orders do not repeat."""
    return not {Outcome.ONLINE.value, Outcome.OPEN.value}.isdisjoint(left_out(window))


def _of_counted_request(window: Window) -> Condition:
    if _is_about_answers(window):
        return requests(window).traits["counted"]
    return WorkOrder.request_outcome.not_in(left_out(window))


def _is_redone(window: Window) -> Condition:
    """The condition that an order was sent back to be redone, or had taken in a repeated appeal
    and not given it up again, or that its request had a repeat noted and not parted from it.

    Returns and reopens are counted on the order itself.
    """
    repeat = CitizenRequest.__table__.alias("repeat")
    parted = repeat.c.repeat_parted_at
    repeated = select(repeat.c.repeat_of_id).where(
        repeat.c.repeat_of_id.is_not(None),
        repeat.c.repeat_noted_at <= window.moment,
        or_(parted.is_(None), parted > window.moment),
    )
    return or_(
        WorkOrder.id.in_(_happened(window, EventKind.SENT_BACK)),
        WorkOrder.id.in_(_holding(window)),
        WorkOrder.request_id.in_(repeated),
    )


def _happened(window: Window, *kinds: EventKind) -> Select[Any]:
    """The orders to which one of these things had happened."""
    event = WorkOrderEvent
    # Written out, not bound: only so is the small index over these events used.
    named = event.kind.in_([literal_column(f"'{kind.value}'") for kind in kinds])
    found = select(event.order_id).where(named, event.at <= window.moment)
    if window.is_cohort:  # nothing happened to the orders of a month before it began
        found = found.where(event.at >= window.start)
    return found


def _holding(window: Window) -> Select[Any]:
    """The orders that held a merged one: taken in more often than released."""
    event, taken = WorkOrderEvent, EventKind.MERGE_TAKEN
    either = _happened(window, taken, EventKind.MERGE_RELEASED).group_by(event.order_id)
    return either.having(func.sum(case((event.kind == taken.value, 1), else_=-1)) > 0)


def _orders(
    window: Window, held: Held, signing: Held | type[WorkOrderUnit], redone: Condition
) -> Subject:
    """Orders as ``held``; ``signing`` is whose signature counts."""
    as_of = window.moment
    sign_by, signed = signing.acknowledge_due_at, signing.acknowledged_at
    # An assisting unit has a task, and signs only where it was given a limit for that.
    is_asked = sign_by.is_not(None) if signing is WorkOrderUnit else true()
    called = held.followed_up_at <= as_of
    values = [_SAID[label] for label in window.basis.satisfied.values]
    return Subject(
        {
            "counted": _of_counted_request(window),
            "dispatched": and_(held.dispatched_at <= as_of, held.merged_into == ""),
            "to_acknowledge": is_asked,
            "acknowledged": signed <= as_of,
            "late_acknowledged": _late(signed, sign_by, window),
            "resolved": held.resolved_at <= as_of,
            "late_resolved": _late(held.resolved_at, held.due_at, window),
            "due": held.due_at <= as_of,
            "followed_up": called,
            "rated": held.satisfaction.in_(_RATED),
            "dissatisfied": held.satisfaction == Satisfaction.DISSATISFIED.value,
            "said": and_(called, held.satisfaction.in_(values)),
            "returned": held.returns > 0,
            "reopened": held.reopens > 0,
            "redone": redone,
        },
        {
            "dispatched": held.dispatched_at,
            "acknowledged": signed,
            "acknowledge_due": sign_by,
            "resolved": held.resolved_at,
            "due": held.due_at,
            "followed_up": held.followed_up_at,
        },
    )


def _late(done_at: Column, due_at: Column, window: Window) -> Condition:
    """Done after the limit, or not done at the moment and past it."""
    return and_(due_at < window.moment, or_(done_at.is_(None), done_at > due_at))


def with_traits(handling: Handling, traits: Mapping[str, Condition]) -> Handling:
    """The same handling, of whose orders more can be said."""
    known = replace(handling.subject, traits={**handling.subject.traits, **traits})
    return replace(handling, subject=known)
