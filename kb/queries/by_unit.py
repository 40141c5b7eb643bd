"""A worklist in the order of its units' names, found without sorting the whole list.

A unit's name stands in another table, so no index runs by it. The orders are counted by unit
instead; a page is then a stretch of a few units' orders, each read from that unit's index.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, null, select, union_all
from sqlalchemy.orm import Session, aliased

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
    counted = session.execute(_by_unit(ids, is_descending))
    pieces: list[Select[Any]] = []
    for unit_id, orders in counted:
        taken = min(limit, orders - offset)
        if taken > 0:
            one = ids.where(WorkOrder.unit_id == unit_id).order_by(*within)
            pieces.append(select(one.offset(max(0, offset)).limit(taken).subquery()))
            limit -= taken
        offset = max(0, offset - orders)
        if limit <= 0:
            break
    return select(union_all(*pieces).subquery()) if pieces else ids.limit(0)


def _by_unit(ids: Select[Any], is_descending: bool) -> Select[Any]:
    """How many orders of the list each unit has, by its name; those without a unit last.

    Each unit is counted along its own index: grouping the list would read all its rows.
    """
    each = aliased(Unit)
    many = ids.with_only_columns(func.count())
    counted = union_all(
        select(
            each.id.label("unit_id"),
            each.name.label("name"),
            many.where(WorkOrder.unit_id == each.id).correlate(each).scalar_subquery().label("n"),
        ),
        select(null(), null(), many.where(WorkOrder.unit_id.is_(None)).scalar_subquery()),
    ).subquery()
    name = counted.c.name.desc() if is_descending else counted.c.name.asc()
    return select(counted.c.unit_id, counted.c.n).where(counted.c.n > 0).order_by(name.nulls_last())
