"""Conditions on 诉求 that lists are filtered by."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists

from kb.models import Adoption, CitizenRequest, WorkOrder
from kb.services.work_orders import is_open
from kb.terms import Outcome
from kb.work_orders.state import OrderState


def is_valid() -> ColumnElement[bool]:
    """The condition that a request counts at all: 无效 ones stand outside every figure."""
    return CitizenRequest.outcome != Outcome.INVALID.value


def credited(*, unit_id: int | None = None, item_id: int | None = None) -> ColumnElement[bool]:
    """The condition that an entry answered the request: online, by an adoption not undone."""
    conditions = [Adoption.request_id == CitizenRequest.id, Adoption.undone_at.is_(None)]
    if unit_id is not None:
        conditions.append(Adoption.unit_id == unit_id)
    if item_id is not None:
        conditions.append(Adoption.item_id == item_id)
    is_online = CitizenRequest.outcome == Outcome.ONLINE.value
    return and_(is_online, exists().where(*conditions))


def was_lost(answerable: Collection[str]) -> ColumnElement[bool]:
    """The condition that the library held an answer although the request became an order.

    :param answerable: the 目的 that an entry can answer (``Basis.answerable``).
    """
    # Whatever else the query reads: a list that shows the orders, too, means its own request.
    lost = (
        exists()
        .where(WorkOrder.request_id == CitizenRequest.id, WorkOrder.lost_item_id.is_not(None))
        .correlate(CitizenRequest)
    )
    is_answerable = CitizenRequest.purpose.in_(answerable)
    return and_(CitizenRequest.outcome == Outcome.HANDED_OVER.value, is_answerable, lost)


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """The condition that an order is not resolved although its time has run out."""
    return and_(is_open(), WorkOrder.due_at < now)


def is_unsigned_late(now: datetime) -> ColumnElement[bool]:
    """The condition that a unit has not signed for an order although its time has run out."""
    is_unsigned = WorkOrder.state == OrderState.DISPATCHED.value
    return and_(is_unsigned, WorkOrder.acknowledge_due_at < now)
