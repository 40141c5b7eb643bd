"""Figures as at an earlier moment count orders as they stood then, whatever happened since."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.bulletins.basis_reading import basis_from
from kb.bulletins.periods import Period
from kb.bulletins.records import records_of
from kb.bulletins.reporting import as_json, report
from kb.bulletins.window import Window
from kb.db import Database
from kb.migrations.run import downgrade, upgrade
from kb.models import CitizenRequest, HotMatter, Unit, WorkOrder
from kb.services import work_orders
from kb.services.hot_matters import accepted_matters
from kb.services.repeats import Choice, follow
from kb.terms import Role
from tests.kb.hotline import Hotline, at

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
BASIS = basis_from({"roles": {"by_unit": ["主办"]}})


def _window(moment: str) -> Window:
    return Window(MARCH, at(f"2026-{moment}"), BASIS)


def _figures(session: Session, moment: str) -> Any:
    return as_json(report(session, _window(moment)))


def _totals(session: Session, moment: str, *names: str) -> list[Any]:
    totals = _figures(session, moment)["totals"]
    return [totals[name] for name in names]


@pytest.fixture
def city(any_database: Database) -> Iterator[Hotline]:
    with any_database.session() as session:
        hotline = Hotline(session)
        hotline.calendar()
        yield hotline
        session.rollback()


def _long_life(city: Hotline) -> tuple[WorkOrder, Unit, Unit]:
    """Sent to the wrong unit on 2 March, returned on the 3rd, sent again on the 4th, resolved on
    the 10th, found wanting on the 12th and reopened, resolved again on the 20th."""
    water, roads = city.unit("供水公司"), city.unit("市政中心")
    order = city.order(city.request(at("2026-03-02 09:00")), at("2026-03-02 09:00"))
    city.dispatched(order, roads, at("2026-03-02 10:00"))
    clerk = city.by(city.actor(Role.UNIT_CLERK, unit=roads), at("2026-03-03 10:00"))
    work_orders.return_order(city.session, order, clerk, text="不归我", basis="三定")
    city.dispatched(order, water, at("2026-03-04 10:00"))
    city.resolved(order, water, at("2026-03-10 10:00"))
    caller = city.by(city.actor(Role.FOLLOW_UP_AGENT), at("2026-03-12 10:00"))
    work_orders.follow_up(
        city.session,
        order,
        caller,
        satisfaction="dissatisfied",
        text="没修好",
        reason="问题没有解决",
    )
    dispatcher = city.by(city.actor(Role.DISPATCHER), at("2026-03-13 10:00"))
    work_orders.reopen(city.session, order, dispatcher, text="请重新修")
    again = at("2026-03-20 10:00")
    worker = city.by(city.actor(Role.UNIT_CLERK, unit=water), again)
    work_orders.reply(city.session, order, worker, text="换了管道")
    if order.state == "unit_review":
        reviewer = city.by(city.actor(Role.UNIT_REVIEWER, unit=water), again)
        work_orders.pass_unit_review(city.session, order, reviewer)
    work_orders.resolve(city.session, order, city.by(city.actor(Role.DISPATCHER), again))
    city.session.flush()
    return order, roads, water


_NAMES = ("dispatched", "returned", "orders_resolved", "dissatisfied", "reopened")
_LIFE = [
    ("03-02 09:30", [0, 0, 0, 0, 0], None),
    ("03-02 12:00", [1, 0, 0, 0, 0], "市政中心"),
    ("03-03 12:00", [1, 1, 0, 0, 0], "待派单"),
    ("03-04 12:00", [1, 1, 0, 0, 0], "供水公司"),
    ("03-11 12:00", [1, 1, 1, 0, 0], "供水公司"),
    ("03-12 12:00", [1, 1, 1, 1, 0], "供水公司"),
    ("03-14 12:00", [1, 1, 0, 0, 1], "供水公司"),
    ("04-01 12:00", [1, 1, 1, 0, 1], "供水公司"),
]


def _check_life(session: Session) -> None:
    for moment, expected, unit in _LIFE:
        assert _totals(session, moment, *_NAMES) == expected, moment
        units = [row["name"] for row in _figures(session, moment)["by_unit"] if row["orders"]]
        assert units == ([unit] if unit else []), moment
        for name, count in zip(_NAMES, expected, strict=True):
            behind = records_of(session, _window(moment), f"totals/{name}")
            assert behind.total == count, (moment, name)


def test_a_returned_and_reopened_order_counts_as_it_stood(city: Hotline) -> None:
    _long_life(city)
    _check_life(city.session)
    assert work_orders.check_orders(city.session).differences == []


def test_the_hours_are_those_of_the_answer_that_stood(city: Hotline) -> None:
    _long_life(city)
    # From 4 March 10:00 to the 10th; after the reopening to the 20th.
    assert _totals(city.session, "03-11 12:00", "average_hours") == [144]
    assert _totals(city.session, "04-01 12:00", "average_hours") == [384]


def test_lives_from_before_are_filled_from_their_events(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        _long_life(city)
    downgrade(any_database.engine, "0045")
    upgrade(any_database.engine)
    with any_database.reading() as session:
        assert work_orders.check_orders(session).differences == []
        _check_life(session)


def test_a_longer_limit_makes_no_earlier_lateness_good(city: Hotline) -> None:
    unit = city.unit("供水公司")
    order = city.order(city.request(at("2026-03-02 09:00")), at("2026-03-02 09:00"))
    city.dispatched(order, unit, at("2026-03-02 10:00"))
    assert order.due_at is not None
    assert order.due_at < at("2026-03-12 00:00")
    dispatcher = city.by(city.actor(Role.SUPERVISOR), at("2026-03-13 10:00"))
    clerk = city.by(city.actor(Role.UNIT_CLERK, unit=unit), at("2026-03-02 11:00"))
    work_orders.acknowledge(city.session, order, clerk)
    work_orders.ask_extension(city.session, order, clerk, text="等材料", limit="10 工作日")
    work_orders.rule_extension(city.session, order, dispatcher, granted=True)
    city.session.flush()
    assert order.due_at > at("2026-03-13 12:00")
    assert _totals(city.session, "03-12 12:00", "overdue_resolved") == [1]
    assert _totals(city.session, "03-13 12:00", "overdue_resolved") == [0]


def _two(city: Hotline) -> tuple[WorkOrder, WorkOrder, Unit]:
    unit = city.unit("供水公司")
    first, second = (
        city.order(city.request(at(f"2026-03-02 {hour}:00")), at(f"2026-03-02 {hour}:00"))
        for hour in ("09", "10")
    )
    for order in (first, second):
        city.dispatched(order, unit, at("2026-03-02 11:00"))
    return first, second, unit


def test_a_merged_order_counts_until_it_was_merged(city: Hotline) -> None:
    first, second, _ = _two(city)
    dispatcher = city.by(city.actor(Role.DISPATCHER), at("2026-03-05 10:00"))
    work_orders.merge(city.session, second, dispatcher, into=first, text="同一件事")
    city.session.flush()
    assert _totals(city.session, "03-04 12:00", "dispatched") == [2]
    assert _totals(city.session, "03-05 12:00", "dispatched") == [1]


def test_a_released_merge_gives_both_back_their_own_place(city: Hotline) -> None:
    first, second, unit = _two(city)
    desk = city.actor(Role.DISPATCHER)
    merged = city.by(desk, at("2026-03-05 10:00"))
    follow(city.session, second.request, second, Choice("merge", first.number), merged)
    city.resolved(first, unit, at("2026-03-06 10:00"))
    city.session.flush()
    assert second.request.repeat_of_id == first.request_id
    assert _totals(city.session, "03-06 12:00", "first_time_resolved", "dispatched") == [0, 1]
    work_orders.unmerge(
        city.session, second, city.by(desk, at("2026-03-07 10:00")), text="不是一件事"
    )
    city.dispatched(second, unit, at("2026-03-07 11:00"))
    city.resolved(second, unit, at("2026-03-08 10:00"))
    city.session.flush()
    assert second.request.repeats is None
    assert _totals(city.session, "03-06 12:00", "first_time_resolved", "dispatched") == [0, 1]
    assert _totals(city.session, "03-09 12:00", "first_time_resolved", "dispatched") == [2, 2]


def test_a_repeat_that_was_only_noted_counts_as_asked_again(city: Hotline) -> None:
    first, second, unit = _two(city)
    city.resolved(first, unit, at("2026-03-06 10:00"))
    city.resolved(second, unit, at("2026-03-06 11:00"))
    city.session.flush()
    desk = city.by(city.actor(Role.AGENT), at("2026-03-07 10:00"))
    follow(city.session, second.request, None, Choice("link", first.request.number), desk)
    city.session.flush()
    assert _totals(city.session, "03-06 12:00", "first_time_resolved") == [2]
    assert _totals(city.session, "03-07 12:00", "first_time_resolved") == [1]


def _noted_and_parted(city: Hotline) -> None:
    """One order resolved on 4 March, another of the same request open; a second request noted as
    its repeat and merged into the open one on the 5th, and parted from it on the 7th."""
    first, second, unit = _two(city)
    city.resolved(first, unit, at("2026-03-04 10:00"))
    other = city.order(first.request, at("2026-03-02 09:00"))
    city.dispatched(other, unit, at("2026-03-02 11:00"))
    desk = city.actor(Role.DISPATCHER)
    noted, parted = (city.by(desk, at(f"2026-03-0{day} 10:00")) for day in (5, 7))
    follow(city.session, second.request, second, Choice("merge", other.number), noted)
    work_orders.unmerge(city.session, second, parted, text="不是一件事")
    city.session.flush()


_FIRST_TIME = [("03-04 12:00", 1), ("03-05 12:00", 0), ("03-06 12:00", 0), ("03-07 12:00", 1)]


def _check_first_time(session: Session) -> None:
    for moment, count in _FIRST_TIME:
        assert _totals(session, moment, "first_time_resolved") == [count], moment


def test_a_repeat_counts_from_when_it_was_noted_until_it_was_parted(city: Hotline) -> None:
    _noted_and_parted(city)
    _check_first_time(city.session)


def test_moments_of_requests_are_filled_from_orders_and_the_audit_log(
    any_database: Database,
) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        _noted_and_parted(city)
        late = city.order(city.request(at("2026-03-02 08:00")), at("2026-03-09 08:00")).request
        number = late.number
    downgrade(any_database.engine, "0048")
    upgrade(any_database.engine)
    with any_database.reading() as session:
        _check_first_time(session)
        stored = session.scalars(select(CitizenRequest).filter_by(number=number)).one()
        assert stored.handed_over_at == at("2026-03-09 08:00")
        assert _totals(session, "03-08 12:00", "handed_over", "open") == [2, 1]


def test_a_request_is_handed_over_from_when_it_was(city: Hotline) -> None:
    unit = city.unit("供水公司")
    order = city.order(city.request(at("2026-03-02 09:00")), at("2026-03-04 09:00"))
    city.dispatched(order, unit, at("2026-03-04 10:00"))
    city.session.flush()
    names = ("requests", "handed_over", "open")
    assert _totals(city.session, "03-03 12:00", *names) == [1, 0, 1]
    assert _totals(city.session, "03-04 12:00", *names) == [1, 1, 0]
    for moment, figure in (("03-03 12:00", "open"), ("03-04 12:00", "handed_over")):
        assert records_of(city.session, _window(moment), f"totals/{figure}").total == 1


def test_a_hot_matter_names_the_unit_that_had_it_then(city: Hotline) -> None:
    """One order was with the wrong unit until 3 March (_long_life); another was sent on the 6th."""
    order, _, water = _long_life(city)
    request = city.request(at("2026-03-02 11:00"))
    other = city.order(request, at("2026-03-02 11:00"))
    city.dispatched(other, water, at("2026-03-06 10:00"))
    found = [order.request_id, request.id]
    span = {"first": MARCH.first, "last": MARCH.last}
    city.session.add(
        HotMatter(name="停水", state="accepted", member_ids=found, earlier=[], rev=1, **span)
    )
    city.session.flush()

    def told(moment: str) -> dict[str, int]:
        as_of = at(f"2026-{moment}")
        [matter] = accepted_matters(city.session, MARCH, as_of=as_of)
        return {one.name: one.count for one in matter.units}

    assert told("03-02 10:30") == {"市政中心": 1}
    assert told("03-02 12:00") == {"市政中心": 1, "待派单": 1}
    assert told("03-03 12:00") == {"待派单": 2}
    assert told("03-05 12:00") == {"供水公司": 1, "待派单": 1}
    assert told("03-07 12:00") == {"供水公司": 2}
