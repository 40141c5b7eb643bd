"""Orders on a real database: who sees and does what, clocks kept, races, the projection."""

import itertools
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.db import Database
from kb.errors import CalendarUnknown, NotFound, PermissionDenied, StaleVersion
from kb.models import AuditRecord, Unit, WorkOrder
from kb.services import work_orders
from kb.services.work_orders import By
from kb.terms import Purpose, Role
from tests.kb.hotline import PROFILE, Hotline, at

NOW = at("2026-05-07 10:24")
HOUR = timedelta(hours=1)


def by(actor: Actor, now: datetime = NOW, seen: int | None = None) -> By:
    return By(actor, now, PROFILE, seen)


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


@pytest.fixture
def cast(session: Session) -> Cast:
    return Cast(session)


def send(
    session: Session, cast: Cast, order: WorkOrder, unit: Unit, now: datetime = NOW
) -> WorkOrder:
    return work_orders.dispatch(session, order, by(cast.dispatcher, now), unit_id=unit.id)


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
    clerk = by(cast.clerks[cast.water.id], later)
    work_orders.return_order(session, order, clerk, text="不属本单位", basis="职责清单")
    assert (order.state, order.unit_id) == ("accepted", None)
    plan = work_orders.plan_dispatch(session, order, profile=PROFILE, now=later)
    assert plan.is_promised
    send(session, cast, order, cast.works, later)
    assert order.due_at == at("2026-05-13 10:24")
    # Acknowledging is promised anew: Friday 05-08 10:24 + 1 workday is Saturday 05-09 (调休).
    assert order.acknowledge_due_at == at("2026-05-09 10:24")
    steps = work_orders.state_of(order).due_steps
    assert steps[0] == "起算 2026-05-07 周四 10:24"
    assert plan.resolve.due == order.due_at


def test_a_plan_sends_nothing_and_says_what_a_dispatch_then_does(
    session: Session, cast: Cast
) -> None:
    order = cast.order()
    plan = work_orders.plan_dispatch(session, order, profile=PROFILE, now=NOW)
    assert (order.state, order.event_count, plan.is_promised) == ("accepted", 1, False)
    send(session, cast, order, cast.water)
    assert order.due_at == plan.resolve.due
    assert order.acknowledge_due_at == plan.acknowledge.due


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
    for verb in (work_orders.acknowledge, work_orders.return_order, work_orders.note):
        with pytest.raises(PermissionDenied):
            verb(session, order, by(stranger), text="我来看看")
    assert work_orders.commands_for(order, stranger, NOW) == []
    assert order.event_count == 2


def test_a_unit_that_returned_an_order_may_look_back_but_not_write(
    session: Session, cast: Cast
) -> None:
    order = send(session, cast, cast.order(), cast.water)
    clerk = cast.clerks[cast.water.id]
    work_orders.return_order(session, order, by(clerk), text="不属本单位", basis="职责清单")
    assert work_orders.get_order(session, order.number, clerk) is order
    assert work_orders.commands_for(order, clerk, NOW) == []
    with pytest.raises(PermissionDenied):
        work_orders.note(session, order, by(clerk), text="记")


def test_the_commands_offered_are_those_that_would_be_taken(session: Session, cast: Cast) -> None:
    order = cast.order()
    clerk = cast.clerks[cast.water.id]

    def offered(actor: Actor) -> list[str]:
        return [kind.value for kind in work_orders.commands_for(order, actor, NOW)]

    desk = ["dispatched", "cancelled", "ruling_opened", "urgency_changed", "merged", "noted"]
    assert offered(cast.dispatcher) == desk
    assert offered(clerk) == []
    send(session, cast, order, cast.water)
    assert offered(clerk) == ["acknowledged", "returned", "assigned", "progressed", "noted"]
    assert offered(cast.supervisor) == [
        "urgency_changed",
        "reminded",
        "supervised",
        "recomputed",
        "noted",
    ]
    assert offered(cast.caller) == ["noted"]


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
    work_orders.acknowledge(session, order, by(clerk, seen=2))
    with pytest.raises(work_orders.StaleOrder, match="您自己刚刚处理过") as refused:
        work_orders.return_order(
            session, order, by(clerk, seen=2), text="不属本单位", basis="职责清单"
        )
    assert [one.kind.value for one in refused.value.since] == ["acknowledged"]
    assert (order.state, order.event_count) == ("acknowledged", 3)
    with pytest.raises(StaleVersion):
        work_orders.dispatch(
            session, cast.order(), by(cast.dispatcher, seen=0), unit_id=cast.water.id
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
            work_orders.acknowledge(quick, mine, by(clerk))
        slow.add(stale)
        with pytest.raises(StaleVersion):
            work_orders.acknowledge(slow, stale, by(clerk))
        slow.rollback()
    with database.reading() as session:
        stored = work_orders.get_order(session, number, clerk)
        assert [row.kind for row in stored.events] == ["accepted", "dispatched", "acknowledged"]
        assert stored.event_count == 3


def test_what_was_spoilt_is_found_and_put_right(session: Session, cast: Cast) -> None:
    order = send(session, cast, cast.order(), cast.water)
    assert work_orders.check_orders(session).differences == []
    order = session.get_one(WorkOrder, order.id)
    due = order.due_at
    order.due_at, order.state = NOW, "resolved"
    order.channel, order.request_outcome, order.received_at = "网站", "invalid", NOW - HOUR
    session.flush()
    found = work_orders.check_orders(session)
    spoilt = {"due_at", "state", "channel", "request_outcome", "received_at"}
    assert {one.name for one in found.differences} == spoilt
    assert work_orders.check_orders(session, rewrite=True).rewritten == 1
    assert work_orders.check_orders(session).differences == []
    assert session.get_one(WorkOrder, order.id).due_at == due
