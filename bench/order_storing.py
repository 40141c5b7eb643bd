"""Events written through the service into a real database, compared after every one of them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from bench.order_walks import START, UNITS
from kb.db import Database
from kb.migrations.run import upgrade
from kb.models import CitizenRequest, Unit, User, WorkOrder
from kb.services.orders.giving import append
from kb.services.orders.projecting import differences, request_columns
from kb.work_orders.events import Event


def store(walks: Iterable[Sequence[Event]], path: Path) -> tuple[int, list[str]]:
    """Write each walk as an order, event by event.

    :returns: how many states were compared, and every stored value that was not the computed one.
    """
    database = Database(f"sqlite:///{path}")
    upgrade(database.engine)
    compared, found = 0, []
    with database.unit_of_work() as session:
        _people(session)
    for number, events in enumerate(walks):
        with database.unit_of_work() as session:
            order = _order(session, number)
            for event in events:
                append(session, order, Event(event.kind, event.at, None, event.data))
                session.expire_all()
                found += [f"{one.number} {one.name}: {one.stored}" for one in differences(order)]
                compared += 1
    database.close()
    return compared, found


def _people(session: Session) -> None:
    for unit in UNITS:
        session.add(Unit(id=unit, name=f"单位{unit}"))
    session.flush()
    roles = {"roles": ["unit_clerk"], "unit_id": 1, "password_hash": "-", "created_at": START}
    session.add(User(id=5, username="five", name="经办", **roles))


def _order(session: Session, number: int) -> WorkOrder:
    request = CitizenRequest(number=f"B-{number}", received_at=START, title="一件诉求")
    session.add(request)
    session.flush()
    order = WorkOrder(
        number=f"BGD-{number}",
        request_id=request.id,
        created_at=START,
        state="accepted",
        event_count=0,
        **request_columns(request),
    )
    session.add(order)
    session.flush()
    return order
