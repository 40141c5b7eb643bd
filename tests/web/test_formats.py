"""How values read on a page; every expected text was worked out by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from webapp import formats

NOW = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (NOW, "05-07 周四 10:24"),
        (datetime(2026, 5, 7, 16, 30, tzinfo=UTC), "05-08 周五 00:30"),
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), "2025-12-31 周三 23:59"),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "01-01 周四 00:00"),
        (None, "—"),
    ],
)
def test_times_are_local_and_name_the_year_only_when_needed(
    instant: datetime | None, shown: str
) -> None:
    assert formats.local_time(instant, NOW) == shown


def test_a_file_names_the_year_and_sorts_by_its_times() -> None:
    assert formats.filed_time(datetime(2025, 12, 31, 16, 0, tzinfo=UTC)) == "2026-01-01 00:00"
    assert formats.filed_time(None) == ""


def test_the_year_turns_in_the_city_not_in_utc() -> None:
    new_year = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)  # already 2026 in Shanghai
    assert formats.local_time(new_year, new_year) == "01-01 周四 00:00"
    assert formats.day_text(date(2025, 3, 1), date(2026, 1, 1)) == "2025-03-01 周六"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (16829, 21460, "78.42%"),
        (1, 3, "33.33%"),
        (2, 3, "66.67%"),
        (1, 800, "0.13%"),  # 0.125 rounds up, not to even
        (5, 0, "—"),
    ],
)
def test_percentages_round_half_up(part: int, whole: int, shown: str) -> None:
    assert formats.percent(part, whole) == shown


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (timedelta(days=2, hours=6, minutes=40), "还有 2 天 6 小时"),
        (timedelta(days=1), "还有 1 天"),
        (timedelta(hours=3), "还有 3 小时"),
        (timedelta(minutes=25, seconds=59), "还有 25 分钟"),
        (timedelta(seconds=5), "还有 1 分钟"),
        (timedelta(hours=-3, minutes=-5), "已超 3 小时 5 分钟"),
    ],
)
def test_remaining_time_shows_its_two_largest_parts(span: timedelta, shown: str) -> None:
    assert formats.remaining(NOW + span, NOW) == shown


def test_a_code_has_its_label() -> None:
    assert formats.term_label("agent", "Role") == "坐席"
    assert formats.number(21460) == "21,460"
