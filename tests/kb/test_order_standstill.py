"""What an order waits for while the centre rules, and where nobody is left to act."""

import pytest
from sqlalchemy import select

from kb.actor import Actor
from kb.db import Database
from kb.models import Notice, Unit, User, WorkOrder
from kb.queries.supervised_orders import Watch, WatchFilter, all_watched
from kb.queries.unit_orders import Tray, TrayFilter, count_trays
from kb.services import work_orders
from kb.services.order_discontent_round import promise_answers
from kb.services.order_running import running_of
from kb.services.order_signing_round import pass_on_unsigned
from kb.services.orders.projecting import differences, project
from kb.terms import ClockKind, Purpose, Role
from tests.kb.hotline import PROFILE, Hotline, at

SENT = at("2026-05-07 10:24")


def _replied(city: Hotline, writes: list[Role], reviews: list[Role]) -> tuple[WorkOrder, Actor]:
    """An order that its unit answered, and the colleague who may review the reply."""
    city.calendar()
    unit = city.unit("澜川水务集团")
    writer, other = city.actor(*writes, unit=unit), city.actor(*reviews, unit=unit)
    order = city.dispatched(city.order(city.request(SENT), SENT), unit, SENT)
    work_orders.acknowledge(city.session, order, city.by(writer, SENT))
    text = "已修好，电话告知来电人。"
    work_orders.reply(city.session, order, city.by(writer, SENT), text=text)
    return order, other


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_reply_that_nobody_of_the_unit_can_review_goes_to_the_centre(
    any_database: Database, is_gone: bool
) -> None:
    with any_database.unit_of_work() as session:
        order, reviewer = _replied(Hotline(session), [Role.UNIT_CLERK], [Role.UNIT_REVIEWER])
        assert order.state == "unit_review"
        session.get_one(User, reviewer.user_id).is_active = not is_gone
    for _ in range(2):  # a repeat changes nothing
        pass_on_unsigned(any_database, lambda: at("2026-05-08 09:00"), PROFILE)
    with any_database.reading() as session:
        order = session.scalars(select(WorkOrder)).one()
        assert order.state == ("centre_review" if is_gone else "unit_review")
        if is_gone:
            assert "已没有可以审核的人" in order.events[-1].data["text"]


