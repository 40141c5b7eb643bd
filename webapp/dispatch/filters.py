"""Filters of the two lists, read from an address; what is not understood is said, not guessed."""

from kb.queries.orders import (
    ALL,
    ASKS,
    FOLLOW_UP,
    HARD,
    OPEN,
    OVERDUE,
    SORTS,
    VALID,
    OrderFilter,
    RequestFilter,
)
from kb.terms import Outcome, Urgency
from kb.work_orders.facts import Ask
from kb.work_orders.state import OrderState
from webapp.context import city
from webapp.list_asked import Asked

STATES = (*(state.value for state in OrderState), OPEN, OVERDUE, FOLLOW_UP, ASKS, HARD, ALL)
ORDER_NAMES = (
    "state",
    "unit",
    "undispatched",
    "valid",
    "category",
    "pending",
    "urgency",
    "q",
    "from",
    "to",
    "sort",
)
REQUEST_NAMES = (
    "from",
    "to",
    "purpose",
    "outcome",
    "category",
    "q",
    "unit",
    "credit",
    "credited_unit",
    "entry",
    "lost",
)
_USUAL_SORT = {
    "accepted": "created",
    **dict.fromkeys(("resolved", "cancelled", ALL), "-created"),
    FOLLOW_UP: "created",
}
CREDITS = {"entry": "采纳条目", "other": "其他在线答复"}


def order_filter(asked: Asked, *, default_state: str) -> OrderFilter:
    """The worklist an address asks for: what is due first, and what is settled latest, on top."""
    state = asked.one_of("state", STATES, default_state)
    usual = _USUAL_SORT.get(state, "due")
    return OrderFilter(
        state=state,
        unit_id=asked.number("unit"),
        is_undispatched=asked.text("undispatched") == "1",
        is_valid_only=asked.text("valid") == "1",
        category=asked.text("category"),
        pending=asked.one_of("pending", tuple(Ask)) if state == ASKS else "",
        urgency=asked.one_of("urgency", tuple(Urgency)),
        text=asked.text("q"),
        span=asked.span(),
        sort=asked.one_of("sort", SORTS, usual),
    )


def request_filter(asked: Asked) -> RequestFilter:
    """The ledger an address asks for."""
    return RequestFilter(
        span=asked.span(),
        purpose=asked.text("purpose"),
        outcome=asked.one_of("outcome", (*Outcome, VALID)),
        category=asked.text("category"),
        text=asked.text("q"),
        unit_id=asked.number("unit"),
        credit=asked.one_of("credit", tuple(CREDITS)),
        credited_unit_id=asked.number("credited_unit"),
        item_id=asked.number("entry"),
        is_lost=asked.text("lost") == "1",
        answerable=city().figures.answerable,
    )
