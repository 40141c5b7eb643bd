"""Searching lists of orders finds a word in whatever case, on both databases."""

import pytest
from sqlalchemy import func, select

from kb.db import Database
from kb.models import CitizenRequest, WorkOrder
from kb.queries.orders import says
from kb.queries.unit_orders import Tray, TrayFilter, count_trays
from kb.terms import Role
from tests.kb.hotline import Hotline, at

NOW = at("2026-05-07 10:24")


@pytest.mark.parametrize(
    ("text", "count"), [("wifi 断网", 1), ("WIFI", 1), ("lc-0001", 1), ("光猫", 0)]
)
def test_a_word_is_found_in_whatever_case(any_database: Database, text: str, count: int) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        office = city.unit("市大数据局")
        request = city.request(NOW, title="小区WiFi断网")
        request.number = "LC-0001"
        city.dispatched(city.order(request, NOW), office, NOW)
        clerk = city.actor(Role.UNIT_CLERK, unit=office)
        assert count_trays(session, TrayFilter(text=text), actor=clerk, now=NOW)[Tray.ALL] == count
        query = select(func.count()).select_from(WorkOrder).join(CitizenRequest)
        assert session.scalar(query.where(says(text))) == count
