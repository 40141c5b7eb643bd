"""口径日期 over versions and chains: on every day exactly what held then, and never both."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.models import ItemLink, KnowledgeItem, KnowledgeVersion, Unit
from kb.presenters.card_day import day_json
from kb.presenters.validity import validity
from kb.queries.held_versions import version_held
from kb.services.entries import PlannedLink, create_version
from kb.services.publishing import publish
from kb.services.unlinking import unlink
from kb.services.withdrawing import restore, withdraw
from kb.standing import entry_period, standing_on
from kb.terms import Audience, ItemState, LinkKind, Standing
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of, content, draft, other_unit
from tests.kb.test_publishing import held, published

__all__ = ["other_unit"]
LATER = datetime(2026, 6, 10, 2, 0, tzinfo=UTC)


def revised(database: Database, first: KnowledgeVersion, now: datetime = NOW, **changes: object):  # type: ignore[no-untyped-def]
    """The next version of an entry, published."""
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, first.item_id)
        version = create_version(session, item, content=content(**changes), actor=EDITOR, now=now)
        return publish(session, version, actor=EDITOR, now=now)


def number_on(database: Database, item_id: int, day: date, actor=EDITOR) -> int | None:  # type: ignore[no-untyped-def]
    with database.reading() as session:
        version = version_held(session, session.get_one(KnowledgeItem, item_id), day, actor)
        return version.number if version is not None else None


def test_a_version_that_begins_later_leaves_the_former_in_force_until_then(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit, valid_from=date(2024, 1, 1))
    revised(any_database, first, valid_from=date(2026, 6, 1))
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2026, 5, 31), date(2026, 6, 1)]
    assert [number_on(any_database, first.item_id, day) for day in days] == [None, 1, 1, 2]
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, first.item_id)
        one = held(session, first)
        assert standing_on(item, one, date(2026, 4, 1)) == Standing.IN_FORCE
        assert standing_on(item, one, date(2026, 5, 7)) == Standing.EXPIRING
        assert standing_on(item, one, date(2026, 6, 1)) == Standing.SUPERSEDED
        assert item.current_version is not None
        assert entry_period(item, item.current_version).start == date(2024, 1, 1)


def test_a_corrected_text_holds_from_its_publication_on(any_database: Database, unit: Unit) -> None:
    first = published(any_database, unit, valid_from=date(2024, 1, 1))
    revised(any_database, first, LATER, valid_from=date(2024, 1, 1), body="第一条 改正。\n")
    # Callers were told the first from 05-07 to 06-09; of earlier days the newest text is right.
    days = [date(2026, 5, 7), date(2026, 6, 9), date(2026, 6, 10), date(2025, 3, 1)]
    assert [number_on(any_database, first.item_id, day) for day in days] == [1, 1, 2, 2]


@pytest.mark.parametrize("known", [NOW, LATER])
def test_a_text_that_came_late_ends_the_former_on_the_day_it_says(
    any_database: Database, unit: Unit, known: datetime
) -> None:
    made = draft(any_database, unit, valid_from=date(2024, 1, 1))
    with any_database.unit_of_work() as session:
        first = publish(session, held(session, made), actor=EDITOR, now=known)
    second = revised(any_database, first, LATER, valid_from=date(2026, 6, 1), body="第一条 新。\n")
    days = [date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 9), date(2026, 6, 10)]
    assert [number_on(any_database, first.item_id, day) for day in days] == [1, 2, 2, 2]
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, first.item_id)
        one, two = held(session, first), held(session, second)
        assert validity(item, one) == ("2024-01-01 起施行", "2026-05-31 为最后一天")
        assert validity(item, two) == ("2026-06-01 起施行", "未写明有效期")
        told = day_json(item, one, date(2026, 5, 20), date(2026, 6, 10))
        assert told["since"] == "2026-06-01 起换成了新的一版。"
        told = day_json(item, two, date(2026, 6, 3), date(2026, 6, 10))
        assert told["since"] == "这一版 2026-06-10 才发布，那天答复用的还不是它。今天仍然有效。"


def test_a_text_that_came_late_and_reaches_behind_the_last_ends_both_where_they_end(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit, valid_from=date(2024, 1, 1))
    revised(any_database, first, LATER, valid_from=date(2026, 6, 5), body="第一条 二。\n")
    revised(any_database, first, LATER, valid_from=date(2026, 6, 1), body="第一条 三。\n")
    days = [date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 5), date(2026, 6, 10)]
    assert [number_on(any_database, first.item_id, day) for day in days] == [1, 3, 3, 3]


@pytest.mark.parametrize(
    ("begins", "ended"),
    [
        (date(2025, 3, 1), date(2026, 6, 10)),  # before anybody was told the first
        (date(2026, 5, 7), date(2026, 6, 10)),
        (date(2026, 6, 1), date(2026, 6, 1)),
    ],
)
def test_a_text_without_dates_does_not_end_before_it_was_published(
    any_database: Database, unit: Unit, begins: date, ended: date
) -> None:
    first = published(any_database, unit)
    revised(any_database, first, LATER, valid_from=begins, body="第一条 新。\n")
    with any_database.reading() as session:
        assert held(session, first).replaced_on == ended
    assert number_on(any_database, first.item_id, date(2026, 5, 31)) == 1
    assert number_on(any_database, first.item_id, date(2026, 6, 10)) == 2


def test_a_text_without_dates_speaks_from_the_day_it_took_anothers_place(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit)
    second = revised(any_database, first, LATER, body="第一条 改为二十元。\n")
    third = revised(any_database, first, LATER, body="第一条 改为三十元。\n")
    days = [date(2020, 1, 1), date(2026, 5, 7), date(2026, 6, 9), date(2026, 6, 10)]
    assert [number_on(any_database, first.item_id, day) for day in days] == [1, 1, 1, 3]
    with any_database.reading() as session:
        begun = [held(session, row).took_over_on for row in (first, second, third)]
        assert begun == [None, date(2026, 6, 10), date(2026, 6, 10)]


def test_an_entry_without_dates_speaks_from_the_day_it_took_anothers_place(
    any_database: Database, unit: Unit
) -> None:
    old = published(any_database, unit, valid_from=date(2024, 1, 1))
    link = PlannedLink(LinkKind.SUPERSEDES, old.item_id, date(2026, 6, 1))
    newer = published(any_database, unit, title="停车新办法", links=(link,))
    for day, held_then in ((date(2026, 5, 31), (1, None)), (date(2026, 6, 1), (None, 1))):
        found = tuple(number_on(any_database, row.item_id, day) for row in (old, newer))
        assert found == held_then
    with any_database.unit_of_work() as session:
        made = session.scalars(select(ItemLink)).one()
        item = session.get_one(KnowledgeItem, newer.item_id)
        unlink(session, item, made.id, actor=EDITOR, now=NOW, reason="不是一回事")
    for row in (old, newer):
        assert number_on(any_database, row.item_id, date(2026, 5, 31)) == 1


def test_a_text_without_dates_in_place_of_one_that_never_began_has_no_known_beginning(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit, valid_from=date(2027, 1, 1))
    second = revised(any_database, first, LATER, body="第一条 现在就施行。\n")
    assert number_on(any_database, first.item_id, date(2026, 1, 1)) == 2
    with any_database.reading() as session:
        assert held(session, second).took_over_on is None


def test_a_first_version_that_never_began_holds_on_no_day(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit, valid_from=date(2026, 6, 1))
    revised(any_database, first, valid_from=date(2026, 7, 1))
    days = [date(2026, 6, 15), date(2026, 7, 1)]
    assert [number_on(any_database, first.item_id, day) for day in days] == [None, 2]


def test_an_earlier_version_that_was_internal_stays_hidden(
    any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    first = published(any_database, unit, valid_from=date(2024, 1, 1), audience=Audience.INTERNAL)
    revised(any_database, first, valid_from=date(2026, 6, 1))
    day = date(2026, 5, 20)
    seen = [
        number_on(any_database, first.item_id, day, actor)
        for actor in (None, clerk_of(other_unit), clerk_of(unit), EDITOR)
    ]
    assert seen == [None, None, 1, 1]


def test_a_new_version_of_a_replaced_entry_does_not_bring_it_back(
    any_database: Database, unit: Unit
) -> None:
    old = published(any_database, unit)
    link = PlannedLink(LinkKind.SUPERSEDES, old.item_id, date(2026, 6, 1))
    published(any_database, unit, title="停车新办法", links=(link,))
    revised(any_database, old, body="第一条 改一个错字。\n")
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, old.item_id)
        assert (item.state, item.ended_on) == (ItemState.SUPERSEDED, date(2026, 5, 31))


@pytest.mark.parametrize("is_repeal_first", [True, False])
def test_of_two_that_end_an_entry_the_earlier_day_counts(
    any_database: Database, unit: Unit, is_repeal_first: bool
) -> None:
    old = published(any_database, unit)
    ends = [
        ("停车新办法", PlannedLink(LinkKind.SUPERSEDES, old.item_id, date(2027, 1, 1))),
        ("废止停车办法的决定", PlannedLink(LinkKind.REPEALS, old.item_id, date(2026, 8, 1))),
    ]
    for title, link in reversed(ends) if is_repeal_first else ends:
        published(any_database, unit, title=title, links=(link,))
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, old.item_id)
        assert (item.state, item.ended_on) == (ItemState.REPEALED, date(2026, 7, 31))


def test_an_entry_replaced_while_withdrawn_is_replaced_when_it_comes_back(
    any_database: Database, unit: Unit
) -> None:
    old = published(any_database, unit)
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, old.item_id)
        withdraw(session, item, actor=EDITOR, now=NOW, reason="核对数字")
    link = PlannedLink(LinkKind.SUPERSEDES, old.item_id, date(2026, 5, 1))
    published(any_database, unit, title="停车新办法", links=(link,))
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, old.item_id)
        assert item.state == ItemState.WITHDRAWN
        restore(session, item, actor=EDITOR, now=NOW)
        assert (item.state, item.ended_on) == (ItemState.SUPERSEDED, date(2026, 4, 30))


@pytest.mark.parametrize("way", ["restored", "published anew"])
def test_what_an_entry_replaced_is_replaced_again_when_it_comes_back(
    any_database: Database, unit: Unit, way: str
) -> None:
    old = published(any_database, unit)
    link = PlannedLink(LinkKind.SUPERSEDES, old.item_id, date(2026, 5, 1))
    new = published(any_database, unit, title="停车新办法", links=(link,))
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, new.item_id)
        withdraw(session, item, actor=EDITOR, now=NOW, reason="核对数字")
    revised(any_database, old, body="第一条 暂按旧办法。\n")
    with any_database.reading() as session:
        assert session.get_one(KnowledgeItem, old.item_id).state == ItemState.PUBLISHED
    if way == "restored":
        with any_database.unit_of_work() as session:
            restore(session, session.get_one(KnowledgeItem, new.item_id), actor=EDITOR, now=NOW)
    else:
        revised(any_database, new, title="停车新办法", body="第一条 改好的。\n")
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, old.item_id)
        assert (item.state, item.ended_on) == (ItemState.SUPERSEDED, date(2026, 4, 30))


def test_a_draft_is_nothing_that_held(any_database: Database, unit: Unit) -> None:
    version = draft(any_database, unit, valid_from=date(2024, 1, 1))
    assert number_on(any_database, version.item_id, date(2025, 1, 1)) is None


def test_two_versions_ahead_hold_one_after_the_other(any_database: Database, unit: Unit) -> None:
    first = published(any_database, unit, valid_from=date(2024, 1, 1))
    revised(any_database, first, valid_from=date(2027, 1, 1), body="第一条 每小时三元。\n")
    revised(any_database, first, valid_from=date(2027, 7, 1), body="第一条 每小时四元。\n")
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 6, 30), date(2027, 7, 1)]
    assert [number_on(any_database, first.item_id, day) for day in days] == [1, 2, 2, 3]
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, first.item_id)
        today = date(2026, 5, 7)
        words = [standing_on(item, version, today) for version in item.versions]
        assert words == [Standing.IN_FORCE, Standing.FUTURE, Standing.FUTURE]


def test_a_version_ahead_whose_day_is_put_off_leaves_no_gap(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit, valid_from=date(2024, 1, 1))
    text = "第一条 每小时三元。\n"
    revised(any_database, first, valid_from=date(2027, 1, 1), body=text)
    revised(any_database, first, valid_from=date(2027, 7, 1), body=text)
    days = [date(2027, 1, 1), date(2027, 6, 30), date(2027, 7, 1)]
    assert [number_on(any_database, first.item_id, day) for day in days] == [1, 1, 3]


def test_a_version_that_begins_between_corrects_only_what_follows(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit, valid_from=date(2024, 1, 1))
    revised(any_database, first, valid_from=date(2027, 1, 1), body="第一条 每小时三元。\n")
    revised(any_database, first, valid_from=date(2027, 7, 1), body="第一条 每小时四元。\n")
    revised(any_database, first, valid_from=date(2027, 4, 1), body="第一条 每小时五元。\n")
    days = [date(2026, 12, 31), date(2027, 3, 31), date(2027, 4, 1), date(2027, 8, 1)]
    assert [number_on(any_database, first.item_id, day) for day in days] == [1, 2, 4, 4]


@pytest.mark.parametrize(
    ("in_force_since", "begins"), [(None, date(2027, 4, 1)), (date(2024, 1, 1), date(2024, 1, 1))]
)
def test_a_version_ahead_that_comes_again_between_gives_up_its_first_day(
    any_database: Database, unit: Unit, in_force_since: date | None, begins: date
) -> None:
    # Three yuan from January, four from July; then three again, from April: January is off.
    three, four = "第一条 每小时三元。\n", "第一条 每小时四元。\n"
    january, april, july = date(2027, 1, 1), date(2027, 4, 1), date(2027, 7, 1)
    first = published(
        any_database,
        unit,
        valid_from=in_force_since or january,
        body="第一条 每小时两元。\n" if in_force_since else three,
    )
    if in_force_since:
        revised(any_database, first, valid_from=january, body=three)
    revised(any_database, first, valid_from=july, body=four)
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, first.item_id)
        assert item.first_held_on == (in_force_since or january)
    last = revised(any_database, first, valid_from=april, body=three)
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, first.item_id)
        assert item.current_version is not None
        assert entry_period(item, item.current_version).start == begins
    days = [date(2027, 3, 31), april, date(2027, 8, 1)]
    found = [number_on(any_database, first.item_id, day) for day in days]
    assert found == [1 if in_force_since else None, last.number, last.number]


@pytest.mark.parametrize("day", [date(2027, 7, 1), date(2026, 10, 1)])
def test_what_a_version_ahead_replaces_ends_on_the_day_it_is_moved_to(
    any_database: Database, unit: Unit, day: date
) -> None:
    old = published(any_database, unit)
    link = PlannedLink(LinkKind.SUPERSEDES, old.item_id)
    first = date(2027, 1, 1)
    new = published(any_database, unit, title="停车新办法", valid_from=first, links=(link,))
    revised(any_database, new, title="停车新办法", valid_from=day)
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, old.item_id)
        assert (item.state, item.ended_on) == (ItemState.SUPERSEDED, day - timedelta(days=1))


def test_what_a_version_ahead_replaces_ends_with_it_when_another_step_follows(
    any_database: Database, unit: Unit
) -> None:
    old = published(any_database, unit)
    link = PlannedLink(LinkKind.SUPERSEDES, old.item_id)
    first = date(2027, 1, 1)
    new = published(any_database, unit, title="停车新办法", valid_from=first, links=(link,))
    revised(
        any_database, new, title="停车新办法", valid_from=date(2027, 7, 1), body="第一条 四元。\n"
    )
    with any_database.reading() as session:
        assert session.get_one(KnowledgeItem, old.item_id).ended_on == date(2026, 12, 31)
