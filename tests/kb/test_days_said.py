"""A day as callers name it. Today is Saturday, 2026-11-28."""

from datetime import date

import pytest

from kb.days_said import day_said

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12月6号能办渡船证吗", "2026-12-06"),
        ("6号渡口上不上班", "2026-12-06"),
        ("30号开门吗", "2026-11-30"),
        ("28日办吗", "2026-11-28"),
        ("31号呢", "2026-12-31"),
        ("11月3日办过", "2026-11-03"),
        ("明天上班吗", "2026-11-29"),
        ("大后天行不行", "2026-12-01"),
        ("礼拜六上班吗", "2026-11-28"),
        ("星期天办吗", "2026-11-29"),
        ("下周一办吗", "2026-11-30"),
        ("下个礼拜三办吗", "2026-12-02"),
    ],
)
def test_the_day_that_is_named(text: str, day: str) -> None:
    assert day_said(text, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    ["渡船证怎么办", "3号楼停电吗", "坐5号线去渡口", "10日内能办好吗", "2月30号办吗", "12345号"],
)
def test_no_day_is_named(text: str) -> None:
    assert day_said(text, TODAY) is None
