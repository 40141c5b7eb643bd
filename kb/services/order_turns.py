"""What the system does to one order after another, each in a unit of work of its own."""

from collections.abc import Callable, Iterable

from sqlalchemy.orm import Session

from kb.clock import Clock
from kb.db import Database
from kb.errors import KbError
from kb.models import WorkOrder
from kb.profile import Profile
from kb.services.orders.giving import SYSTEM, By


def in_turn(
    database: Database,
    clock: Clock,
    profile: Profile,
    found: Iterable[tuple[int, int]],
    act: Callable[[Session, WorkOrder, By], object],
    *,
    left: tuple[type[KbError], ...],
) -> None:
    """Act on each order, as it was seen.

    :param found: the orders' ids, each with how many of its events were seen.
    :param left: what leaves an order to the next round: somebody acted this moment.
    """
    for order_id, seen_events in found:
        try:
            with database.unit_of_work() as session:
                by = By(SYSTEM, clock(), profile, seen_events)
                act(session, session.get_one(WorkOrder, order_id), by)
        except left:
            continue
