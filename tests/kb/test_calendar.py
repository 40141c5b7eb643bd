"""Due times on the official calendar of 2025 and 2026, each worked by hand from the notices of
the State Council: holidays, make-up workdays (调休), nights and year ends."""

from collections.abc import Iterator
from datetime import date

import pytest

from kb.calendar import Limit, WorkingCalendar, deadline, load_calendar, seed_calendar
from kb.clock import SHANGHAI
from kb.db import Base, Database
from kb.errors import CalendarUnknown, InvalidInput
from tests.kb.hotline import at


@pytest.fixture(scope="module")
def calendar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkingCalendar]:
    """The calendar as a new installation enters it, read back from the database."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('calendar') / 'kb.db'}")
    Base.metadata.create_all(database.engine)
    with database.unit_of_work() as session:
        seed_calendar(session)
    with database.reading() as session:
        yield load_calendar(session)
    database.close()


CASES = [
    # 2025 春节: off 01-28 to 02-04; at work Sunday 01-26 and Saturday 02-08.
    ("2025-01-24 10:00", "1 工作日", "2025-01-26 10:00"),
    ("2025-01-24 10:00", "2 工作日", "2025-01-27 10:00"),
    ("2025-01-27 16:00", "1 工作日", "2025-02-05 16:00"),
    ("2025-01-27 16:00", "5 工作日", "2025-02-10 16:00"),
    ("2025-02-07 09:00", "1 工作日", "2025-02-08 09:00"),
    ("2025-02-08 09:30", "1 工作日", "2025-02-10 09:30"),
    # 2025 清明: off 04-04 to 04-06, no make-up day.
    ("2025-04-03 11:00", "1 工作日", "2025-04-07 11:00"),
    # 2025 劳动节: off 05-01 to 05-05; at work Sunday 04-27.
    ("2025-04-25 14:00", "1 工作日", "2025-04-27 14:00"),
    ("2025-04-30 17:00", "1 工作日", "2025-05-06 17:00"),
    ("2025-04-27 11:00", "5 工作日", "2025-05-07 11:00"),
    # 2025 端午: off 05-31 to 06-02.
    ("2025-05-30 08:00", "1 工作日", "2025-06-03 08:00"),
    # 2025 国庆中秋: off 10-01 to 10-08; at work Sunday 09-28 and Saturday 10-11.
    ("2025-09-26 10:00", "1 工作日", "2025-09-28 10:00"),
    ("2025-09-30 16:30", "2 工作日", "2025-10-10 16:30"),
    ("2025-09-30 16:30", "3 工作日", "2025-10-11 16:30"),
    ("2025-10-11 12:00", "1 工作日", "2025-10-13 12:00"),
    # 元旦 2026: off 01-01 to 01-03; at work Sunday 01-04.
    ("2025-12-31 15:00", "1 工作日", "2026-01-04 15:00"),
    ("2025-12-31 15:00", "2 工作日", "2026-01-05 15:00"),
    # 2026 春节: off 02-15 to 02-23; at work Saturdays 02-14 and 02-28.
    ("2026-02-13 10:00", "1 工作日", "2026-02-14 10:00"),
    ("2026-02-14 12:00", "1 工作日", "2026-02-24 12:00"),
    ("2026-02-13 10:00", "5 工作日", "2026-02-27 10:00"),
    ("2026-02-27 10:00", "1 工作日", "2026-02-28 10:00"),
    ("2026-02-28 10:00", "1 工作日", "2026-03-02 10:00"),
    # 2026 清明: off 04-04 to 04-06.
    ("2026-04-03 10:00", "1 工作日", "2026-04-07 10:00"),
    # 2026 劳动节: off 05-01 to 05-05; at work Saturday 05-09.
    ("2026-04-29 16:42", "5 工作日", "2026-05-09 16:42"),
    ("2026-05-08 10:00", "1 工作日", "2026-05-09 10:00"),
    # 2026 端午: off 06-19 to 06-21.
    ("2026-06-18 10:00", "1 工作日", "2026-06-22 10:00"),
    # 2026 中秋: off 09-25 to 09-27; 国庆: off 10-01 to 10-07; at work 09-20 and 10-10.
    ("2026-09-18 10:00", "1 工作日", "2026-09-20 10:00"),
    ("2026-09-24 10:00", "1 工作日", "2026-09-28 10:00"),
    ("2026-09-30 16:30", "2 工作日", "2026-10-09 16:30"),
    ("2026-09-30 16:30", "3 工作日", "2026-10-10 16:30"),
    ("2026-10-10 10:00", "1 工作日", "2026-10-12 10:00"),
    # Nobody at work: the count begins at 09:00 of the next workday.
    ("2026-10-03 20:00", "1 工作日", "2026-10-09 09:00"),
    ("2026-05-10 08:00", "1 工作日", "2026-05-12 09:00"),
    # A make-up Saturday is a workday like any other, early hours included.
    ("2026-05-09 08:00", "1 工作日", "2026-05-11 08:00"),
    # Minutes, hours and 自然日 run through nights, holidays and the year's end.
    ("2026-09-30 23:50", "30 分钟", "2026-10-01 00:20"),
    ("2026-02-16 10:00", "24 小时", "2026-02-17 10:00"),
    ("2026-09-30 16:30", "3 自然日", "2026-10-03 16:30"),
    ("2025-12-31 23:50", "15 分钟", "2026-01-01 00:05"),
]


@pytest.mark.parametrize(("start", "limit", "due"), CASES)
def test_due_times_as_worked_by_hand(
    calendar: WorkingCalendar, start: str, limit: str, due: str
) -> None:
    found = deadline(calendar, at(start), Limit.parse(limit))
    assert found.due_at == at(due)
    assert found.due_at.tzinfo is not None


def test_the_derivation_names_every_day_and_why_it_does_not_count(
    calendar: WorkingCalendar,
) -> None:
    found = deadline(calendar, at("2026-09-30 16:30"), Limit.parse("2 工作日"))
    assert found.steps[0] == "起算 2026-09-30 周三 16:30"
    assert found.steps[-1] == "到期 2026-10-09 周五 16:30"
    skipped = [step for step in found.steps if step.endswith("，不计")]
    assert len(skipped) == 7  # 10-01 to 10-07
    assert all("国庆" in step for step in skipped)
    assert "第 1 个工作日 2026-10-08 周四" in found.steps
    assert "第 2 个工作日 2026-10-09 周五" in found.steps


def test_a_start_outside_work_says_so(calendar: WorkingCalendar) -> None:
    found = deadline(calendar, at("2026-10-03 20:00"), Limit.parse("1 工作日"))
    assert "非工作时间起算，从 2026-10-08 周四 09:00 算起" in found.steps


def test_an_unknown_year_is_an_error_that_says_what_to_do(calendar: WorkingCalendar) -> None:
    with pytest.raises(CalendarUnknown) as caught:
        deadline(calendar, at("2041-05-07 10:00"), Limit.parse("1 工作日"))
    assert caught.value.message == (
        "2041 年的放假安排还没有录入，算不出工作日；请管理员在“管理—工作日历”录入国务院公布的安排"
    )


def test_a_limit_that_reaches_into_an_unknown_year_is_not_guessed() -> None:
    only_2026 = WorkingCalendar(frozenset({2026}), {})
    with pytest.raises(CalendarUnknown, match="2027 年"):
        deadline(only_2026, at("2026-12-31 10:00"), Limit.parse("1 工作日"))
    # Natural time needs no calendar.
    due = deadline(only_2026, at("2026-12-31 10:00"), Limit.parse("1 自然日")).due_at
    assert due == at("2027-01-01 10:00")


def test_the_same_time_of_day_is_kept_in_the_city(calendar: WorkingCalendar) -> None:
    due = deadline(calendar, at("2026-05-06 00:05"), Limit.parse("1 工作日")).due_at
    assert due.astimezone(SHANGHAI).isoformat() == "2026-05-07T00:05:00+08:00"


def test_entering_the_calendar_twice_changes_nothing(tmp_path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'kb.db'}")
    Base.metadata.create_all(database.engine)
    with database.unit_of_work() as session:
        first = seed_calendar(session)
        assert {2025, 2026} <= set(first)
        assert seed_calendar(session) == []
        calendar = load_calendar(session)
    database.close()
    assert calendar.is_workday(date(2026, 5, 9))
    assert calendar.note(date(2026, 5, 9)) == "劳动节调休上班"
    assert not calendar.is_workday(date(2026, 5, 1))


@pytest.mark.parametrize(
    "text",
    ["", "工作日", "0 工作日", "-1 工作日", "1.5 小时", "² 工作日", "2", "2 周", "两 工作日",
     "1000000 自然日", "9" * 400 + " 分钟"],
)  # fmt: skip
def test_limits_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="看不懂时限"):
        Limit.parse(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("2工作日", "2 工作日"), (" 30 分钟 ", "30 分钟"), ("1  自然日", "1 自然日")],
)
def test_limits_are_read_with_or_without_spaces(text: str, shown: str) -> None:
    assert str(Limit.parse(text)) == shown
