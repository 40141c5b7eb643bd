"""The engine of 工单: hand-worked sequences, random ones, and races."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.db import Database
from kb.errors import (
    CalendarUnknown,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
    StaleVersion,
)
from kb.models import AuditRecord, Unit, WorkOrder
from kb.services import work_orders
from kb.terms import Purpose, Role, Satisfaction
from kb.work_orders.commands import decide
from kb.work_orders.state import Event, EventKind, OrderState, State, fold
from tests.kb.hotline import PROFILE, Hotline, at

NOW = at("2026-05-07 10:24")
UNIT, OTHER = 7, 8


def event(kind: EventKind, minutes: int = 0, **data: Any) -> Event:
    return Event(kind, NOW + timedelta(minutes=minutes), 1, data)


def dispatched(unit_id: int = UNIT, minutes: int = 0, due: str = "2026-05-13 10:24") -> Event:
    return event(
        EventKind.DISPATCHED,
        minutes,
        unit_id=unit_id,
        unit="某局",
        acknowledge_due_at=at("2026-05-08 10:24").isoformat(),
        due_at=at(due).isoformat(),
        due_steps=["起算", "到期"],
    )


# ----- hand-worked sequences, no database -----


def test_an_order_begins_with_the_centre() -> None:
    state = fold([event(EventKind.ACCEPTED)])
    assert (state.step, state.unit_id, state.due_at) == (OrderState.ACCEPTED, None, None)
    assert state.is_open
    assert not state.overdue(NOW + timedelta(days=99))


def test_the_usual_way_from_dispatch_to_satisfaction() -> None:
    events = [
        event(EventKind.ACCEPTED),
        dispatched(minutes=5),
        event(EventKind.ACKNOWLEDGED, 17),
        event(EventKind.REPLIED, 60, text="已修好。"),
        event(EventKind.SENT_BACK, 70, text="写明时间"),
        event(EventKind.REPLIED, 90, text="15:00 修好。"),
        event(EventKind.RESOLVED, 100),
        event(EventKind.FOLLOWED_UP, 200, satisfaction="fairly"),
    ]
    steps = [fold(events[:count]).step.value for count in range(1, len(events) + 1)]
    assert steps == [
        "accepted",
        "dispatched",
        "acknowledged",
        "replied",
        "acknowledged",
        "replied",
        "resolved",
        "resolved",
    ]
    state = fold(events)
    assert state.reply == "15:00 修好。"
    assert state.satisfaction is Satisfaction.FAIRLY
    assert state.resolved_at == NOW + timedelta(minutes=100)
    assert state.acknowledged_at == NOW + timedelta(minutes=17)
    assert not state.overdue(NOW + timedelta(days=99))  # the clock stopped in time


def test_a_return_gives_the_order_back_to_the_centre_and_keeps_the_promise() -> None:
    state = fold(
        [dispatched(), event(EventKind.ACKNOWLEDGED, 5), event(EventKind.RETURNED, 9, text="x")]
    )
    assert (state.step, state.unit_id, state.returns) == (OrderState.ACCEPTED, None, 1)
    assert state.due_at == at("2026-05-13 10:24")
    assert state.acknowledge_due_at is None  # nobody has to acknowledge it now
    assert state.acknowledged_at is None


def test_reopening_takes_back_resolution_and_satisfaction() -> None:
    state = fold(
        [
            dispatched(),
            event(EventKind.ACKNOWLEDGED, 1),
            event(EventKind.REPLIED, 2, text="好了"),
            event(EventKind.RESOLVED, 3),
            event(EventKind.FOLLOWED_UP, 4, satisfaction="dissatisfied"),
            event(EventKind.REOPENED, 5, text="又坏了"),
        ]
    )
    assert state.step is OrderState.ACKNOWLEDGED
    assert (state.resolved_at, state.satisfaction) == (None, None)
    assert state.unit_id == UNIT


def test_reminders_and_notes_change_nothing_but_their_count() -> None:
    before = fold([dispatched()])
    after = fold([dispatched(), event(EventKind.REMINDED, 3), event(EventKind.NOTED, 4, text="记")])
    assert after.reminders == 1
    assert (after.step, after.unit_id, after.due_at) == (before.step, before.unit_id, before.due_at)


def test_overdue_begins_after_the_due_moment_not_at_it() -> None:
    state = fold([dispatched()])
    due = at("2026-05-13 10:24")
    assert not state.overdue(due)
    assert state.overdue(due + timedelta(seconds=1))
    assert state.acknowledge_overdue(at("2026-05-08 10:25"))


def test_resolved_late_stays_late_for_ever() -> None:
    late = fold([dispatched(due="2026-05-07 10:30"), event(EventKind.RESOLVED, 10)])
    assert late.overdue(NOW)


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        (EventKind.DISPATCHED, {}, "请选择承办单位"),
        (EventKind.RETURNED, {"text": " \n"}, "退单的理由"),
        (EventKind.REPLIED, {}, "答复内容"),
        (EventKind.SENT_BACK, {"text": ""}, "补充或更正"),
        (EventKind.REOPENED, {"text": ""}, "重办的原因"),
        (EventKind.NOTED, {"text": ""}, "备注内容"),
        (EventKind.FOLLOWED_UP, {"satisfaction": "glad"}, "满意度"),
        (EventKind.NOTED, {"text": "字" * 5001}, "现有 5001 字"),
    ],
)
def test_commands_without_what_they_need_are_refused(
    kind: EventKind, data: dict[str, Any], words: str
) -> None:
    steps = {
        EventKind.DISPATCHED: OrderState.ACCEPTED,
        EventKind.RETURNED: OrderState.DISPATCHED,
        EventKind.REPLIED: OrderState.ACKNOWLEDGED,
        EventKind.SENT_BACK: OrderState.REPLIED,
        EventKind.REOPENED: OrderState.RESOLVED,
        EventKind.FOLLOWED_UP: OrderState.RESOLVED,
        EventKind.NOTED: OrderState.ACCEPTED,
    }
    with pytest.raises(InvalidInput, match=words):
        decide(State(step=steps[kind]), kind, actor_id=1, at=NOW, data=data)


# The table as a dispatcher would draw it: state, command, next state. All else is refused.
MOVES = {
    ("accepted", "dispatched"): "dispatched",
    ("dispatched", "acknowledged"): "acknowledged",
    ("dispatched", "returned"): "accepted",
    ("acknowledged", "returned"): "accepted",
    ("acknowledged", "replied"): "replied",
    ("replied", "sent_back"): "acknowledged",
    ("replied", "resolved"): "resolved",
    ("resolved", "followed_up"): "resolved",
    ("resolved", "reopened"): "acknowledged",
    ("dispatched", "reminded"): "dispatched",
    ("acknowledged", "reminded"): "acknowledged",
    **{(state.value, "noted"): state.value for state in OrderState},
}
COMMANDS = [kind for kind in EventKind if kind is not EventKind.ACCEPTED]


def data_for(kind: EventKind, unit_id: int) -> dict[str, Any]:
    if kind is EventKind.DISPATCHED:
        return dict(dispatched(unit_id).data)
    data: dict[str, Any] = {"text": "写了字"}
    return data | ({"satisfaction": "satisfied"} if kind is EventKind.FOLLOWED_UP else {})


@pytest.mark.parametrize(("state", "kind"), list(itertools.product(OrderState, COMMANDS)))
def test_every_command_in_every_state(state: OrderState, kind: EventKind) -> None:
    allowed = (state.value, kind.value) in MOVES
    if allowed:
        decide(State(step=state), kind, actor_id=1, at=NOW, data=data_for(kind, UNIT))
        return
    with pytest.raises(IllegalTransition, match=state.label):
        decide(State(step=state), kind, actor_id=1, at=NOW, data=data_for(kind, UNIT))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(COMMANDS), st.sampled_from([UNIT, OTHER])), max_size=40))
def test_random_commands_never_reach_an_illegal_state(
    commands: list[tuple[EventKind, int]],
) -> None:
    events = [event(EventKind.ACCEPTED)]
    expected, holder, promised = "accepted", None, False
    for minute, (kind, unit_id) in enumerate(commands, start=1):
        state = fold(events)
        when = NOW + timedelta(minutes=minute)
        try:
            taken = decide(state, kind, actor_id=1, at=when, data=data_for(kind, unit_id))
        except IllegalTransition:
            assert (expected, kind.value) not in MOVES
            assert fold(events) == state
            continue
        expected = MOVES[expected, kind.value]
        holder = unit_id if kind is EventKind.DISPATCHED else holder
        holder = None if kind is EventKind.RETURNED else holder
        promised = promised or kind is EventKind.DISPATCHED
        events.append(taken)
        state = fold(events)
        assert state.step.value == expected
        # Exactly one is accountable: the centre before dispatch, one unit after it.
        assert state.unit_id == holder
        assert (state.unit_id is None) == (state.step is OrderState.ACCEPTED)
        assert (state.resolved_at is not None) == (state.step is OrderState.RESOLVED)
        assert (state.due_at is not None) == promised
        assert state.satisfaction is None or state.step is OrderState.RESOLVED
        assert state.acknowledged_at is None or state.step not in ("accepted", "dispatched")


# ----- the same on a real database -----


class Cast:
    """Two units, their clerks, and the centre's people."""

    def __init__(self, session: Session, mark: str = "") -> None:
        self.city = Hotline(session)
        self.city.numbers = itertools.count(abs(hash((mark, id(session)))) % 10**8)
        self.water = self.city.unit(f"澜川水务集团{mark}")
        self.works = self.city.unit(f"市住房和城乡建设局{mark}")
        self.clerks = {
            unit.id: self.city.actor(Role.UNIT_CLERK, unit=unit)
            for unit in (self.water, self.works)
        }
        self.dispatcher = self.city.actor(Role.DISPATCHER)
        self.caller = self.city.actor(Role.FOLLOW_UP_AGENT)
        self.supervisor = self.city.actor(Role.SUPERVISOR)

    def order(self, now: datetime = NOW, purpose: Purpose = Purpose.HELP) -> WorkOrder:
        return self.city.order(self.city.request(now, purpose=purpose), now)

    def giver(self, kind: EventKind, unit_id: int | None) -> Actor:
        """Whoever may give this command, for the unit that holds the order."""
        if kind in (EventKind.FOLLOWED_UP, EventKind.REOPENED):
            return self.caller
        if kind in (EventKind.ACKNOWLEDGED, EventKind.RETURNED, EventKind.REPLIED):
            return self.clerks[unit_id if unit_id is not None else self.water.id]
        return self.dispatcher


