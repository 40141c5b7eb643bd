"""工单: the door to every verb and reading of an order; see ``kb.services.orders`` for how.

Verbs: ``verb(session, order, By(actor, now, profile, seen_events), …) → order``. All raise
``StaleOrder`` (409, with what happened since), ``PermissionDenied``, ``IllegalTransition`` or
``InvalidInput``, each with a sentence for the person.
"""

from kb.services.letters import note
from kb.services.orders.asking import (
    ask_extension,
    ask_pause,
    resume,
    rule_extension,
    rule_pause,
    rule_return,
    withdraw,
)
from kb.services.orders.attaching import attach, get_file, shown_files
from kb.services.orders.cancelling import cancel
from kb.services.orders.closing import (
    Recomputed,
    archive,
    attempt_call,
    follow_up,
    plan_recompute,
    rate_by_link,
    recompute,
    reopen,
)
from kb.services.orders.declining import (
    ask_decline,
    return_decline,
    rule_decline,
    sign_decline,
)
from kb.services.orders.dispatching import (
    Assisting,
    DispatchPlan,
    change_urgency,
    dispatch,
    open_order,
    plan_dispatch,
    reassign,
)
from kb.services.orders.due import running_clocks
from kb.services.orders.giving import SYSTEM, By, Happened, StaleOrder, events_since, give
from kb.services.orders.handling import (
    acknowledge,
    assign,
    pass_unit_review,
    progress,
    reply,
    resolve,
    return_order,
    send_back,
    send_back_in_unit,
)
from kb.services.orders.merging import merge, unmerge
from kb.services.orders.pressing import (
    answer_supervision,
    close_supervision,
    give_opinion,
    open_ruling,
    plan_supervision,
    remind,
    rule,
    supervise,
)
from kb.services.orders.projecting import OrderReport, check_orders, project
from kb.services.orders.reading import (
    commands_for,
    events_of,
    get_order,
    given_to,
    holds_order,
    is_not_cancelled,
    is_open,
    order_list_filter,
    shown_events,
    shown_state,
    state_of,
    visible_orders,
)
from kb.services.orders.splitting import dispatch_several

__all__ = [
    "SYSTEM",
    "Assisting",
    "By",
    "DispatchPlan",
    "Happened",
    "OrderReport",
    "Recomputed",
    "StaleOrder",
    "acknowledge",
    "answer_supervision",
    "archive",
    "ask_decline",
    "ask_extension",
    "ask_pause",
    "assign",
    "attach",
    "attempt_call",
    "cancel",
    "change_urgency",
    "check_orders",
    "close_supervision",
    "commands_for",
    "dispatch",
    "dispatch_several",
    "events_of",
    "events_since",
    "follow_up",
    "get_file",
    "get_order",
    "give",
    "give_opinion",
    "given_to",
    "holds_order",
    "is_not_cancelled",
    "is_open",
    "merge",
    "note",
    "open_order",
    "open_ruling",
    "order_list_filter",
    "pass_unit_review",
    "plan_dispatch",
    "plan_recompute",
    "plan_supervision",
    "progress",
    "project",
    "rate_by_link",
    "reassign",
    "recompute",
    "remind",
    "reopen",
    "reply",
    "resolve",
    "resume",
    "return_decline",
    "return_order",
    "rule",
    "rule_decline",
    "rule_extension",
    "rule_pause",
    "rule_return",
    "running_clocks",
    "send_back",
    "send_back_in_unit",
    "shown_events",
    "shown_files",
    "shown_state",
    "sign_decline",
    "state_of",
    "supervise",
    "unmerge",
    "visible_orders",
    "withdraw",
]
