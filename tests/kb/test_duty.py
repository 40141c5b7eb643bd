"""值班: who is on duty when, what that does to urgent orders, and who may say so."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from kb.calendar import OFFICE_HOURS
from kb.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion
from kb.models import Unit
from kb.queries.on_duty import on_duty
from kb.services import duty
from kb.services.orders.dispatching import open_order, plan_dispatch
from kb.services.orders.reading import state_of
from kb.terms import ClockKind, DutyPeriod, Purpose, Role, Urgency
from tests.kb.hotline import PROFILE, Hotline, at

NOW = at("2026-09-29 10:00")


@pytest.fixture
def water(city: Hotline) -> Unit:
    return city.unit("澜川水务集团")


def roster(session: Session, city: Hotline, unit: Unit, period: DutyPeriod, day: date) -> None:
    made = duty.add_shifts(
        session,
        unit.id,
        first=day,
        last=day,
        period=period,
        name="王建国",
        phone="0999-8800123",
        hours=OFFICE_HOURS,
        actor=city.actor(Role.UNIT_REVIEWER, unit=unit),
        now=NOW,
    )
    assert len(made) == 1


@pytest.mark.parametrize(
    ("period", "moment", "is_on"),
    [
        (DutyPeriod.NIGHT, "2026-09-30 17:29", False),
        (DutyPeriod.NIGHT, "2026-09-30 17:30", True),
        (DutyPeriod.NIGHT, "2026-10-01 08:59", True),
        (DutyPeriod.NIGHT, "2026-10-01 09:00", False),
        (DutyPeriod.DAY, "2026-09-30 09:00", True),
        (DutyPeriod.DAY, "2026-09-30 17:30", False),
        (DutyPeriod.ALL, "2026-09-30 08:59", False),
        (DutyPeriod.ALL, "2026-10-01 02:00", True),
        (DutyPeriod.ALL, "2026-10-01 09:00", False),
    ],
)
def test_a_shift_covers_its_hours(
    session: Session, city: Hotline, water: Unit, period: DutyPeriod, moment: str, is_on: bool
) -> None:
    roster(session, city, water, period, date(2026, 9, 30))
    assert on_duty(session, water.id, at(moment)).is_on is is_on


def due(session: Session, city: Hotline, unit: Unit, urgency: Urgency, when: str) -> str:
    """When an order of this class, sent at ``when``, must be acknowledged."""
    request = city.request(at(when), purpose=Purpose.HELP)
    order = open_order(
        session,
        request,
        profile=PROFILE,
        actor=city.actor(Role.AGENT),
        now=at(when),
        urgency=urgency,
    )
    city.dispatched(order, unit, at(when))
    clock = state_of(order).clock(ClockKind.ACKNOWLEDGE)
    assert clock is not None
    return clock.steps[-1].split("到 ")[-1].removeprefix("到期 ")


def test_an_urgent_order_at_night_starts_at_once_where_somebody_is_on_duty(
    session: Session, city: Hotline, water: Unit
) -> None:
    night = "2026-09-30 23:50"
    assert due(session, city, water, Urgency.URGENT, night) == "2026-10-08 周四 09:30"
    assert due(session, city, water, Urgency.CRITICAL, night) == "2026-10-01 周四 00:05"
    roster(session, city, water, DutyPeriod.NIGHT, date(2026, 9, 30))
    assert due(session, city, water, Urgency.URGENT, night) == "2026-10-01 周四 00:20"
    # An ordinary one waits all the same: from 10-08 09:00 one workday.
    assert due(session, city, water, Urgency.NORMAL, night) == "2026-10-09 周五 09:00"
    # The shift is over; another unit's has nothing to do with it.
    assert due(session, city, water, Urgency.URGENT, "2026-10-01 20:00") == "2026-10-08 周四 09:30"
    other = city.unit("澜川供热公司")
    assert due(session, city, other, Urgency.URGENT, night) == "2026-10-08 周四 09:30"


def test_a_preview_for_a_unit_promises_what_a_dispatch_to_it_then_does(
    session: Session, city: Hotline, water: Unit
) -> None:
    night = at("2026-09-30 23:50")
    roster(session, city, water, DutyPeriod.NIGHT, date(2026, 9, 30))
    order = open_order(
        session,
        city.request(night, purpose=Purpose.HELP),
        profile=PROFILE,
        actor=city.actor(Role.AGENT),
        now=night,
        urgency=Urgency.URGENT,
    )
    plan = plan_dispatch(session, order, profile=PROFILE, now=night, unit_id=water.id)
    assert plan.acknowledge.due == at("2026-10-01 00:20")
    assert city.dispatched(order, water, night).acknowledge_due_at == plan.acknowledge.due


def test_a_unit_that_serves_always_needs_no_roster(
    session: Session, city: Hotline, water: Unit
) -> None:
    admin = city.actor(Role.ADMIN)
    always = {"serves_always": True, "phone": "0999-96116", "actor": admin, "now": NOW}
    duty.set_service(session, water.id, seen_rev=0, **always)
    assert due(session, city, water, Urgency.URGENT, "2026-10-03 03:00") == "2026-10-03 周六 03:30"
    with pytest.raises(StaleVersion, match="在别处改过"):
        duty.set_service(session, water.id, seen_rev=0, **always)
    with pytest.raises(InvalidInput, match="能打通的电话"):
        duty.set_service(session, water.id, seen_rev=1, **(always | {"phone": " "}))


def test_a_shift_that_was_taken_out_covers_nothing(
    session: Session, city: Hotline, water: Unit
) -> None:
    roster(session, city, water, DutyPeriod.NIGHT, date(2026, 9, 30))
    shift = duty.shifts_from(session, water.id, date(2026, 9, 30))[0]
    admin = city.actor(Role.ADMIN)
    duty.remove_shift(session, shift.id, actor=admin, now=NOW)
    session.flush()
    assert not on_duty(session, water.id, at("2026-09-30 20:00")).is_on
    with pytest.raises(NotFound):
        duty.remove_shift(session, shift.id, actor=admin, now=NOW)


def test_only_the_units_reviewer_and_administrators_keep_a_roster(
    session: Session, city: Hotline, water: Unit
) -> None:
    other = city.unit("澜川供热公司")
    given = {"serves_always": False, "phone": "", "seen_rev": 0, "now": NOW}
    clerk = city.actor(Role.UNIT_CLERK, unit=water)
    with pytest.raises(PermissionDenied, match="由本单位审核人或管理员维护"):
        duty.set_service(session, water.id, actor=clerk, **given)
    with pytest.raises(PermissionDenied):
        duty.set_service(session, water.id, actor=city.actor(Role.DISPATCHER), **given)
    stranger = city.actor(Role.UNIT_REVIEWER, unit=other)
    with pytest.raises(NotFound):
        duty.set_service(session, water.id, actor=stranger, **given)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"phone": "打我手机"}, "shift_phone"),
        ({"last": date(2026, 9, 29)}, "last"),
        ({"last": date(2026, 12, 31)}, "last"),
        ({"first": date(2026, 9, 1), "last": date(2026, 9, 2)}, "last"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(
    session: Session, city: Hotline, water: Unit, changes: dict[str, object], field: str
) -> None:
    given = {
        "first": date(2026, 9, 30),
        "last": date(2026, 9, 30),
        "period": DutyPeriod.NIGHT,
        "name": "王建国",
        "phone": "0999-8800123",
        "hours": OFFICE_HOURS,
        "actor": city.actor(Role.ADMIN),
        "now": NOW,
    }
    with pytest.raises(InvalidInput) as caught:
        duty.add_shifts(session, water.id, **(given | changes))
    assert list(caught.value.fields) == [field]


def test_leaders_are_listed_by_level_until_they_are_ended(
    session: Session, city: Hotline, water: Unit
) -> None:
    admin = city.actor(Role.ADMIN)
    for level, name in ((2, "周局长"), (1, "吴科长")):
        duty.add_leader(
            session,
            water.id,
            level=level,
            name=name,
            post="",
            email=f"l{level}@lanchuan.example",
            actor=admin,
            now=NOW,
        )
    leaders = duty.leaders_of(session, water.id)
    assert [(one.level, one.name) for one in leaders] == [(1, "吴科长"), (2, "周局长")]
    duty.end_leader(session, leaders[0].id, actor=admin, now=NOW)
    session.flush()
    assert [one.name for one in duty.leaders_of(session, water.id)] == ["周局长"]
    with pytest.raises(InvalidInput) as caught:
        duty.add_leader(
            session, water.id, level=9, name="", post="", email="x", actor=admin, now=NOW
        )
    assert set(caught.value.fields) == {"level", "leader", "email"}