@pytest.fixture
def cast(session: Session) -> Cast:
    return Cast(session)


def send(
    session: Session, cast: Cast, order: WorkOrder, unit: Unit, now: datetime = NOW
) -> WorkOrder:
    return work_orders.dispatch(
        session, order, unit_id=unit.id, profile=PROFILE, actor=cast.dispatcher, now=now
    )


def test_clocks_start_at_dispatch_by_purpose(session: Session, cast: Cast) -> None:
    # Thursday 05-07 10:24. Help: 5 workdays: 8, 9 (调休), 11, 12, 13. Consultation: 1 workday.
    helped = send(session, cast, cast.order(), cast.water)
    assert helped.due_at == at("2026-05-13 10:24")
    assert helped.acknowledge_due_at == at("2026-05-08 10:24")
    asked = send(session, cast, cast.order(purpose=Purpose.CONSULTATION), cast.water)
    assert asked.due_at == at("2026-05-08 10:24")


def test_a_returned_order_keeps_the_due_time_promised_first(session: Session, cast: Cast) -> None:
    order = send(session, cast, cast.order(), cast.water)
    later = NOW + timedelta(days=1)
    work_orders.act(
        session,
        order,
        EventKind.RETURNED,
        actor=cast.clerks[cast.water.id],
        now=later,
        data={"text": "不属本单位"},
    )
    assert (order.state, order.unit_id) == ("accepted", None)
    plan = work_orders.plan_dispatch(session, order, profile=PROFILE, now=later)
    assert plan.is_promised
    send(session, cast, order, cast.works, later)
    assert order.due_at == at("2026-05-13 10:24")
    # Acknowledging is promised anew: Friday 05-08 10:24 + 1 workday is Saturday 05-09 (调休).
    assert order.acknowledge_due_at == at("2026-05-09 10:24")
    steps = work_orders.state_of(order).due_steps
    assert steps[0] == "起算 2026-05-07 周四 10:24"
    assert plan.resolve.due_at == order.due_at


