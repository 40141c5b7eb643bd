"""What the units' work and the reviews do to an order."""

from dataclasses import replace

from kb.terms import ClockKind
from kb.work_orders.changes_sending import Change, with_clocks
from kb.work_orders.clocks import clock_from
from kb.work_orders.events import Event, EventKind
from kb.work_orders.facts import Progress, Reply, Supervision
from kb.work_orders.state import OrderState, State


def _acknowledged(state: State, event: Event) -> State:
    clocks = dict(state.clocks)
    if ClockKind.ACKNOWLEDGE in clocks:
        clocks[ClockKind.ACKNOWLEDGE] = replace(clocks[ClockKind.ACKNOWLEDGE], stopped=event.at)
    state = replace(state, step=OrderState.ACKNOWLEDGED, acknowledged_at=event.at)
    return with_clocks(state, clocks)


def _assigned(state: State, event: Event) -> State:
    return replace(
        state, assignee_id=event.data["assignee_id"], assignee=str(event.data.get("assignee", ""))
    )


def _progressed(state: State, event: Event) -> State:
    line = Progress(
        event.at,
        event.text,
        bool(event.data.get("is_done")),
        tuple(event.data.get("files", ())),
    )
    parts = tuple(
        replace(part, progress=(*part.progress, line))
        if part.is_current and part.unit_id == event.data["unit_id"]
        else part
        for part in state.parts
    )
    return replace(state, parts=parts)


def _replied(state: State, event: Event) -> State:
    reply = Reply(
        event.at,
        event.actor_id,
        state.unit_id,
        event.text,
        tuple(event.data.get("files", ())),
        event.data.get("is_informed"),
    )
    # Before units reviewed their own replies, every reply went straight to the centre.
    step = OrderState(event.data.get("to", OrderState.CENTRE_REVIEW))
    # Whoever answers needs no more time: an ask for it lapses.
    state = replace(state, replies=(*state.replies, reply), pending=None, sent_back="")
    return _at_the_centre(state) if step == OrderState.CENTRE_REVIEW else replace(state, step=step)


def _at_the_centre(state: State) -> State:
    return replace(state, step=OrderState.CENTRE_REVIEW, answered_by_id=state.unit_id)


def _unit_passed(state: State, event: Event) -> State:
    return _at_the_centre(state)


def _sent_back(state: State, event: Event) -> State:
    return replace(state, step=OrderState.ACKNOWLEDGED, sent_back=event.text)


def _reminded(state: State, event: Event) -> State:
    return replace(state, reminders=state.reminders + 1)


def _supervised(state: State, event: Event) -> State:
    carried = event.data.get("clocks", {}).get(ClockKind.SUPERVISION.value)
    clock = clock_from(carried) if carried else None
    number = len(state.supervisions) + 1
    one = Supervision(number, event.at, event.text, clock, unit_id=state.unit_id, unit=state.unit)
    clocks = dict(state.clocks)
    if clock is not None:
        clocks[ClockKind.SUPERVISION] = clock
    return replace(state, supervisions=(*state.supervisions, one), clocks=clocks)


def _supervision_answered(state: State, event: Event) -> State:
    last = state.supervisions[-1]
    clock = state.clock(ClockKind.SUPERVISION) if last.clock is not None else None
    clock = replace(clock, stopped=event.at) if clock is not None else None
    last = replace(
        last,
        clock=clock,
        answered_at=event.at,
        answer=event.text,
        files=tuple(event.data.get("files", ())),
    )
    clocks = dict(state.clocks)
    if clock is not None:
        clocks[ClockKind.SUPERVISION] = clock
    return replace(state, supervisions=(*state.supervisions[:-1], last), clocks=clocks)


def _supervision_closed(state: State, event: Event) -> State:
    # The one that is named; without a number all that were answered.
    number = event.data.get("number")
    papers = tuple(
        replace(one, closed_at=event.at, closing=event.text)
        if not one.is_open and one.closed_at is None and number in (None, one.number)
        else one
        for one in state.supervisions
    )
    return replace(state, supervisions=papers)


HANDLING: dict[EventKind, Change] = {
    EventKind.ACKNOWLEDGED: _acknowledged,
    EventKind.ASSIGNED: _assigned,
    EventKind.PROGRESSED: _progressed,
    EventKind.REPLIED: _replied,
    EventKind.UNIT_PASSED: _unit_passed,
    EventKind.UNIT_SENT_BACK: _sent_back,
    EventKind.SENT_BACK: _sent_back,
    EventKind.REMINDED: _reminded,
    EventKind.SUPERVISED: _supervised,
    EventKind.SUPERVISION_ANSWERED: _supervision_answered,
    EventKind.SUPERVISION_CLOSED: _supervision_closed,
}
