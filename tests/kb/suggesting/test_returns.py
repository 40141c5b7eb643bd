"""乒乓指数: returns of a matter counted by unit, shown with its row and held against the unit."""

from datetime import timedelta
from itertools import count

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.models import CatalogueEntry, Unit, WorkOrder, WorkOrderUnit
from kb.queries.catalogue import Wanted, list_entries
from kb.queries.catalogue_effect import effect_of
from kb.queries.dispatch_evidence import by_unit, returns_since
from kb.services.catalogue import content_of
from kb.services.orders.projecting import request_columns
from kb.services.suggesting import suggest_units
from kb.terms import Outcome, Role
from kb.work_orders.facts import PartRole
from tests.kb.conftest import NOW
from tests.kb.hotline import Hotline
from tests.kb.suggesting.telling import NOISE

NUMBERS = count(5000)
CENTRE = Actor(0, "派单员", None, frozenset({Role.DISPATCHER}))


def order(
    session: Session, *parts: tuple[Unit, str], days_ago: int = 1, state: str = "accepted"
) -> None:
    """An order about night works with these leads and what ended their parts, so long ago."""
    at = NOW - timedelta(days=days_ago)
    request = Hotline(session, NUMBERS).request(
        at, title="夜间施工噪音", category=NOISE, outcome=Outcome.HANDED_OVER
    )
    session.flush()
    row = WorkOrder(
        number=f"LCGD-{next(NUMBERS)}",
        request_id=request.id,
        created_at=at,
        state=state,
        **request_columns(request),
    )
    for ordinal, (unit, ended_by) in enumerate(parts):
        row.units.append(
            WorkOrderUnit(
                ordinal=ordinal,
                unit_id=unit.id,
                role=PartRole.LEAD.value,
                since=at,
                until=at if ended_by else None,
                ended_by=ended_by,
            )
        )
    session.add(row)
    session.flush()


def row_of(session: Session, lead: Unit) -> CatalogueEntry:
    row = CatalogueEntry(
        matter="夜间施工噪音",
        words=["夜间施工"],
        category=NOISE,
        lead_unit_id=lead.id,
        valid_from=(NOW - timedelta(days=100)).date(),
    )
    session.add(row)
    session.flush()
    return row


def test_a_return_counts_for_the_unit_that_had_the_order(session: Session) -> None:
    hotline = Hotline(session, NUMBERS)
    city, police = hotline.unit("市城市管理局"), hotline.unit("市公安局")
    order(
        session,
        (city, "returned"),
        (police, "return_granted"),
    )
    order(session, (city, ""), days_ago=2)
    order(session, (city, "reassigned"), (police, ""))
    order(session, (city, "returned"), days_ago=91)
    found = returns_since(session, NOW - timedelta(days=90))
    assert by_unit(found) == {city.id: 1, police.id: 1}


def test_the_row_shows_its_returns_and_the_share_of_orders(session: Session) -> None:
    city = Hotline(session, NUMBERS).unit("市城市管理局")
    row = row_of(session, city)
    for _ in range(2):
        order(session, (city, "returned"))
    order(session, (city, ""))
    returns = list_entries(session, Wanted(), actor=CENTRE, now=NOW).returns[row.id]
    assert (returns.count, returns.by_unit, returns.orders) == (2, (("市城市管理局", 2),), 3)


def test_an_order_taken_back_is_none_that_a_row_would_have_sent(session: Session) -> None:
    city = Hotline(session, NUMBERS).unit("市城市管理局")
    row = row_of(session, city)
    order(session, (city, "returned"))
    order(session, state="cancelled")
    returns = list_entries(session, Wanted(), actor=CENTRE, now=NOW).returns[row.id]
    assert returns.orders == 1
    effect = effect_of(session, content_of(row), entry_id=row.id, now=NOW)
    assert (effect.looked_at, effect.fitting) == (1, 1)


def test_returns_are_told_and_lower_the_unit(session: Session) -> None:
    city = Hotline(session, NUMBERS).unit("市城市管理局")
    row_of(session, city)
    (before,) = suggest_units(session, "夜间施工", "", NOISE, NOW)
    order(session, (city, "returned"))
    (after,) = suggest_units(session, "夜间施工", "", NOISE, NOW)
    assert after.score < before.score
    assert after.reasons[-1] == "近 90 天退回同类工单 1 次"