def test_a_plan_sends_nothing_and_says_what_a_dispatch_then_does(
    session: Session, cast: Cast
) -> None:
    order = cast.order()
    plan = work_orders.plan_dispatch(session, order, profile=PROFILE, now=NOW)
    assert (order.state, order.event_count, plan.is_promised) == ("accepted", 1, False)
    send(session, cast, order, cast.water)
    assert order.due_at == plan.resolve.due_at
    assert order.acknowledge_due_at == plan.acknowledge.due_at


def test_a_dispatch_into_an_unknown_year_is_refused_and_changes_nothing(
    session: Session, cast: Cast
) -> None:
    order = cast.order()
    with pytest.raises(CalendarUnknown, match="2041 年"):
        send(session, cast, order, cast.water, at("2041-05-07 10:00"))
    assert (order.state, order.event_count) == ("accepted", 1)


def test_units_neither_see_nor_touch_each_others_orders(session: Session, cast: Cast) -> None:
    order = send(session, cast, cast.order(), cast.water)
    stranger = cast.clerks[cast.works.id]
    with pytest.raises(NotFound):
        work_orders.get_order(session, order.number, stranger)
    for kind in (EventKind.ACKNOWLEDGED, EventKind.RETURNED, EventKind.NOTED):
        with pytest.raises(PermissionDenied):
            work_orders.act(
                session, order, kind, actor=stranger, now=NOW, data={"text": "我来看看"}
            )
    assert work_orders.commands_for(order, stranger) == []
    assert order.event_count == 2


