"""效力: first and last day included, a successor's start ends the old entry the day before."""

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.clock import utc_now
from kb.db import Database
from kb.models import KnowledgeItem, KnowledgeVersion, Unit
from kb.queries.portal_list import ListQuery, holding, list_entries, standing_condition
from kb.standing import Period, holds, period, standing_on
from kb.terms import ItemState, KnowledgeKind, Standing

DAY = date(2026, 5, 7)


def entry(
    state: ItemState = ItemState.PUBLISHED,
    start: date | None = None,
    end: date | None = None,
    ended: date | None = None,
    issued: date | None = None,
) -> tuple[KnowledgeItem, KnowledgeVersion]:
    item = KnowledgeItem(state=state.value, ended_on=ended)
    return item, KnowledgeVersion(valid_from=start, valid_until=end, issued_on=issued)


@pytest.mark.parametrize(
    ("days_left", "standing"),
    [
        (-1, Standing.EXPIRED),
        (0, Standing.EXPIRING),
        (29, Standing.EXPIRING),
        (30, Standing.IN_FORCE),
    ],
)
def test_the_last_day_counts_and_thirty_days_before_it_is_expiring(
    days_left: int, standing: Standing
):
    pair = entry(end=DAY + timedelta(days=days_left))
    assert standing_on(*pair, DAY) == standing
    assert holds(*pair, DAY) is (days_left >= 0)


def test_the_first_day_counts_and_the_issue_date_stands_in_for_it():
    assert standing_on(*entry(start=DAY), DAY) == Standing.IN_FORCE
    assert standing_on(*entry(start=DAY + timedelta(days=1)), DAY) == Standing.FUTURE
    assert standing_on(*entry(issued=DAY + timedelta(days=1)), DAY) == Standing.FUTURE
    later = entry(start=DAY, issued=DAY - timedelta(days=30))
    assert period(*later) == Period(DAY, None)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (ItemState.SUPERSEDED, Standing.SUPERSEDED),
        (ItemState.REPEALED, Standing.REPEALED),
    ],
)
def test_an_ended_entry_holds_up_to_its_last_day_and_then_says_how_it_ended(
    state: ItemState, word: Standing
):
    ended = entry(state, ended=DAY, end=DAY + timedelta(days=90))
    assert holds(*ended, DAY)
    assert standing_on(*ended, DAY) == Standing.EXPIRING
    assert not holds(*ended, DAY + timedelta(days=1))
    assert standing_on(*ended, DAY + timedelta(days=1)) == word


def test_an_entry_that_ran_out_before_its_successor_came_has_expired():
    pair = entry(ItemState.SUPERSEDED, end=DAY - timedelta(days=10), ended=DAY - timedelta(days=1))
    assert standing_on(*pair, DAY) == Standing.EXPIRED


def test_drafts_and_withdrawn_entries_hold_on_no_day():
    for state, word in (
        (ItemState.DRAFT, Standing.UNPUBLISHED),
        (ItemState.WITHDRAWN, Standing.WITHDRAWN),
    ):
        assert not holds(*entry(state), DAY)
        assert standing_on(*entry(state), DAY) == word


GROUPS = {
    "valid": {Standing.IN_FORCE, Standing.EXPIRING},
    "expiring": {Standing.EXPIRING},
    "future": {Standing.FUTURE},
    "ended": {Standing.EXPIRED, Standing.SUPERSEDED, Standing.REPEALED},
    "withdrawn": {Standing.WITHDRAWN},
    "unpublished": {Standing.UNPUBLISHED},
}


def _every_combination(session: Session) -> list[tuple[KnowledgeItem, KnowledgeVersion]]:
    unit = Unit(name="市教育局")
    session.add(unit)
    session.flush()
    far, near = timedelta(days=60), timedelta(days=5)
    days = (None, DAY - far, DAY - timedelta(days=1), DAY, DAY + near, DAY + far)
    rows = []
    for state, start, end, ended in product(ItemState, days, days, (None, DAY - near, DAY + near)):
        item = KnowledgeItem(
            unit_id=unit.id, state=state.value, ended_on=ended, created_at=utc_now()
        )
        session.add(item)
        session.flush()
        version = KnowledgeVersion(
            item_id=item.id,
            number=1,
            kind="notice",
            title="通知",
            valid_from=start,
            valid_until=end,
            created_at=utc_now(),
            updated_at=utc_now(),
        )
        session.add(version)
        session.flush()
        item.current_version_id = version.id
        rows.append((item, version))
    session.flush()
    return rows


def test_the_database_and_python_agree_on_every_combination(any_database: Database):
    with any_database.unit_of_work() as session:
        rows = _every_combination(session)
        joined = select(KnowledgeItem.id).join(
            KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id
        )
        for name, standings in GROUPS.items():
            found = set(session.scalars(joined.where(standing_condition(name, DAY))))
            expected = {
                item.id for item, version in rows if standing_on(item, version, DAY) in standings
            }
            assert found == expected, name
        holding_now = set(session.scalars(joined.where(holding(DAY))))
        assert holding_now == {item.id for item, version in rows if holds(item, version, DAY)}
        listed = list_entries(session, None, ListQuery(standing="valid"), DAY)
        assert listed.total == len(holding_now)


def test_a_notice_answers_from_the_day_it_is_issued_a_rule_from_the_day_it_takes_effect() -> None:
    held = {}
    for kind in (KnowledgeKind.NOTICE, KnowledgeKind.POLICY):
        item = KnowledgeItem(state=ItemState.PUBLISHED.value)
        version = KnowledgeVersion(
            kind=kind.value, issued_on=date(2026, 5, 1), valid_from=date(2026, 5, 10)
        )
        held[kind] = [
            holds(item, version, date(2026, 4, 30)),
            holds(item, version, date(2026, 5, 7)),
            holds(item, version, date(2026, 5, 10)),
        ]
        assert standing_on(item, version, date(2026, 5, 7)) == Standing.FUTURE
    assert held[KnowledgeKind.NOTICE] == [False, True, True]
    assert held[KnowledgeKind.POLICY] == [False, False, True]
