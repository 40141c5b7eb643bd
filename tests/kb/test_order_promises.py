"""Promises through the services: reopening, splitting, merging, urgency, 重算时限. By hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from kb.calendar import Limit
from kb.models import Unit, WorkOrder
from kb.profile import Profile
from kb.services import work_orders
from kb.services.orders.clocks import extended
from kb.services.orders.closing import plan_recompute, recompute
from kb.services.orders.dispatching import open_order
from kb.services.orders.giving import append
from kb.services.work_orders import Assisting, By
from kb.terms import ClockKind, Purpose, Role, Urgency
from kb.time_limits import LimitRule, Limits
from kb.work_orders.clocks import Clock, as_data
from kb.work_orders.events import Event, EventKind
from kb.work_orders.state import State
from tests.kb.hotline import PROFILE, Hotline, at

# Thursday in office hours; in 自然日 every due time is as many days later at the same minute.
SENT = at("2026-05-07 10:24")
DAYS = {
    ClockKind.ACKNOWLEDGE: 1,
    ClockKind.REPLY: 1,
    ClockKind.RETURN: 2,
    ClockKind.RESOLVE: 5,
    ClockKind.REOPEN: 3,
}


def days(amount: int) -> Limit:
    return Limit(amount, "自然日")


def city_with(changed: Mapping[ClockKind, int] | None = None, urgent: int = 2) -> Profile:
    """A city that counts in 自然日; an urgent order is resolved within ``urgent`` of them."""
    base = Limits().base | {kind: days(n) for kind, n in (DAYS | dict(changed or {})).items()}
    hours = {ClockKind.REPLY: Limit(2, "小时"), ClockKind.RESOLVE: days(urgent)}
    rule = LimitRule(hours, urgency=Urgency.URGENT)
    return replace(PROFILE, limits=Limits(base, (rule,)))


class Story:
    """Orders of one hotline, sent to two units by the centre."""

    def __init__(self, session: Session) -> None:
        self.session, self.city = session, Hotline(session)
        self.profile = city_with()
        self.water, self.works = self.city.unit("澜川水务集团"), self.city.unit("市住建局")
        centre = (Role.DISPATCHER, Role.SUPERVISOR, Role.FOLLOW_UP_AGENT)
        self.centre = self.city.actor(*centre)

    def by(self, when: datetime | str) -> By:
        return By(self.centre, at(when) if isinstance(when, str) else when, self.profile)

    def sent(self, when: datetime = SENT, urgency: Urgency = Urgency.NORMAL) -> WorkOrder:
        order = open_order(
            self.session,
            self.city.request(when, purpose=Purpose.HELP),
            profile=self.profile,
            actor=self.centre,
            now=when,
            urgency=urgency,
        )
        by = self.by(when)
        return work_orders.dispatch(self.session, order, by, unit_id=self.water.id)

    def reopened(self) -> WorkOrder:
        """Resolved on Friday, redone from Tuesday 05-12 11:00 on."""
        order = self.city.resolved(self.sent(), self.water, at("2026-05-08 10:24"))
        return work_orders.reopen(self.session, order, self.by("2026-05-12 11:00"), text="又坏了")

    def returned(self, order: WorkOrder, unit: Unit, when: str) -> WorkOrder:
        clerk = By(self.city.actor(Role.UNIT_CLERK, unit=unit), at(when), self.profile)
        return work_orders.return_order(self.session, order, clerk, text="非职责", basis="三定")

    def changes(self, order: WorkOrder) -> dict[ClockKind, datetime]:
        plan = plan_recompute(self.session, order, self.by("2026-05-12 12:00"))
        return {one.kind: one.computed.due for one in plan}


def dues(order: WorkOrder) -> dict[ClockKind, datetime]:
    clocks = work_orders.state_of(order).clocks
    return {kind: clock.due for kind, clock in clocks.items() if clock.is_running}


@pytest.fixture
def story(session: Session) -> Story:
    return Story(session)


@pytest.mark.parametrize(("reply", "reply_due"), [(1, "2026-05-13 11:00"), (4, "2026-05-15 11:00")])
def test_reopening_promises_everything_anew(story: Story, reply: int, reply_due: str) -> None:
    story.profile = city_with({ClockKind.REPLY: reply})  # never later than what is redone
    order = story.reopened()
    assert dues(order) == {
        ClockKind.RESOLVE: at("2026-05-15 11:00"),
        ClockKind.REPLY: at(reply_due),
        ClockKind.RETURN: at("2026-05-14 11:00"),
    }
    assert order.next_due_at == at(reply_due)


def test_an_order_split_after_a_return_keeps_the_first_promise(story: Story) -> None:
    order = story.returned(story.sent(), story.water, "2026-05-08 09:24")
    both = work_orders.dispatch_several(
        story.session,
        order,
        story.by("2026-05-08 09:30"),
        unit_id=story.water.id,
        others=[Assisting(story.works.id)],
    )
    for one in both:
        found = dues(one)
        assert found[ClockKind.RESOLVE] == at("2026-05-12 10:24")
        assert found[ClockKind.REPLY] == at("2026-05-08 10:24")
        assert found[ClockKind.RETURN] == at("2026-05-10 09:30")  # the unit's own


def test_merging_hands_both_promises_on(story: Story) -> None:
    first, later = story.sent(), story.sent(at("2026-05-08 09:00"))
    work_orders.merge(story.session, first, story.by("2026-05-08 09:10"), into=later, text="同一件")
    found = dues(later)
    assert found[ClockKind.RESOLVE] == at("2026-05-12 10:24")
    assert found[ClockKind.REPLY] == at("2026-05-08 10:24")
    # They are the other order's: changed limits move only what this one got itself.
    story.profile = city_with({ClockKind.RESOLVE: 9, ClockKind.REPLY: 9, ClockKind.RETURN: 3})
    assert story.changes(later) == {ClockKind.RETURN: at("2026-05-11 09:00")}


def test_raising_the_urgency_tightens_answering_too(story: Story) -> None:
    order, by = story.sent(), story.by("2026-05-07 11:00")
    work_orders.change_urgency(story.session, order, by, urgency="urgent", text="断水")
    found = dues(order)
    # From the change on: answered within two hours, resolved within two days.
    assert found[ClockKind.REPLY] == at("2026-05-07 13:00")
    assert found[ClockKind.RESOLVE] == at("2026-05-09 11:00")


def test_recomputing_moves_a_clock_only_by_the_limit_it_was_made_with(story: Story) -> None:
    urgent = story.sent(urgency=Urgency.URGENT)
    by = story.by("2026-05-07 11:00")
    work_orders.change_urgency(story.session, urgent, by, urgency="normal", text="已恢复")
    redone = story.reopened()
    # Nothing in the profile changed: nothing would move.
    assert (story.changes(urgent), story.changes(redone)) == ({}, {})
    # Neither of them was promised by the common limit for resolving.
    story.profile = city_with({ClockKind.RESOLVE: 9})
    assert (story.changes(urgent), story.changes(redone)) == ({}, {})
    story.profile = city_with({ClockKind.REOPEN: 4, ClockKind.REPLY: 2}, urgent=3)
    assert story.changes(urgent) == {ClockKind.RESOLVE: at("2026-05-10 10:24")}
    assert story.changes(redone) == {
        ClockKind.RESOLVE: at("2026-05-16 11:00"),
        ClockKind.REPLY: at("2026-05-14 11:00"),
    }
    recompute(story.session, redone, story.by("2026-05-12 12:00"), text="时限改了")
    assert redone.due_at == at("2026-05-16 11:00")
    assert story.changes(redone) == {}


def test_recomputing_leaves_what_an_old_system_promised(story: Story) -> None:
    order = story.city.order(story.city.request(SENT, purpose=Purpose.HELP), SENT)
    promised = {ClockKind.RESOLVE: Clock(SENT, at("2026-05-20 17:30"), "", ("照原记录",))}
    data = {"unit_id": story.water.id, "unit": "澜川水务集团", "clocks": as_data(promised)}
    append(story.session, order, Event(EventKind.DISPATCHED, SENT, None, data))
    assert story.changes(order) == {}


def test_a_second_extension_counts_the_holidays_since_the_first_promise(
    session: Session, story: Story
) -> None:
    story.city.calendar()
    # Promised for 04-30; 05-01 to 05-05 are holidays, so three workdays on is 05-08. One extension
    # moved it to 05-07; one workday more is just within.
    clock = Clock(at("2026-04-27 10:00"), at("2026-05-07 10:00"), "3 工作日")
    profile = replace(PROFILE, limits=replace(Limits(), extension=Limit(3, "工作日")))
    made = extended(
        session,
        State(clocks={ClockKind.RESOLVE: clock}),
        Limit(1, "工作日"),
        first_due_at=at("2026-04-30 10:00"),
        profile=profile,
    )
    assert made[ClockKind.RESOLVE].due == at("2026-05-08 10:00")


def test_a_pause_takes_nothing_of_what_may_be_extended(story: Story) -> None:
    city = city_with()
    story.profile = replace(
        city,
        limits=replace(city.limits, extension=days(10)),
        orders=replace(city.orders, max_extensions=2),
    )
    order = story.sent()  # to be resolved by 05-12 10:24
    unit = story.city.actor(Role.UNIT_CLERK, unit=story.water)

    def by_unit(when: str) -> By:
        return By(unit, at(when), story.profile)

    def extend(when: str, limit: str) -> None:
        work_orders.ask_extension(
            story.session, order, by_unit(when), text="等配件到货", limit=limit
        )
        work_orders.rule_extension(story.session, order, story.by(when), granted=True)

    work_orders.acknowledge(story.session, order, by_unit("2026-05-07 11:00"))
    extend("2026-05-08 10:00", "5 自然日")
    assert order.due_at == at("2026-05-17 10:24")
    until = at("2026-05-19 10:24")
    asked = "2026-05-09 10:24"
    work_orders.ask_pause(story.session, order, by_unit(asked), text="等配件到货", until=until)
    work_orders.rule_pause(story.session, order, story.by(asked), granted=True)
    assert order.due_at == at("2026-05-27 10:24")
    # Five days of ten were taken; the ten days of the pause are none of them.
    extend("2026-05-20 10:00", "3 自然日")
    assert order.due_at == at("2026-05-30 10:24")