def test_a_unit_that_returned_an_order_may_look_back_but_not_write(
    session: Session, cast: Cast
) -> None:
    order = send(session, cast, cast.order(), cast.water)
    clerk = cast.clerks[cast.water.id]
    work_orders.act(
        session, order, EventKind.RETURNED, actor=clerk, now=NOW, data={"text": "不属本单位"}
    )
    assert work_orders.get_order(session, order.number, clerk) is order
    assert work_orders.commands_for(order, clerk) == []
    with pytest.raises(PermissionDenied):
        work_orders.act(session, order, EventKind.NOTED, actor=clerk, now=NOW, data={"text": "记"})


def test_the_commands_offered_are_those_that_would_be_taken(session: Session, cast: Cast) -> None:
    order = cast.order()
    clerk = cast.clerks[cast.water.id]
    offered = work_orders.commands_for
    assert offered(order, cast.dispatcher) == [EventKind.DISPATCHED, EventKind.NOTED]
    assert offered(order, clerk) == []
    send(session, cast, order, cast.water)
    assert offered(order, clerk) == [EventKind.ACKNOWLEDGED, EventKind.RETURNED, EventKind.NOTED]
    assert offered(order, cast.supervisor) == [EventKind.REMINDED, EventKind.NOTED]
    assert offered(order, cast.caller) == [EventKind.NOTED]


