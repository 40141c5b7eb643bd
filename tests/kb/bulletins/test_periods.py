"""The preceding period of equal kind, and the same one of last year."""

from datetime import date, datetime

import pytest

from kb.bulletins.periods import Period
from kb.clock import SHANGHAI


def _period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("period", "previous", "last_year"),
    [
        # A month, a quarter, half a year, a year: as many whole months.
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28"), ("2025-03-01", "2025-03-31")),
        (("2025-07-01", "2025-09-30"), ("2025-04-01", "2025-06-30"), ("2024-07-01", "2024-09-30")),
        (("2026-01-01", "2026-06-30"), ("2025-07-01", "2025-12-31"), ("2025-01-01", "2025-06-30")),
        (("2025-01-01", "2025-12-31"), ("2024-01-01", "2024-12-31"), ("2024-01-01", "2024-12-31")),
        (("2025-02-01", "2025-02-28"), ("2025-01-01", "2025-01-31"), ("2024-02-01", "2024-02-29")),
        # A week: the same days of the week, seven of them around the end of February as well.
        (("2026-03-02", "2026-03-08"), ("2026-02-23", "2026-03-01"), ("2025-03-03", "2025-03-09")),
        (("2024-02-26", "2024-03-03"), ("2024-02-19", "2024-02-25"), ("2023-02-27", "2023-03-05")),
        (("2025-02-24", "2025-03-02"), ("2025-02-17", "2025-02-23"), ("2024-02-26", "2024-03-03")),
        # Seven days that are no such week: a holiday stays one. And a day.
        (("2026-10-01", "2026-10-07"), ("2026-09-24", "2026-09-30"), ("2025-10-01", "2025-10-07")),
        (("2024-02-23", "2024-02-29"), ("2024-02-16", "2024-02-22"), ("2023-02-23", "2023-02-28")),
        (("2024-02-29", "2024-02-29"), ("2024-02-28", "2024-02-28"), ("2023-02-28", "2023-02-28")),
        # Part of a month is no month.
        (("2026-03-01", "2026-03-30"), ("2026-01-30", "2026-02-28"), ("2025-03-01", "2025-03-30")),
    ],
)
def test_periods_before(
    period: tuple[str, str], previous: tuple[str, str], last_year: tuple[str, str]
) -> None:
    assert _period(*period).previous() == _period(*previous)
    assert _period(*period).last_year() == _period(*last_year)


def test_an_earlier_period_is_seen_at_the_same_age() -> None:
    quarter = _period("2025-07-01", "2025-09-30")
    made = datetime(2025, 10, 21, 8, 0, tzinfo=SHANGHAI)
    seen = quarter.previous().moment_like(made, quarter)
    assert seen == datetime(2025, 7, 21, 8, 0, tzinfo=SHANGHAI)
