"""Which address gives which command of an order, and what is sent with it."""

from marshmallow import Schema

from kb.work_orders.events import EventKind
from webapp.api_v1 import order_verb_schemas as bodies
from webapp.api_v1.order_schemas import CommandSchema, DispatchSchema, FollowUpSchema, ReturnSchema

# Event → the last part of the address that causes it.
PATHS = {
    EventKind.DISPATCHED: "dispatch",
    EventKind.CANCELLED: "cancel",
    EventKind.REASSIGNED: "reassign",
    EventKind.URGENCY_CHANGED: "urgency",
    EventKind.ACKNOWLEDGED: "acknowledge",
    EventKind.ASSIGNED: "assign",
    EventKind.PROGRESSED: "progress",
    EventKind.RETURNED: "return",
    EventKind.RETURN_GRANTED: "grant-return",
    EventKind.RETURN_REFUSED: "refuse-return",
    EventKind.REPLIED: "reply",
    EventKind.UNIT_PASSED: "pass-review",
    EventKind.UNIT_SENT_BACK: "send-back-in-unit",
    EventKind.SENT_BACK: "send-back",
    EventKind.RESOLVED: "resolve",
    EventKind.EXTENSION_ASKED: "extend",
    EventKind.EXTENSION_GRANTED: "grant-extension",
    EventKind.EXTENSION_REFUSED: "refuse-extension",
    EventKind.PAUSE_ASKED: "pause",
    EventKind.PAUSE_GRANTED: "grant-pause",
    EventKind.PAUSE_REFUSED: "refuse-pause",
    EventKind.RESUMED: "resume",
    EventKind.DECLINE_ASKED: "decline",
    EventKind.DECLINE_SIGNED: "sign-decline",
    EventKind.DECLINE_RETURNED: "return-decline",
    EventKind.DECLINE_GRANTED: "grant-decline",
    EventKind.DECLINE_REFUSED: "refuse-decline",
    EventKind.ASK_WITHDRAWN: "withdraw",
    EventKind.RULING_OPENED: "open-ruling",
    EventKind.OPINION_GIVEN: "opinion",
    EventKind.RULED: "rule",
    EventKind.REMINDED: "remind",
    EventKind.SUPERVISED: "supervise",
    EventKind.SUPERVISION_ANSWERED: "answer-supervision",
    EventKind.SUPERVISION_CLOSED: "close-supervision",
    EventKind.CALL_ATTEMPTED: "call-attempt",
    EventKind.FOLLOWED_UP: "follow-up",
    EventKind.REOPENED: "reopen",
    EventKind.ARCHIVED: "archive",
    EventKind.MERGED: "merge",
    EventKind.UNMERGED: "unmerge",
    EventKind.RECOMPUTED: "recompute",
    EventKind.NOTED: "note",
}
# What is sent; with words alone where nothing is named.
BODIES: dict[EventKind, type[Schema]] = {
    EventKind.DISPATCHED: DispatchSchema,
    EventKind.REASSIGNED: DispatchSchema,
    EventKind.RULED: DispatchSchema,
    EventKind.URGENCY_CHANGED: bodies.UrgencySchema,
    EventKind.ASSIGNED: bodies.AssignSchema,
    EventKind.NOTED: bodies.FilesSchema,
    EventKind.PROGRESSED: bodies.ProgressSchema,
    EventKind.RETURNED: ReturnSchema,
    EventKind.REPLIED: bodies.ReplySchema,
    EventKind.EXTENSION_ASKED: bodies.ExtensionSchema,
    EventKind.EXTENSION_GRANTED: bodies.ExtensionSchema,
    EventKind.PAUSE_ASKED: bodies.PauseSchema,
    EventKind.PAUSE_GRANTED: bodies.PauseGrantSchema,
    EventKind.DECLINE_ASKED: bodies.DeclineSchema,
    EventKind.RULING_OPENED: bodies.RulingSchema,
    EventKind.OPINION_GIVEN: bodies.OpinionSchema,
    EventKind.SUPERVISION_ANSWERED: bodies.FilesSchema,
    EventKind.CALL_ATTEMPTED: bodies.AttemptSchema,
    EventKind.FOLLOWED_UP: FollowUpSchema,
    EventKind.ARCHIVED: bodies.ArchiveSchema,
    EventKind.MERGED: bodies.MergeSchema,
}


def body_of(kind: EventKind) -> type[Schema]:
    """The schema of what is sent with a command."""
    return BODIES.get(kind, CommandSchema)