def test_every_command_is_audited_without_its_words(session: Session, cast: Cast) -> None:
    order = send(session, cast, cast.order(), cast.water)
    rows = session.scalars(select(AuditRecord).where(AuditRecord.object_id == order.number)).all()
    assert [(row.action, row.actor_id) for row in rows] == [
        ("work_order.dispatched", cast.dispatcher.user_id)
    ]
    assert rows[0].detail == {}


def test_a_command_on_an_older_view_is_refused(session: Session, cast: Cast) -> None:
    order = send(session, cast, cast.order(), cast.water)
    clerk = cast.clerks[cast.water.id]
    act = work_orders.act
    act(session, order, EventKind.ACKNOWLEDGED, actor=clerk, now=NOW, seen_events=2)
    with pytest.raises(StaleVersion, match="别人刚刚处理过"):
        act(
            session,
            order,
            EventKind.RETURNED,
            actor=clerk,
            now=NOW,
            data={"text": "不属本单位"},
            seen_events=2,
        )
    assert (order.state, order.event_count) == ("acknowledged", 3)
    with pytest.raises(StaleVersion):
        work_orders.dispatch(
            session,
            cast.order(),
            unit_id=cast.water.id,
            profile=PROFILE,
            actor=cast.dispatcher,
            now=NOW,
            seen_events=0,
        )


def test_two_who_write_the_same_next_event_leave_one_event(database: Database) -> None:
    with database.unit_of_work() as session:
        cast = Cast(session, "甲")
        order = send(session, cast, cast.order(), cast.water)
        number, clerk = order.number, cast.clerks[cast.water.id]
    # Both load the order as it stands; the slower one's copy is then out of date.
    with database.session() as slow:
        stale = work_orders.get_order(slow, number, clerk)
        slow.expunge_all()
        slow.rollback()
        with database.unit_of_work() as quick:
            mine = work_orders.get_order(quick, number, clerk)
            work_orders.act(quick, mine, EventKind.ACKNOWLEDGED, actor=clerk, now=NOW)
        slow.add(stale)
        with pytest.raises(StaleVersion):
            work_orders.act(slow, stale, EventKind.ACKNOWLEDGED, actor=clerk, now=NOW)
        slow.rollback()
    with database.reading() as session:
        stored = work_orders.get_order(session, number, clerk)
        assert [row.kind for row in stored.events] == ["accepted", "dispatched", "acknowledged"]
        assert stored.event_count == 3


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(COMMANDS), st.booleans()), min_size=3, max_size=14))
def test_the_stored_projection_is_the_recomputed_state_after_every_step(
    database: Database, commands: list[tuple[EventKind, bool]]
) -> None:
    with database.session() as session:
        cast = Cast(session, "乙")
        order = cast.order()
        promised = None
        for minute, (kind, to_water) in enumerate(commands, start=1):
            now = NOW + timedelta(minutes=minute)
            unit = cast.water if to_water else cast.works
            actor = cast.giver(kind, order.unit_id)
            try:
                if kind is EventKind.DISPATCHED:
                    send(session, cast, order, unit, now)
                else:
                    data = data_for(kind, unit.id)
                    work_orders.act(session, order, kind, actor=actor, now=now, data=data)
            except IllegalTransition:
                pass
            session.flush()
            session.expire_all()
            stored = session.scalars(select(WorkOrder).where(WorkOrder.id == order.id)).one()
            state = work_orders.state_of(stored)
            assert stored.state == state.step.value
            assert stored.unit_id == state.unit_id
            assert stored.due_at == state.due_at
            assert stored.acknowledge_due_at == state.acknowledge_due_at
            assert stored.event_count == len(stored.events) == stored.events[-1].seq
            promised = promised or state.due_at
            assert state.due_at == promised  # never moved, however often it is sent around
        session.rollback()
