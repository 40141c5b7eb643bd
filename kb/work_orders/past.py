"""How an order stood before what figures count of it was rewritten: each stretch, in order.

Most of a life only adds instants (dispatched, acknowledged, resolved), and how it stood at an
earlier moment follows from them. A return, a reopening, a merge, a longer limit take something
back; what stood before is kept as a stretch that ended then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.work_orders.events import Event
from kb.work_orders.fold import apply
from kb.work_orders.state import State


@dataclass(frozen=True)
class Stretch:
    """What was counted of an order from ``since`` until just before ``until``."""

    since: datetime
    until: datetime
    counted: Mapping[str, Any]


def counted(state: State) -> dict[str, Any]:
    """What figures count of an order, by the names of its columns."""
    return {
        "unit_id": state.unit_id,
        "dispatched_at": state.dispatched_at,
        "acknowledge_due_at": state.acknowledge_due_at,
        "acknowledged_at": state.acknowledged_at,
        "due_at": state.due_at,
        "resolved_at": state.resolved_at,
        "followed_up_at": state.followed_up_at,
        "satisfaction": state.satisfaction.value if state.satisfaction else "",
        "returns": state.returns,
        "reopens": state.reopens,
        "merged_into": state.merged_into,
    }


@dataclass(frozen=True)
class Life:
    """An order as it stands, and the stretches of its life that ended, oldest first; what holds now
    is none of them."""

    state: State
    past: tuple[Stretch, ...]

    @property
    def revised_at(self) -> datetime | None:
        """Since when what is counted of the order holds; None when nothing was ever rewritten."""
        return self.past[-1].until if self.past else None


def lived(events: Iterable[Event]) -> Life:
    """The life that these events tell, first to last: the state is that of ``fold``."""
    state, since, found = State(), None, []
    for event in events:
        after = apply(state, event)
        before = counted(state)
        if since is None:
            since = event.at
        elif since < event.at and _is_rewritten(before, counted(after)):
            found.append(Stretch(since, event.at, before))
            since = event.at
        state = after
    return Life(state, tuple(found))


def stretches(events: Iterable[Event]) -> list[Stretch]:
    """The stretches of a life that ended, oldest first."""
    return list(lived(events).past)


def _is_rewritten(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    # Nothing becoming something is told by its instant; what a merge ends has none.
    return before["merged_into"] != after["merged_into"] or any(
        value not in (None, "") and value != after[name] for name, value in before.items()
    )
