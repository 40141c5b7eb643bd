"""A list that runs by unit is paged without sorting it, and reads the same."""

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.models import WorkOrder
from kb.queries.by_unit import page_by_unit
from kb.queries.orders import order_by, with_unit
from tests.kb.hotline import Hotline, at

MORNING = at("2026-05-06 09:00")
# Orders of each unit by due day; the last have neither unit nor due time.
ORDERS = {"东塔局": (4, 2, 2, 9), "安定局": (7,), "西河局": (1, 8, 3), None: (None, None)}


@pytest.mark.parametrize("sort", ["unit", "-unit"])
def test_pages_by_unit_are_those_of_the_sorted_list(any_database: Database, sort: str) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        for name, days in ORDERS.items():
            unit = city.unit(name) if name else None
            for day in days:
                order = city.order(city.request(MORNING), MORNING)
                order.unit_id = unit.id if unit else None
                order.next_due_at = at(f"2026-05-{day:02d} 09:00") if day else None
    with any_database.reading() as session:
        run = order_by(sort)
        whole = session.scalars(with_unit(select(WorkOrder.id), sort).order_by(*run)).all()
        paged: list[int] = []
        for offset in range(0, len(whole) + 4, 4):
            ids = page_by_unit(
                session,
                select(WorkOrder.id),
                run[1:],
                is_descending=sort == "-unit",
                offset=offset,
                limit=4,
            )
            page = with_unit(select(WorkOrder.id), sort).where(WorkOrder.id.in_(ids))
            paged += session.scalars(page.order_by(*run))
        assert paged == list(whole)
        last = session.scalars(select(WorkOrder.unit_id).where(WorkOrder.id.in_(paged[-2:]))).all()
    assert len(whole) == 10 and last == [None, None]
