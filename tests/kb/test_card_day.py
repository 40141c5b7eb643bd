"""Cards of an earlier day: the word of that day, and what became of the text since."""

from datetime import date

import pytest

from kb.db import Database
from kb.models import KnowledgeVersion, Unit
from kb.presenters.card_day import day_json
from kb.services.entries import PlannedLink
from kb.terms import LinkKind
from tests.kb.test_held_versions import LATER, revised
from tests.kb.test_publishing import held, published

TODAY = date(2026, 7, 1)


def told(database: Database, version: KnowledgeVersion, as_of: date) -> tuple[str, str, str]:
    with database.reading() as session:
        row = held(session, version)
        said = day_json(row.item, row, as_of, TODAY)
        return said["standing_label"], said["standing_today_label"], said["since"]


def test_a_text_that_was_replaced_was_in_force_on_its_day(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit, valid_from=date(2024, 1, 1))
    second = revised(any_database, first, LATER, body="第一条 改为二十元。\n")
    # Ten days before its end nobody knew of it.
    assert told(any_database, first, date(2026, 6, 1)) == (
        "当日有效",
        "已被替代",
        "2026-06-10 起换成了新的一版。",
    )
    assert told(any_database, second, date(2026, 6, 20)) == (
        "当日有效",
        "现行有效",
        "今天仍然有效。",
    )
    assert told(any_database, second, TODAY) == ("现行有效", "现行有效", "")


@pytest.mark.parametrize(
    ("kind", "today"), [(LinkKind.SUPERSEDES, "已被替代"), (LinkKind.REPEALS, "已废止")]
)
def test_what_another_ended_says_since_when(
    any_database: Database, unit: Unit, kind: LinkKind, today: str
) -> None:
    old = published(any_database, unit, valid_from=date(2024, 1, 1))
    link = PlannedLink(kind, old.item_id, date(2026, 6, 1))
    published(any_database, unit, title="停车新办法", links=(link,))
    said = told(any_database, old, date(2026, 5, 20))
    assert said == ("当日有效", today, f"2026-06-01 起{today}。")


def test_a_stated_end_that_was_near_is_said_as_it_was_then(
    any_database: Database, unit: Unit
) -> None:
    old = published(any_database, unit, valid_from=date(2024, 1, 1), valid_until=date(2026, 6, 30))
    assert told(any_database, old, date(2026, 6, 10))[0] == "即将到期"
    assert told(any_database, old, date(2026, 5, 7))[0] == "当日有效"
    assert (
        told(any_database, old, date(2026, 5, 7))[2] == "有效期到 2026-06-30 为止，今天已经到期。"
    )


def test_of_days_before_a_text_without_dates_was_published_nothing_is_claimed(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit)
    unknown = "没有写明从哪天起有效，2026-05-07 才首次发布，那天是否如此请核实。"
    assert told(any_database, first, date(2025, 1, 1))[2] == unknown + "今天仍然有效。"
    assert told(any_database, first, date(2026, 5, 7))[2] == "今天仍然有效。"


def test_a_day_that_no_text_says_is_told_from_one_that_it_says(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit, valid_from=date(2024, 1, 1))
    second = revised(any_database, first, LATER, body="第一条 改为二十元。\n")
    with any_database.reading() as session:
        old, new = held(session, first), held(session, second)
        before = day_json(old.item, old, date(2026, 6, 1), TODAY)
        after = day_json(new.item, new, TODAY, TODAY)
    names = ("valid_from", "takes_over", "valid_until", "is_cut_short")
    assert [before[name] for name in names] == ["2024-01-01", False, "2026-06-09", True]
    assert [after[name] for name in names] == ["2026-06-10", True, None, False]
