"""Clocks as a page shows them, worked by hand."""

from collections.abc import Mapping
from datetime import date

import pytest

from kb.calendar import Limit, WorkingCalendar, deadline
from kb.terms import ClockKind
from kb.work_orders.clocks import Clock
from kb.work_orders.state import OrderState, State
from tests.kb.hotline import at
from webapp import order_clocks, order_derivation

HOLIDAY: Mapping[date, tuple[bool, str]] = {
    **{date(2026, 5, day): (False, "劳动节放假") for day in range(1, 6)},
    date(2026, 5, 9): (True, "劳动节调休上班"),
}
CALENDAR = WorkingCalendar(frozenset({2026}), HOLIDAY)


def state(start: str, limit: str = "5 工作日") -> State:
    found = deadline(CALENDAR, at(start), Limit.parse(limit))
    return State(
        step=OrderState.DISPATCHED,
        unit_id=1,
        dispatched_at=at(start),
        clocks={ClockKind.RESOLVE: Clock(at(start), found.due_at, limit, found.steps)},
    )


def test_the_strip_numbers_workdays_and_marks_rest_makeup_today_and_due() -> None:
    days = order_derivation.strip(
        CALENDAR, state("2026-04-29 16:42"), at("2026-04-29 16:42"), at("2026-05-07 10:24")
    )
    assert [day.label for day in days] == [
        "4/29", "30", "5/1", "2", "3", "4", "5", "6", "7", "8", "5/9"
    ]  # fmt: skip
    assert [day.count for day in days] == ["派单", "1", "", "", "", "", "", "2", "3", "4", "5"]
    assert [day.mark for day in days] == ["", "", *"休休休休休", "", "今", "", "班"]
    assert days[-1].classes == "mk due"
    assert days[8].classes == "now"


def test_a_dispatch_on_a_rest_day_counts_from_the_day_after_the_next_workday() -> None:
    # Sunday 05-10: begins Monday 05-11 09:00; 1 is Tuesday, 2 is Wednesday.
    days = order_derivation.strip(
        CALENDAR,
        state("2026-05-10 12:00", "2 工作日"),
        at("2026-05-10 12:00"),
        at("2026-05-10 12:30"),
    )
    assert [day.count for day in days] == ["派单", "", "1", "2"]


@pytest.mark.parametrize("limit", ["2 小时", "20 工作日"])
def test_too_short_or_too_long_for_a_strip(limit: str) -> None:
    start = "2026-05-07 10:00"
    assert order_derivation.strip(CALENDAR, state(start, limit), at(start), at(start)) == ()


def test_neighbouring_days_of_one_kind_share_a_line_and_makeup_days_say_so() -> None:
    lines = order_derivation.derivation(
        state("2026-04-29 16:42").due_steps, today=date(2026, 5, 7), begun="派单时刻"
    )
    assert [(line.label, line.when, line.note) for line in lines] == [
        ("起算", "04-29 周三 16:42", "派单时刻"),
        ("第 1 个工作日", "04-30 周四", ""),
        ("不计", "05-01 周五 至 05-05 周二", "劳动节放假 5 天"),
        ("第 2—4 个工作日", "05-06 周三 至 05-08 周五", ""),
        ("第 5 个工作日", "05-09 周六", "调休上班，计入"),
        ("到期", "05-09 周六 16:42", ""),
    ]


def test_days_that_the_calendar_now_counts_otherwise_are_told_beside_the_promise() -> None:
    # Promised: 04-30 is the first workday, 05-01 to 05-05 rest. Since then 04-30 became a day of
    # rest and 05-05 a workday.
    promised = state("2026-04-29 16:42").due_steps
    today = date(2026, 5, 7)
    assert order_derivation.changed(CALENDAR, promised, today=today) == ()
    since = {date(2026, 4, 30): (False, "停工"), date(2026, 5, 5): (True, "上班")}
    now = WorkingCalendar(frozenset({2026}), {**HOLIDAY, **since})
    lines = order_derivation.changed(now, promised, today=today)
    assert [(line.label, line.when, line.note) for line in lines] == [
        ("日历后来改了", "04-30 周四", "承诺时算工作日，现在是休息日"),
        ("日历后来改了", "05-05 周二", "承诺时不计，现在是工作日"),
        ("说明", "", "已承诺的到期时间不随日历变；要按现在的日历，由督办重算时限"),
    ]


def test_every_sentence_of_the_clocks_has_its_place() -> None:
    steps = (
        "起算 2026-05-07 周四 22:10",
        "办结时限 2 小时（特急件）",
        "特急件有人值班，立即起算",
        "加 2 小时，到 2026-05-08 周五 00:10",
        "原到期 2026-05-08 周五 00:10",
        "延期 1 工作日",
        "挂起 2026-05-08 周五 09:00 至 2026-05-08 周五 10:00",
        "停了 1 小时，顺延到 2026-05-11 周一 01:10",
    )
    lines = order_derivation.derivation(steps, today=date(2027, 1, 4), begun="首次派单时刻")
    assert [(line.label, line.when, line.note) for line in lines] == [
        ("起算", "2026-05-07 周四 22:10", "首次派单时刻"),
        ("时限", "2 小时", "特急件"),
        ("说明", "", "特急件有人值班，立即起算"),
        ("加 2 小时", "2026-05-08 周五 00:10", ""),
        ("原到期", "2026-05-08 周五 00:10", ""),
        ("延期", "1 工作日", ""),
        ("挂起", "2026-05-08 周五 09:00 至 2026-05-08 周五 10:00", ""),
        ("停了 1 小时", "2026-05-11 周一 01:10", ""),
    ]


def test_where_a_due_time_was_moved_from_is_said_once() -> None:
    steps = (
        "起算 2026-05-07 周四 10:00",
        "加 2 小时，到 2026-05-07 周四 12:00",
        "到期 2026-05-07 周四 12:00",
        "原到期 2026-05-07 周四 12:00",
        "延期 1 工作日",
        "到期 2026-05-08 周五 12:00",
    )
    lines = order_derivation.derivation(steps, today=date(2026, 5, 7))
    told = [line.label for line in lines]
    assert told == ["起算", "加 2 小时", "原到期", "延期", "到期"]


@pytest.mark.parametrize(
    ("now", "kind", "text"),
    [
        ("2026-05-08 10:00", "", "还有 1 天 6 小时"),
        ("2026-05-08 16:42", "warn", "还有 1 天"),
        ("2026-05-09 16:42", "warn", "还有 1 分钟"),
        ("2026-05-09 16:45", "bad", "已超 3 分钟"),
    ],
)
def test_what_is_left_of_a_clock(now: str, kind: str, text: str) -> None:
    found = order_clocks.resolve_clock(state("2026-04-29 16:42"), at(now))
    assert (found.kind, found.text) == (kind, text)
