"""The parts of assisting units in the rows of units: what is asked of them, and what is not."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from kb.bulletins.basis_reading import basis_from
from kb.bulletins.periods import Period
from kb.bulletins.records import records_of
from kb.bulletins.reporting import as_json, report
from kb.bulletins.verifying import verify
from kb.bulletins.window import Window
from kb.db import Database
from kb.services import work_orders
from kb.services.orders.dispatching import Assisting
from kb.terms import Role
from tests.kb.bulletins.book import row
from tests.kb.hotline import Hotline, at

BOTH = {"roles": {"by_unit": ["主办", "协办"]}}


@pytest.fixture
def city(any_database: Database) -> Iterator[Hotline]:
    """青石街道 leads one order and assists in another; 应急局 assists alone; nobody signs."""
    with any_database.session() as session:
        hotline = Hotline(session)
        hotline.calendar()
        street, water, help_ = (hotline.unit(name) for name in ("青石街道", "供水公司", "应急局"))
        sent = at("2026-03-02 10:00")
        by = hotline.by(hotline.actor(Role.DISPATCHER), sent)
        own, shared = (hotline.order(hotline.request(sent), sent) for _ in range(2))
        work_orders.dispatch(session, own, by, unit_id=street.id)
        helping = [Assisting(street.id, "配合"), Assisting(help_.id, "到场")]
        work_orders.dispatch(session, shared, by, unit_id=water.id, assisting=helping)
        session.flush()
        yield hotline
        session.rollback()


def _window(**choices: Any) -> Window:
    return Window(Period.month_of(date(2026, 3, 2)), at("2026-04-01 12:00"), basis_from(choices))


def test_nobody_is_on_time_with_signing_what_it_was_not_asked_to_sign(city: Hotline) -> None:
    window = _window(**BOTH)
    found = as_json(report(city.session, window))
    street, helper = (row(found["by_unit"], name) for name in ("青石街道", "应急局"))
    names = ("orders", "to_acknowledge", "overdue_acknowledged", "acknowledged_on_time_rate")
    assert [street[name] for name in names] == [2, 1, 1, 0]
    assert [helper[name] for name in names] == [1, 0, 0, None]
    # Resolving is for the order as a whole: who assists is late with it.
    assert (street["overdue_resolved"], helper["resolved_on_time_rate"]) == (2, 0)
    assert verify(city.session, window, found) == []
    behind = records_of(city.session, window, "by_unit/青石街道/to_acknowledge")
    assert behind.total == 1


def test_among_the_signed_nothing_changes(city: Hotline) -> None:
    chosen = {"denominators": {"acknowledged_on_time_rate": "acknowledged"}}
    found = as_json(report(city.session, _window(**BOTH, **chosen)))
    assert row(found["by_unit"], "青石街道")["acknowledged_on_time_rate"] is None


def test_where_only_leads_count_there_is_no_such_count(city: Hotline) -> None:
    found = as_json(report(city.session, _window()))
    assert "to_acknowledge" not in found["totals"]
    assert "to_acknowledge" not in found["by_unit"][0]
    assert (found["totals"]["dispatched"], found["totals"]["acknowledged_on_time_rate"]) == (2, 0)
