"""Archived orders whose draft was discarded: which there are, and a page of them at a time."""

from kb.actor import Actor
from kb.db import Database
from kb.models import OrderEntry
from kb.queries.bare_orders import left_without_entry
from kb.queries.orders import PAGE_SIZE
from kb.services.entries import Content, create_entry
from kb.services.publishing import publish
from kb.terms import KnowledgeKind, Role, VersionState
from kb.work_orders.facts import Knowledge
from kb.work_orders.state import OrderState
from tests.kb.conftest import EDITOR, NOW
from tests.kb.hotline import Hotline

DESK = Actor(0, "派单员", None, frozenset({Role.DISPATCHER}))


def test_they_are_paged_and_those_with_an_entry_left_out(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        unit = city.unit("汀州市公安局")
        thrown, kept = (
            create_entry(
                session,
                unit=unit,
                content=Content(KnowledgeKind.QA, title, "当场办结。"),
                actor=EDITOR,
                now=NOW,
            )
            for title in ("养犬登记收费吗", "养犬登记带什么")
        )
        thrown.state = VersionState.DISCARDED.value
        publish(session, kept, actor=EDITOR, now=NOW)
        orders = [city.order(city.request(NOW), NOW) for _ in range(PAGE_SIZE + 2)]
        for order in orders:
            order.state, order.knowledge = OrderState.ARCHIVED.value, Knowledge.CREATED.value
        noted = [(order, thrown) for order in orders] + [(orders[0], kept)]
        for order, version in noted:
            row = OrderEntry(order_id=order.id, item_id=version.item_id, version_id=version.id)
            row.at = NOW
            session.add(row)
        session.flush()
        first, last = (left_without_entry(session, DESK, page) for page in (1, 99))
        assert (first.total, first.pages, last.number) == (PAGE_SIZE + 1, 2, 2)
        assert [*first.rows, *last.rows] == orders[:0:-1]
