"""The facts beside an order's step: units and their parts, asks, rulings, 督办单, replies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kb.terms import Term
from kb.work_orders.clocks import Clock

# A 不予办理 that waits for its unit's reviewer: its word in the projection, ``to`` in its event.
SIGNING, TO_UNIT = "signing", "unit"
# The ``channel`` of what a requester said through the link they were sent.
BY_LINK = "link"
# Says of a note that it is about the last call back that was waited for.
LAST_CALL = "last_call"


class Ask(Term):
    """What a unit may ask for; at most one ask waits at a time."""

    RETURN = "return", "退单"
    EXTENSION = "extension", "延期"
    PAUSE = "pause", "挂起"
    DECLINE = "decline", "不予办理"


class PartRole(Term):
    """What a unit is to an order."""

    LEAD = "lead", "主办"
    ASSISTING = "assisting", "协办"
    OPINION = "opinion", "出具意见"


class FollowUpState(Term):
    """How far the call-back has come."""

    NONE = "none", "未到回访"
    DUE = "due", "待回访"
    TRIED = "tried", "未接通"
    DONE = "done", "已回访"


class Knowledge(Term):
    """What an order left in the library (知识成果)."""

    CREATED = "created", "新建条目"
    UPDATED = "updated", "更新条目"
    EXISTED = "existed", "已有条目"
    NOT_GENERAL = "not_general", "不具普遍性"


class Settled(Term):
    """How an order was resolved."""

    ANSWERED = "answered", "已办理答复"
    DECLINED = "declined", "不予办理"


@dataclass(frozen=True)
class Accountable:
    """Who answers for the order at this instant: one unit, or the hotline centre (None)."""

    unit_id: int | None = None

    @property
    def is_centre(self) -> bool:
        """True when the centre answers for it."""
        return self.unit_id is None


@dataclass(frozen=True)
class Progress:
    """A line a unit wrote on its part of the work; ``is_done`` ends an assisting unit's task."""

    at: datetime
    text: str
    is_done: bool = False
    files: tuple[int, ...] = ()


@dataclass(frozen=True)
class Part:
    """A unit's part, also one that is over: ``until`` and ``ended_by`` (an event kind) say so."""

    unit_id: int
    unit: str
    role: PartRole
    since: datetime
    task: str = ""
    acknowledge: Clock | None = None
    until: datetime | None = None
    ended_by: str = ""
    progress: tuple[Progress, ...] = ()

    @property
    def is_current(self) -> bool:
        """True while the unit still has this part."""
        return self.until is None

    @property
    def is_lead(self) -> bool:
        """True for the part of the lead unit now."""
        return self.until is None and self.role == PartRole.LEAD

    @property
    def is_done(self) -> bool:
        """True when the unit said that its task is done."""
        return any(line.is_done for line in self.progress)


@dataclass(frozen=True)
class Pending:
    """An ask that waits for the centre; ``data`` holds what was asked (limit, until, basis …).

    ``in_unit``: its unit's reviewer has not signed it yet, and the centre does not rule on it.
    """

    ask: Ask
    at: datetime
    unit_id: int | None
    by_id: int | None
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    in_unit: bool = False

    @property
    def stored(self) -> str:
        """The word in the projection, by which lists find whose turn it is."""
        return SIGNING if self.in_unit else self.ask.value


def stored_label(stored: str) -> str:
    """In words what the projection says of an ask: ``延期待裁定``."""
    if stored == SIGNING:
        return f"{Ask.DECLINE.label}待单位签批"
    return f"{Ask(stored).label}待裁定"


@dataclass(frozen=True)
class Pause:
    """An approved pause. It ends by itself at ``end``, or earlier when work was resumed."""

    start: datetime
    end: datetime
    reason: str


@dataclass(frozen=True)
class Reply:
    """An answer the lead unit handed in; ``is_informed`` tells whether the requester knows."""

    at: datetime
    by_id: int | None
    unit_id: int | None
    text: str
    files: tuple[int, ...] = ()
    is_informed: bool | None = None


@dataclass(frozen=True)
class Opinion:
    """What an asked unit says about whose matter it is."""

    at: datetime
    unit_id: int
    unit: str
    text: str
    basis: str = ""
    files: tuple[int, ...] = ()


@dataclass(frozen=True)
class Ruling:
    """疑难核定: opened with a question to some units, ended by naming the lead."""

    opened_at: datetime
    text: str
    asked: tuple[tuple[int, str], ...]
    opinions: tuple[Opinion, ...] = ()
    ruled_at: datetime | None = None
    decision: str = ""
    basis: str = ""

    @property
    def is_open(self) -> bool:
        """True until it was ruled."""
        return self.ruled_at is None


@dataclass(frozen=True)
class Supervision:
    """督办单: what the supervisor demands of the lead unit, by when, what was answered, and
    whether the supervisor was content with it."""

    number: int
    at: datetime
    text: str
    clock: Clock | None = None
    answered_at: datetime | None = None
    answer: str = ""
    files: tuple[int, ...] = ()
    unit_id: int | None = None
    unit: str = ""
    closed_at: datetime | None = None
    closing: str = ""

    @property
    def is_open(self) -> bool:
        """True until it was answered."""
        return self.answered_at is None


@dataclass(frozen=True)
class Attempt:
    """A call-back that reached nobody; ``result`` is a key of ``CALL_RESULTS``."""

    at: datetime
    by_id: int | None
    result: str
    text: str = ""


@dataclass(frozen=True)
class KnowledgeOutcome:
    """知识成果 of an archived order: the entry, or words why there is none."""

    outcome: Knowledge
    item_id: int | None = None
    text: str = ""
