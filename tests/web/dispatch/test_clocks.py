"""Clocks as a page shows them, worked by hand."""

from collections.abc import Mapping
from datetime import date

import pytest

from kb.calendar import Limit, WorkingCalendar, deadline
from kb.terms import ClockKind
from kb.work_orders.clocks import Clock
from kb.work_orders.state import OrderState, State
from tests.kb.hotline import at
from webapp.dispatch import clocks

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
    days = clocks.strip(
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
    days = clocks.strip(
        CALENDAR,
        state("2026-05-10 12:00", "2 工作日"),
        at("2026-05-10 12:00"),
        at("2026-05-10 12:30"),
    )
    assert [day.count for day in days] == ["派单", "", "1", "2"]


@pytest.mark.parametrize("limit", ["2 小时", "20 工作日"])
def test_too_short_or_too_long_for_a_strip(limit: str) -> None:
    start = "2026-05-07 10:00"
    assert clocks.strip(CALENDAR, state(start, limit), at(start), at(start)) == []


def test_neighbouring_days_left_out_for_one_reason_share_a_line() -> None:
    lines = clocks.derivation(state("2026-04-29 16:42").due_steps)
    assert [(line.label, line.when) for line in lines] == [
        ("起算", "2026-04-29 周三 16:42"),
        ("第 1 个工作日", "2026-04-30 周四"),
        ("不计", "2026-05-01 至 2026-05-05"),
        ("第 2 个工作日", "2026-05-06 周三"),
        ("第 3 个工作日", "2026-05-07 周四"),
        ("第 4 个工作日", "2026-05-08 周五"),
        ("第 5 个工作日", "2026-05-09 周六"),
        ("到期", "2026-05-09 周六 16:42"),
    ]
    assert lines[2].note == "劳动节放假"


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
    found = clocks.resolve_clock(state("2026-04-29 16:42"), at(now))
    assert (found.kind, found.text) == (kind, text)