def test_the_last_reviewer_who_wrote_the_reply_does_not_keep_it(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        both = [Role.UNIT_CLERK, Role.UNIT_REVIEWER]
        order, second = _replied(Hotline(session), both, both)
        session.get_one(User, second.user_id).is_active = False
        state = order.state
    assert state == "unit_review"
    pass_on_unsigned(any_database, lambda: SENT, PROFILE)
    with any_database.reading() as session:
        assert session.scalars(select(WorkOrder)).one().state == "centre_review"


def test_while_the_centre_rules_no_unit_is_late_in_acknowledging(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        unit, other = city.unit("澜川水务集团"), city.unit("市住建局")
        order = city.dispatched(city.order(city.request(SENT), SENT), unit, SENT)
        signs_by = order.acknowledge_due_at
        assert signs_by == at("2026-05-08 10:24")
        desk = city.by(city.actor(Role.DISPATCHER), at("2026-05-07 11:00"))
        work_orders.open_ruling(session, order, desk, unit_ids=[other.id], text="谁来办")
        late = at("2026-05-12 10:00")
        state = work_orders.state_of(order)
        assert not state.acknowledge_overdue(late)
        assert order.acknowledge_due_at is None
        # The ruling is what runs out first now, and is spoken of.
        assert ClockKind.RULING in work_orders.running_clocks(order)
        assert ClockKind.ACKNOWLEDGE not in work_orders.running_clocks(order)
        boss = city.actor(Role.SUPERVISOR)
        wanted = WatchFilter(Watch.SIGN)
        assert list(all_watched(session, wanted, actor=boss, now=late)) == []
        desk = city.by(city.actor(Role.DISPATCHER), late)
        work_orders.rule(session, order, desk, unit_id=other.id, text="由住建局主办")
        assert order.acknowledge_due_at == at("2026-05-13 10:00")


def test_a_reply_sent_back_in_the_unit_waits_for_no_review(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        order, reviewer = _replied(city, [Role.UNIT_CLERK], [Role.UNIT_REVIEWER])
        session.flush()
        (waits,) = session.scalars(select(Notice).where(Notice.kind == "order_replied"))
        assert not waits.is_resolved
        by = city.by(reviewer, SENT)
        work_orders.send_back_in_unit(session, order, by, text="请写明维修时间")
        session.refresh(waits)
        assert waits.is_resolved


def test_the_call_back_of_an_urgent_order_runs_whoever_is_on_duty_in_the_unit(
    any_database: Database,
) -> None:
    """The centre calls back; that nobody of the unit is there at night does not put it off."""
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        unit = _resolved_at_night(city)
        order = session.scalars(select(WorkOrder)).one()
        clock = work_orders.state_of(order).clock(ClockKind.CALL_BACK)
        assert clock is not None and unit.id == order.unit_id
        assert clock.start == at("2026-05-07 20:00")
        assert any("有人值班，立即起算" in step for step in clock.steps), clock.steps


def _resolved_at_night(city: Hotline) -> Unit:
    city.calendar()
    unit = city.unit("澜川水务集团")
    order = city.dispatched(city.order(city.request(SENT), SENT), unit, SENT)
    desk = city.by(city.actor(Role.DISPATCHER), SENT)
    work_orders.change_urgency(city.session, order, desk, urgency="urgent", text="管道爆裂")
    city.resolved(order, unit, at("2026-05-07 20:00"))
    return unit


def test_discontent_in_the_call_back_has_a_clock_until_it_is_answered(
    any_database: Database,
) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        unit = city.unit("澜川水务集团")
        orders = [
            city.dispatched(city.order(city.request(SENT, purpose=Purpose.HELP), SENT), unit, SENT)
            for _ in range(3)
        ]
        for order in orders:
            city.resolved(order, unit, SENT)
        # Called on Friday 05-08; two workdays later is Monday 05-11 (Saturday 05-09 is worked).
        caller = city.by(city.actor(Role.FOLLOW_UP_AGENT), at("2026-05-08 16:00"))
        redone, archived, content = orders
        for order in (redone, archived):
            work_orders.follow_up(
                session, order, caller, satisfaction="dissatisfied", text="又停水"
            )
        work_orders.follow_up(session, content, caller, satisfaction="satisfied")
        due = at("2026-05-11 16:00")
        assert (redone.call_back_due_at, redone.next_due_kind) == (due, "call_back")
        assert content.call_back_due_at is None
        (running,) = running_of(redone)
        assert (running.label, running.since) == ("不满意处理", at("2026-05-08 16:00"))
        later = city.by(caller.actor, at("2026-05-11 10:00"))
        work_orders.reopen(session, redone, later, text="又停水")
        work_orders.archive(session, archived, later, text="属户内管道，已说明")
        assert (redone.call_back_due_at, archived.call_back_due_at) == (None, None)


def test_discontent_from_before_there_was_a_clock_gets_one_from_now_on(
    any_database: Database,
) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        unit = city.unit("澜川水务集团")
        asked = city.request(SENT, purpose=Purpose.HELP)
        order = city.dispatched(city.order(asked, SENT), unit, SENT)
        city.resolved(order, unit, SENT)
        caller = city.by(city.actor(Role.FOLLOW_UP_AGENT), at("2026-05-08 16:00"))
        work_orders.follow_up(session, order, caller, satisfaction="dissatisfied", text="又停水")
        called = order.events[-1]
        called.data = {name: value for name, value in called.data.items() if name != "clocks"}
        project(order)
        assert order.call_back_due_at is None
        number, seen = order.number, order.event_count
    now = at("2026-05-12 10:00")  # Tuesday; two workdays later is Thursday
    for _ in range(2):  # a repeat changes nothing
        promise_answers(any_database, lambda: now, PROFILE)
    with any_database.reading() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
        assert order.event_count == seen + 1
        assert order.call_back_due_at == at("2026-05-14 10:00")
        assert (order.events[-1].kind, order.events[-1].actor_id) == ("noted", None)
        (running,) = running_of(order)
        assert running.label == "不满意处理"
        assert differences(order) == []


def test_each_asked_unit_of_a_tree_owes_an_opinion_of_its_own(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        bureau = city.unit("市城管局")
        squads = [city.unit(name, parent=bureau) for name in ("一中队", "二中队")]
        head = city.actor(Role.UNIT_CLERK, unit=bureau)
        clerks = [city.actor(Role.UNIT_CLERK, unit=squad) for squad in squads]
        order = city.order(city.request(SENT), SENT)
        desk = city.by(city.actor(Role.DISPATCHER), SENT)
        asked = [squad.id for squad in squads]
        work_orders.open_ruling(session, order, desk, unit_ids=asked, text="谁来办")

        def owed() -> list[int]:
            return [
                count_trays(session, TrayFilter(), actor=one, now=SENT)[Tray.OPINION]
                for one in (head, *clerks)
            ]

        assert owed() == [1, 1, 1]
        # The bureau speaks for one of them after the other.
        work_orders.give_opinion(session, order, city.by(head, SENT), text="归一中队")
        assert owed() == [1, 0, 1]
        work_orders.give_opinion(session, order, city.by(head, SENT), text="不归二中队")
        assert owed() == [0, 0, 0]
        said = [row.data["unit_id"] for row in order.events if row.kind == "opinion_given"]
        assert said == asked
