"""A worklist in the order of its units' names, found without sorting the whole list.

A unit's name stands in another table, so no index runs by it. The orders are counted by unit
instead; a page is then a stretch of a few units' orders, each read from that unit's index.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import Session

from kb.models import Unit, WorkOrder


def page_by_unit(
    session: Session,
    ids: Select[Any],
    within: list[ColumnElement[Any]],
    *,
    is_descending: bool,
    offset: int,
    limit: int,
) -> Select[Any]:
    """The ids of one page of a list that runs by unit; one query is made to count.

    :param ids: the orders' ids by the list's conditions, in no order and without the unit joined.
    :param within: the order of one unit's orders.
    """
    counted = (
        ids.with_only_columns(WorkOrder.unit_id.label("unit_id"), func.count().label("orders"))
        .group_by(WorkOrder.unit_id)
        .subquery()
    )
    name = Unit.name.desc() if is_descending else Unit.name.asc()
    units = session.execute(
        select(counted.c.unit_id, counted.c.orders)
        .outerjoin(Unit, Unit.id == counted.c.unit_id)
        .order_by(name.nulls_last())
    )
    pieces: list[Select[Any]] = []
    for unit_id, orders in units:
        taken = min(limit, orders - offset)
        if taken > 0:
            one = ids.where(WorkOrder.unit_id == unit_id).order_by(*within)
            pieces.append(select(one.offset(max(0, offset)).limit(taken).subquery()))
            limit -= taken
        offset = max(0, offset - orders)
        if limit <= 0:
            break
    return select(union_all(*pieces).subquery()) if pieces else ids.limit(0)
