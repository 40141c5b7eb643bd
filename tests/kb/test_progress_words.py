"""What 查进度 says of a request with several orders, and of one that is done again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kb.db import Database
from kb.models import CitizenRequest
from kb.queries.progress import find_progress, progress_of
from kb.services import work_orders
from kb.terms import Outcome, Purpose, Role
from kb.work_orders.facts import Pause
from kb.work_orders.state import OrderState, State
from tests.kb.hotline import Hotline

NOW = datetime(2026, 11, 28, 1, tzinfo=UTC)


@pytest.fixture
def asked() -> CitizenRequest:
    return CitizenRequest(
        number="YT20261128-0005",
        purpose=Purpose.COMPLAINT.value,
        outcome=Outcome.HANDED_OVER.value,
        received_at=datetime(2026, 11, 28, 1, tzinfo=UTC),
    )


def at_step(step: OrderState, unit_id: int | None = None) -> State:
    return replace(State(), step=step, unit_id=unit_id)


def test_each_order_of_a_split_request_is_counted_where_it_stands(asked: CitizenRequest) -> None:
    orders = [at_step(OrderState.DISPATCHED, 1), at_step(OrderState.ACKNOWLEDGED, 2)]
    told = progress_of(asked, orders)
    assert told.headline == "已派单，等待签收"
    assert told.explanation == (
        "您的诉求分成 2 张工单，由几个单位分别办理："
        "1 张正在办理，1 张还没有签收。下面是最慢的一张。"
    )
    done = progress_of(asked, [at_step(OrderState.RESOLVED), at_step(OrderState.ARCHIVED)])
    assert done.is_done
    assert "2 张已办结。如有疑问请拨打 12345" in done.explanation


def test_several_units_are_named_only_once_several_have_it(asked: CitizenRequest) -> None:
    waiting = [at_step(OrderState.ACCEPTED), at_step(OrderState.ACCEPTED)]
    assert progress_of(asked, waiting).explanation == (
        "您的诉求分成 2 张工单：2 张等待派单。如有疑问请拨打 12345，并报上编号。"
    )
    one_unit = [at_step(OrderState.ACKNOWLEDGED, 1), at_step(OrderState.ACCEPTED)]
    assert "单位" not in progress_of(asked, one_unit).explanation


def test_orders_merged_into_one_are_told_as_one(any_database: Database) -> None:
    """A request split in two, both of which were merged into another caller's order."""
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        request = city.request(NOW, requester_phone="13900005678")
        parts = [city.order(request, NOW), city.order(request, NOW)]
        main = city.order(city.request(NOW, title="也漏水"), NOW)
        by = city.by(city.actor(Role.DISPATCHER), NOW)
        for part in parts:
            work_orders.merge(session, part, by, into=main, text="同一处漏水")
        number = request.number
    with any_database.reading() as session:
        told = find_progress(session, number, "5678")
    assert told.explanation == "热线中心正在确定由哪个单位办理。"


def test_an_order_given_back_is_being_done_again(asked: CitizenRequest) -> None:
    again = replace(at_step(OrderState.ACKNOWLEDGED), reopens=1)
    told = progress_of(asked, [again])
    assert (told.headline, told.explanation) == (
        "正在重新办理",
        "已交回负责的单位重新办理，时限重新计算。",
    )
    assert progress_of(asked, [at_step(OrderState.ACKNOWLEDGED)]).headline == "正在办理"


@pytest.mark.parametrize(
    ("is_informed", "steps", "words"),
    [
        (True, [], "办理结果已经答复您"),
        (False, [], "已经办结；热线中心会致电告诉您办理结果"),
        (None, [], "已经办结；热线中心会致电告诉您办理结果"),
        (None, ["tried"], "已经办结；热线中心会致电告诉您办理结果"),
        (None, ["called"], "办理结果已经答复您"),
        (None, ["objected"], "已经收到您的评价，热线中心会先致电"),
        (None, ["archived"], "已经办结；了解办理结果请拨打 12345"),
    ],
)
def test_who_was_not_told_the_result_is_not_said_to_know_it(
    session: Session, is_informed: bool | None, steps: list[str], words: str
) -> None:
    city = Hotline(session)
    city.calendar()
    unit = city.unit("澜川水务集团")
    request = city.request(NOW, purpose=Purpose.HELP, requester_phone="13900005678")
    order = city.dispatched(city.order(request, NOW), unit, NOW)
    clerk = city.by(city.actor(Role.UNIT_CLERK, unit=unit), NOW)
    work_orders.acknowledge(session, order, clerk)
    work_orders.reply(session, order, clerk, text="已修好。", is_informed=is_informed)
    desk = city.by(city.actor(Role.DISPATCHER), NOW)
    work_orders.resolve(session, order, desk)
    caller = city.by(city.actor(Role.FOLLOW_UP_AGENT), NOW)
    for step in steps:
        if step == "tried":
            work_orders.attempt_call(session, order, caller, result="busy")
        elif step == "called":
            work_orders.follow_up(session, order, caller, satisfaction="satisfied")
        elif step == "objected":
            work_orders.rate_by_link(
                session, order, caller, satisfaction="dissatisfied", text="没修好"
            )
        else:
            work_orders.archive(session, order, caller, waived="号码有误")
    told = find_progress(session, request.number, "5678")
    assert told.is_done and words in told.explanation
    assert ("已经答复您" in told.explanation) == ("已经答复您" in words)


