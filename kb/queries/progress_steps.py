"""The steps that 查进度 shows of a request, each with its moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kb.models import CitizenRequest
from kb.queries.progress_told import Joined
from kb.terms import Outcome
from kb.work_orders.facts import PartRole
from kb.work_orders.state import OrderState, State


@dataclass(frozen=True)
class Step:
    """One step of the way: ``at`` is None for what is still ahead."""

    label: str
    at: datetime | None
    detail: str = ""


RANK = {
    OrderState.ACCEPTED: 0,
    OrderState.DISPATCHED: 1,
    OrderState.ACKNOWLEDGED: 2,
    OrderState.UNIT_REVIEW: 3,
    OrderState.CENTRE_REVIEW: 3,
    OrderState.RESOLVED: 4,
    OrderState.ARCHIVED: 4,
    OrderState.MERGED: 0,
    OrderState.CANCELLED: 0,
}


def _first_sent(state: State) -> datetime | None:
    """When the order was first sent to a unit: what was promised then runs from there, also after
    it went to another."""
    leads = (part.since for part in state.parts if part.role == PartRole.LEAD)
    return min(leads, default=state.dispatched_at)


# What follows the registration: its name, and the moment and the rank at which it is reached.
_WAY: tuple[tuple[str, Callable[[State], datetime | None], int], ...] = (
    ("派单", _first_sent, 1),
    ("签收办理", lambda state: state.acknowledged_at, 2),
    ("单位答复", lambda state: state.replied_at, 3),
    ("办结", lambda state: state.resolved_at, 4),
)


def steps_of(request: CitizenRequest, behind: State | None, joined: Joined | None) -> list[Step]:
    """Registration, and what follows it as far as it is known; the rest is ahead."""
    steps = [Step("登记", request.received_at)]
    if behind is None:
        if request.outcome != Outcome.OPEN:
            steps.append(Step("办结", request.resolved_at))
        return steps
    if joined is not None:
        return [*steps, *_joined_steps(behind, joined)]
    return [*steps, *(Step(name, _moment(behind, name)) for name, *_ in _WAY)]


def _moment(state: State, name: str) -> datetime | None:
    """When a step was taken; None where it is still ahead, or ahead again."""
    moment, rank = next((moment, rank) for known, moment, rank in _WAY if known == name)
    return moment(state) if RANK[state.step] >= rank else None


def _joined_steps(behind: State, joined: Joined) -> list[Step]:
    """The way of a request whose order was merged into another: what was done for it before, the
    merge, and what came or comes after. What the other order had behind it is another's story."""
    before, after = [], []
    for name, moment, _ in _WAY:
        reached, own = _moment(behind, name), moment(joined.own)
        if reached is not None and own is not None and own <= joined.at:
            before.append(Step(name, own))
        elif reached is None or reached >= joined.at or name == "办结":
            after.append(Step(name, reached))
    return [*before, Step("合并办理", joined.at), *after]
