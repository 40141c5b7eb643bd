"""Other orders that may be about the same matter, for a person to look at or merge (并单)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.models import WorkOrder
from kb.services.similar_requests import REPEAT_DAYS, similar_requests
from kb.services.work_orders import is_not_cancelled, visible_orders
from kb.work_orders.state import OrderState

MAX_SHOWN = 5


@dataclass(frozen=True)
class LikeOrder:
    """An order of a request that may be the same; ``reasons`` in Chinese, without personal data.

    ``title`` is the masked title of its request; ``is_repeat``: the same caller again;
    ``is_sibling``: of the same request, named by its number, and so nothing to merge with.
    """

    order: WorkOrder
    title: str
    reasons: tuple[str, ...]
    is_repeat: bool = False
    is_sibling: bool = False


def like_orders(
    session: Session, order: WorkOrder, *, actor: Actor, now: datetime, days: int = REPEAT_DAYS
) -> list[LikeOrder]:
    """Orders of the same request, then those of similar ones of the last days; two queries."""
    found_like = similar_requests(session, order.request, now, days=days)
    similar = {one.request_id: one for one in found_like}
    query = (
        select(WorkOrder)
        .where(
            visible_orders(actor),
            WorkOrder.id != order.id,
            is_not_cancelled(),
            WorkOrder.request_id.in_([order.request_id, *similar]),
        )
        .options(selectinload(WorkOrder.unit))
        .order_by(WorkOrder.id.desc())
    )
    found = []
    for other in session.scalars(query):
        one = similar.get(other.request_id)
        if one is None:
            took_over = order.state == OrderState.CANCELLED and other.id > order.id
            why = "撤单后重新受理" if took_over else "一单多派"
            found.append(LikeOrder(other, other.number, (why,), is_sibling=True))
        else:
            found.append(LikeOrder(other, one.title, one.reasons, one.is_repeat))
    places = {key: place for place, key in enumerate([order.request_id, *similar])}
    found.sort(key=lambda one: (places[one.order.request_id], -one.order.id))
    return found[:MAX_SHOWN]