def test_what_was_redone_before_a_merge_is_another_requesters_story(session: Session) -> None:
    city = Hotline(session)
    city.calendar()
    unit = city.unit("澜川水务集团")
    own = city.request(NOW, purpose=Purpose.HELP, requester_phone="13900001234")
    main = city.dispatched(city.order(own, NOW), unit, NOW)
    city.resolved(main, unit, NOW)
    hour = timedelta(hours=1)
    boss = city.actor(Role.SUPERVISOR)
    work_orders.reopen(session, main, city.by(boss, NOW + hour), text="又漏了")
    asked = city.request(NOW, purpose=Purpose.HELP, requester_phone="13900005678")
    other = city.order(asked, NOW + 2 * hour)
    desk = city.actor(Role.DISPATCHER)
    work_orders.merge(session, other, city.by(desk, NOW + 2 * hour), into=main, text="同一处漏水")
    assert find_progress(session, own.number, "1234").headline == "正在重新办理"
    assert find_progress(session, asked.number, "5678").headline == "正在办理"
    # From here on it is theirs, too.
    later = NOW + 3 * hour
    clerk = city.by(city.actor(Role.UNIT_CLERK, unit=unit), later)
    work_orders.reply(session, main, clerk, text="已修好。")
    work_orders.resolve(session, main, city.by(desk, later))
    work_orders.reopen(session, main, city.by(boss, later + hour), text="还在漏")
    assert find_progress(session, asked.number, "5678").headline == "正在重新办理"


def test_steps_taken_before_a_merge_are_another_requesters(session: Session) -> None:
    city = Hotline(session)
    city.calendar()
    unit = city.unit("澜川水务集团")
    own = city.request(NOW, purpose=Purpose.HELP, requester_phone="13900001234")
    main = city.dispatched(city.order(own, NOW), unit, NOW)
    hour = timedelta(hours=1)
    asked = city.request(NOW + hour, purpose=Purpose.HELP, requester_phone="13900005678")
    other = city.order(asked, NOW + hour)
    desk = city.actor(Role.DISPATCHER)
    joined = NOW + 2 * hour
    work_orders.merge(session, other, city.by(desk, joined), into=main, text="同一处漏水")

    def told(request: CitizenRequest, tail: str) -> list[tuple[str, datetime | None]]:
        return [(one.label, one.at) for one in find_progress(session, request.number, tail).steps]

    assert told(asked, "5678") == [
        ("登记", NOW + hour),
        ("合并办理", joined),
        ("签收办理", None),
        ("单位答复", None),
        ("办结", None),
    ]
    signed = NOW + 3 * hour
    clerk = city.by(city.actor(Role.UNIT_CLERK, unit=unit), signed)
    work_orders.acknowledge(session, main, clerk)
    assert told(asked, "5678")[1:3] == [("合并办理", joined), ("签收办理", signed)]
    assert told(own, "1234")[:3] == [("登记", NOW), ("派单", NOW), ("签收办理", signed)]


def test_what_was_done_for_a_request_before_its_merge_stays_its_own(session: Session) -> None:
    city = Hotline(session)
    city.calendar()
    unit = city.unit("澜川水务集团")
    hour = timedelta(hours=1)
    main = city.order(city.request(NOW, purpose=Purpose.HELP), NOW)
    city.dispatched(main, unit, NOW + 3 * hour)
    asked = city.request(NOW, purpose=Purpose.HELP, requester_phone="13900005678")
    other = city.dispatched(city.order(asked, NOW), unit, NOW + hour)
    desk = city.by(city.actor(Role.DISPATCHER), NOW + 4 * hour)
    work_orders.merge(session, other, desk, into=main, text="同一处漏水")
    steps = find_progress(session, asked.number, "5678").steps
    assert [(one.label, one.at) for one in steps][:4] == [
        ("登记", NOW),
        ("派单", NOW + hour),
        ("合并办理", NOW + 4 * hour),
        ("签收办理", None),
    ]


def test_a_pause_is_told_while_it_runs(asked: CitizenRequest) -> None:
    pause = Pause(NOW, NOW + timedelta(days=3), "等鉴定")
    paused = replace(at_step(OrderState.ACKNOWLEDGED), pauses=(pause,))
    told = progress_of(asked, [paused], now=NOW + timedelta(days=1))
    assert told.headline == "正在办理，已暂停"
    # Why is between the unit and the centre.
    assert told.explanation == "经热线中心同意，暂停办理到 2026-12-01 09:00，届时继续办理。"
    assert progress_of(asked, [paused], now=pause.end).headline == "正在办理"
    # Of a split request the one that goes on is told first; each by itself beside it.
    working = at_step(OrderState.ACKNOWLEDGED)
    split = progress_of(asked, [paused, working], now=NOW + timedelta(days=1))
    assert split.headline == "正在办理"
    assert "1 张暂停办理到 2026-12-01 09:00，1 张正在办理。" in split.explanation
