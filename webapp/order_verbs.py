"""Which service a command of an order is: pages and API give the same ones.

Each takes ``(session, order, by, **values)``; the values are those of the service.
"""

from collections.abc import Callable
from functools import partial

from kb.models import WorkOrder
from kb.services import work_orders as orders
from kb.work_orders.events import EventKind

Verb = Callable[..., WorkOrder]

VERBS: dict[EventKind, Verb] = {
    EventKind.DISPATCHED: orders.dispatch,
    EventKind.CANCELLED: orders.cancel,
    EventKind.REASSIGNED: orders.reassign,
    EventKind.URGENCY_CHANGED: orders.change_urgency,
    EventKind.ACKNOWLEDGED: orders.acknowledge,
    EventKind.ASSIGNED: orders.assign,
    EventKind.NOTED: orders.note,
    EventKind.PROGRESSED: orders.progress,
    EventKind.RETURNED: orders.return_order,
    EventKind.RETURN_GRANTED: partial(orders.rule_return, granted=True),
    EventKind.RETURN_REFUSED: partial(orders.rule_return, granted=False),
    EventKind.REPLIED: orders.reply,
    EventKind.UNIT_PASSED: orders.pass_unit_review,
    EventKind.UNIT_SENT_BACK: orders.send_back_in_unit,
    EventKind.SENT_BACK: orders.send_back,
    EventKind.RESOLVED: orders.resolve,
    EventKind.EXTENSION_ASKED: orders.ask_extension,
    EventKind.EXTENSION_GRANTED: partial(orders.rule_extension, granted=True),
    EventKind.EXTENSION_REFUSED: partial(orders.rule_extension, granted=False),
    EventKind.PAUSE_ASKED: orders.ask_pause,
    EventKind.PAUSE_GRANTED: partial(orders.rule_pause, granted=True),
    EventKind.PAUSE_REFUSED: partial(orders.rule_pause, granted=False),
    EventKind.RESUMED: orders.resume,
    EventKind.DECLINE_ASKED: orders.ask_decline,
    EventKind.DECLINE_SIGNED: orders.sign_decline,
    EventKind.DECLINE_RETURNED: orders.return_decline,
    EventKind.DECLINE_GRANTED: partial(orders.rule_decline, granted=True),
    EventKind.DECLINE_REFUSED: partial(orders.rule_decline, granted=False),
    EventKind.ASK_WITHDRAWN: orders.withdraw,
    EventKind.RULING_OPENED: orders.open_ruling,
    EventKind.OPINION_GIVEN: orders.give_opinion,
    EventKind.RULED: orders.rule,
    EventKind.REMINDED: orders.remind,
    EventKind.SUPERVISED: orders.supervise,
    EventKind.SUPERVISION_ANSWERED: orders.answer_supervision,
    EventKind.SUPERVISION_CLOSED: orders.close_supervision,
    EventKind.CALL_ATTEMPTED: orders.attempt_call,
    EventKind.FOLLOWED_UP: orders.follow_up,
    EventKind.REOPENED: orders.reopen,
    EventKind.ARCHIVED: orders.archive,
    EventKind.MERGED: orders.merge,
    EventKind.UNMERGED: orders.unmerge,
    EventKind.RECOMPUTED: orders.recompute,
}
