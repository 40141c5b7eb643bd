"""What the pages about one order share: a view of it for whoever looks.

``templates/orders/*.html`` are the panels; each wants ``view``. A room adds its own commands:
``orders/forms.html`` has their pieces, :mod:`webapp.order_commands` gives them and brings a
refused one back. Rooms: ``webapp.dispatch`` (the centre), ``webapp.unit_orders`` (the units).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.models import OrderFile, WorkOrder
from kb.profile import Profile
from kb.services.contact_details import (
    Requester,
    masked,
    may_reveal,
    shown_content,
    shown_text,
)
from kb.services.orders.giving import By
from kb.services.work_orders import (
    commands_for,
    holds_order,
    shown_events,
    shown_files,
    shown_state,
)
from kb.work_orders.events import EventKind
from kb.work_orders.facts import Part, PartRole
from kb.work_orders.state import CLOSED_STEPS, OrderState, State
from webapp import order_clocks, order_derivation, order_due
from webapp.order_asks import WAITING, Asked, asks_of
from webapp.order_duty import urgent_duty
from webapp.order_timeline import Step, timeline


@dataclass(frozen=True)
class UnitRow:
    """A unit's part as a badge: ``kind`` and ``icon`` of it, ``text`` in words; ``task`` what it is
    to do, ``told`` its last line of progress. ``is_lead``: the lead, or the centre while it answers
    for the order itself."""

    role: str
    unit: str
    is_lead: bool
    kind: str
    icon: str
    text: str
    task: str = ""
    told: str = ""
    is_over: bool = False


@dataclass(frozen=True)
class ReplyRow:
    """A reply that was handed in: masked words, when, whether the requester was told."""

    at: datetime
    text: str
    is_informed: bool | None
    files: tuple[OrderFile, ...]


@dataclass(frozen=True)
class OrderView:
    """One order for one person; everything is masked as they may see it.

    ``commands`` are the kinds they can give now, by value. ``lines`` derive the due time of
    ``state.due_at``; ``days`` draw it, empty when they would not fit; ``others`` derive those of
    the other clocks. ``steps`` is 经过 with what lies ahead, ``step_count`` how many have
    happened. ``duty`` tells whom to ring when it is urgent.
    """

    actor: Actor
    order: WorkOrder
    state: State
    is_holder: bool
    title: str
    content: str
    requester: Requester
    is_revealed: bool
    may_reveal: bool
    commands: tuple[str, ...]
    clocks: tuple[order_clocks.Row, ...]
    lines: tuple[order_derivation.Line, ...]
    days: tuple[order_derivation.Day, ...]
    others: tuple[order_due.Derived, ...]
    units: tuple[UnitRow, ...]
    replies: tuple[ReplyRow, ...]
    asks: tuple[Asked, ...]
    steps: tuple[Step, ...]
    step_count: int
    files: tuple[OrderFile, ...]
    duty: str = ""

    @property
    def waiting(self) -> Asked | None:
        """The ask that waits for the centre."""
        return next((asked for asked in self.asks if asked.outcome == WAITING), None)

    @property
    def reply(self) -> ReplyRow | None:
        """The last reply."""
        return self.replies[-1] if self.replies else None

    def said(self, text: str) -> str:
        """Any words of the order, masked as this person may read them."""
        return shown_text(text, self.order.request, self.actor)

    @property
    def seen(self) -> int:
        """What a form says it has seen."""
        return self.order.event_count


def order_view(
    session: Session,
    order: WorkOrder,
    *,
    actor: Actor,
    now: datetime,
    profile: Profile,
    requester: Requester | None = None,
) -> OrderView:
    """The view of an order, about four queries beside loading it. A unit whose part is over sees
    it as it was then, and nothing of who asked.

    :param requester: in full, just after its showing was recorded.
    """
    state, request = shown_state(order, actor), order.request
    events = shown_events(order, actor)
    files = shown_files(order, By(actor, now, profile))
    is_holder = holds_order(order, actor)
    lines, days = order_due.of_resolving(session, order, state, now) if is_holder else ((), ())
    return OrderView(
        actor=actor,
        order=order,
        state=state,
        is_holder=is_holder,
        title=shown_text(request.title, request, actor),
        content=shown_content(request, actor),
        requester=requester or (masked(request, actor) if is_holder else Requester("", "")),
        is_revealed=requester is not None,
        may_reveal=requester is None and may_reveal(request, order, actor),
        commands=tuple(kind.value for kind in commands_for(order, actor, now, profile.orders)),
        clocks=order_clocks.rows(order, state, profile, now) if is_holder else (),
        lines=lines,
        days=days,
        others=order_due.of_others(order, state, now) if is_holder else (),
        units=units_of(state) if is_holder else (),
        replies=_replies(order, state, files, actor) if is_holder else (),
        asks=asks_of(events, request, files, actor),
        steps=timeline(
            events, state if is_holder else State(), request, files, actor=actor, now=now
        ),
        step_count=len(events),
        files=tuple(files),
        duty=urgent_duty(session, order, now) if is_holder else "",
    )


def units_of(state: State) -> tuple[UnitRow, ...]:
    """The centre while it answers for an open order, or no unit is to be shown; lead, assisting and
    asked units with how far each is; those whose part is over come last."""
    current = [_unit_row(part, state) for part in state.current_parts]
    past = [
        UnitRow(part.role.label, part.unit, False, "mute", "void", _ended(part), is_over=True)
        for part in state.parts
        if not part.is_current and part.ended_by not in ("archived", "merged")
    ]
    is_centres = state.is_open and state.accountable.is_centre
    centre = (_centre_row(state),) if is_centres or not (current or past) else ()
    return (*centre, *current, *past)


def _centre_row(state: State) -> UnitRow:
    if state.step == OrderState.MERGED:
        look = ("mute", "void", f"已并入 {state.merged_into}")
    elif state.step == OrderState.CANCELLED:
        look = ("mute", "void", state.step.label)
    elif state.is_ruling:
        look = ("warn", "soon", "疑难核定中")
    else:
        look = ("warn", "next", state.step.label)
    return UnitRow("责任", "热线中心", True, *look)


def _unit_row(part: Part, state: State) -> UnitRow:
    told = part.progress[-1].text if part.progress else ""
    if part.role == PartRole.LEAD and state.is_ruling:
        return UnitRow("主办", part.unit, False, "mute", "soon", "等待核定", part.task, told)
    if part.role == PartRole.LEAD:
        kind = "good" if state.step in CLOSED_STEPS else "acc"
        icon = "ok" if state.step in CLOSED_STEPS else "next"
        return UnitRow("主办", part.unit, True, kind, icon, state.step.label, part.task, told)
    if part.role == PartRole.OPINION:
        has_said = state.ruling is not None and part.unit_id in {
            opinion.unit_id for opinion in state.ruling.opinions
        }
        look = ("good", "ok", "已出具意见") if has_said else ("warn", "soon", "待出具意见")
        return UnitRow("意见", part.unit, False, *look, part.task, told)
    return UnitRow("协办", part.unit, False, *_assisted(part, state), part.task, told)


def _assisted(part: Part, state: State) -> tuple[str, str, str]:
    if part.is_done:
        return "good", "ok", "已完成协办"
    if state.is_open:
        return "acc", "next", "协办中"
    return ("mute", "void", "没有说办完") if part.progress else ("warn", "void", "未反馈")


def _ended(part: Part) -> str:
    words = {
        EventKind.RETURNED.value: "已退单",
        EventKind.RETURN_GRANTED.value: "已退单",
        EventKind.REASSIGNED.value: "已改派",
        EventKind.RULED.value: "核定后结束",
    }
    return words.get(part.ended_by, "已结束")


def _replies(
    order: WorkOrder, state: State, files: Sequence[OrderFile], actor: Actor
) -> tuple[ReplyRow, ...]:
    return tuple(
        ReplyRow(
            one.at,
            shown_text(one.text, order.request, actor),
            one.is_informed,
            tuple(row for row in files if row.id in one.files),
        )
        for one in state.replies
    )
