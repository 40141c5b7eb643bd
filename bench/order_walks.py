"""Random people giving random commands to one order, some of them nonsense."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from kb.actor import Actor
from kb.terms import ClockKind, Role, Satisfaction, Urgency
from kb.work_orders.clocks import Clock, as_data
from kb.work_orders.commands import possible
from kb.work_orders.conditions_handling import CALL_RESULTS
from kb.work_orders.events import EventKind
from kb.work_orders.facts import LAST_CALL, Knowledge
from kb.work_orders.permissions import CENTRE
from kb.work_orders.state import State

START = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)
UNITS = (1, 2, 3, 4)
_KINDS = tuple(kind for kind in EventKind if kind is not EventKind.ACCEPTED)
# What carries an order on comes more often than what only happens to it.
_WEIGHTS = {
    **dict.fromkeys((EventKind.DISPATCHED, EventKind.ACKNOWLEDGED, EventKind.RULED), 6.0),
    **dict.fromkeys((EventKind.REPLIED, EventKind.RESOLVED, EventKind.UNIT_PASSED), 4.0),
    **dict.fromkeys((EventKind.PAUSE_GRANTED, EventKind.RESUMED, EventKind.PAUSE_ASKED), 4.0),
    **dict.fromkeys((EventKind.EXTENSION_GRANTED, EventKind.RETURN_GRANTED), 4.0),
    **dict.fromkeys((EventKind.RETURN_REFUSED, EventKind.RETURNED), 3.0),
    **dict.fromkeys((EventKind.DECLINE_SIGNED, EventKind.DECLINE_GRANTED), 3.0),
    **dict.fromkeys((EventKind.MERGED, EventKind.RULING_OPENED, EventKind.NOTED), 0.2),
    **dict.fromkeys((EventKind.CANCELLED,), 0.2),
    **dict.fromkeys((EventKind.MERGE_TAKEN, EventKind.MERGE_RELEASED, EventKind.RECOMPUTED), 0.2),
}
CENTRE_ID, RAISED_BY = 100, 90
_ALL_CENTRE = frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.FOLLOW_UP_AGENT})
_CENTRE = Actor(CENTRE_ID, "中心", None, _ALL_CENTRE)
_AGENTS = tuple(Actor(key, "坐席", None, frozenset({Role.AGENT})) for key in (RAISED_BY, 91))
_PEOPLE = {
    unit: tuple(
        Actor(
            unit * 10 + place,
            f"单位{unit}",
            unit,
            frozenset({Role.UNIT_CLERK, Role.UNIT_REVIEWER}),
            frozenset({unit}),
        )
        for place in (1, 2)
    )
    for unit in UNITS
}
_OTHER = "别的"
Command = tuple[EventKind, datetime, Actor, Mapping[str, Any]]


_KNOWN: dict[tuple[object, ...], tuple[EventKind, ...]] = {}


def _possible(state: State) -> tuple[EventKind, ...]:
    """What the state allows at all, looked up once per kind of state: a walk asks very often."""
    key = state.step, state.is_ruling, state.pending and state.pending.stored
    if key not in _KNOWN:
        _KNOWN[key] = tuple(kind for kind in _KINDS if possible(state, kind))
    return _KNOWN[key]


class Walk:
    """One order's random life, the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self.chance = random.Random(seed)
        self.now = START

        self.length = self.chance.randrange(5, 41)

    def command(self, state: State) -> Command:
        """The next command; mostly such as the state allows at all."""
        self.now += timedelta(minutes=self.chance.choice((0, 1, 7, 45, 300, 1500, 4000)))
        kinds = _KINDS
        if self.chance.random() < 0.85:
            kinds = _possible(state)
        weights = [_WEIGHTS.get(kind, 1.0) for kind in kinds]
        kind = self.chance.choices(kinds, weights)[0]
        return kind, self.now, self._giver(kind, state), self._data(kind, state)

    def _giver(self, kind: EventKind, state: State) -> Actor:
        if self.chance.random() < 0.05:
            return self.chance.choice((_CENTRE, *_PEOPLE[self.chance.choice(UNITS)]))
        if kind == EventKind.CANCELLED:
            return self.chance.choice((_CENTRE, *_AGENTS))
        if kind in CENTRE or (kind == EventKind.SUPERVISION_ANSWERED and state.unit_id is None):
            return _CENTRE
        unit = state.unit_id
        if kind == EventKind.OPINION_GIVEN and state.ruling is not None:
            unit = self.chance.choice(state.ruling.asked)[0]
        elif kind == EventKind.PROGRESSED and state.current_parts:
            unit = self.chance.choice(state.current_parts).unit_id
        return self.chance.choice(_PEOPLE[unit or self.chance.choice(UNITS)])

    def _data(self, kind: EventKind, state: State) -> dict[str, Any]:
        data: dict[str, Any] = {"text": "" if self.chance.random() < 0.04 else "写了字"}
        make = getattr(self, f"_{kind.value}", None)
        if make is not None:
            data |= make(state)
        return data

    # ----- the values of single commands, as the services would give them -----

    def _clock(self, kind: ClockKind, due: datetime | None = None) -> dict[ClockKind, Clock]:
        hours = self.chance.choice((1, 8, 24, 120))
        return {
            kind: Clock(self.now, due or self.now + timedelta(hours=hours), "1 工作日", ("起",))
        }

    def _dispatched(self, state: State) -> dict[str, Any]:
        units = self.chance.sample(UNITS, self.chance.choice((1, 1, 1, 2, 3)))
        kinds = [ClockKind.ACKNOWLEDGE, ClockKind.RETURN, ClockKind.RESOLVE]
        kinds += [ClockKind.REPLY] * (self.chance.random() < 0.3)
        clocks: dict[ClockKind, Clock] = {}
        for kind in kinds:
            clocks |= self._clock(kind)
        if state.dispatched_at is None and self.chance.random() < 0.1:
            # Split off from another order, whose promises it keeps.
            due = self.now + timedelta(hours=self.chance.choice((-30, 2, 50)))
            for kind in (ClockKind.RESOLVE, ClockKind.REPLY):
                clocks |= self._clock(kind, due)
        return {
            "unit_id": units[0],
            "unit": f"单位{units[0]}",
            "assisting": [{"unit_id": unit, "unit": "协办", "task": "看看"} for unit in units[1:]],
            "clocks": as_data(clocks),
        }

    _reassigned = _ruled = _dispatched

    def _urgency_changed(self, state: State) -> dict[str, Any]:
        made: dict[ClockKind, Clock] = {}
        for kind in (ClockKind.RESOLVE, ClockKind.REPLY, ClockKind.ACKNOWLEDGE):
            made |= self._clock(kind)
        return {"urgency": self.chance.choice(list(Urgency)).value, "clocks": as_data(made)}

    def _recomputed(self, state: State) -> dict[str, Any]:
        return {"clocks": as_data(self._clock(self.chance.choice(list(ClockKind))))}

    def _assigned(self, state: State) -> dict[str, Any]:
        return {"assignee_id": 5, "assignee": "经办"}

    def _progressed(self, state: State) -> dict[str, Any]:
        parts = [part.unit_id for part in state.current_parts] or [1]
        return {"unit_id": self.chance.choice(parts), "is_done": self.chance.random() < 0.5}

    def _replied(self, state: State) -> dict[str, Any]:
        return {"to": self.chance.choice(("unit_review", "centre_review")), "files": [1]}

    def _resolved(self, state: State) -> dict[str, Any]:
        return {"clocks": as_data(self._clock(ClockKind.CALL_BACK))}

    def _returned(self, state: State) -> dict[str, Any]:
        return {"basis": "" if self.chance.random() < 0.05 else "三定"}

    def _extension_asked(self, state: State) -> dict[str, Any]:
        return {"limit": "3 工作日"}

    def _moved(self, state: State, sign: int) -> dict[str, Any]:
        """The promised clocks moved by hours; now and then the wrong way, to be refused."""
        sign = -sign if self.chance.random() < 0.1 else sign
        by = timedelta(hours=sign * self.chance.randrange(1, 200))
        made = {}
        for kind in (ClockKind.RESOLVE, ClockKind.REPLY):
            clock = state.clock(kind)
            if clock is not None:
                made |= self._clock(kind, clock.due + by)
        return {"clocks": as_data(made)}

    def _extension_granted(self, state: State) -> dict[str, Any]:
        return self._moved(state, 1)

    def _pause_asked(self, state: State) -> dict[str, Any]:
        return {"until": (self.now + timedelta(days=self.chance.choice((-1, 2, 9)))).isoformat()}

    def _pause_granted(self, state: State) -> dict[str, Any]:
        return self._moved(state, 1) | self._pause_asked(state)

    def _resumed(self, state: State) -> dict[str, Any]:
        return self._moved(state, -1)

    def _decline_asked(self, state: State) -> dict[str, Any]:
        """Now and then as it was written when no unit signed."""
        to = {"to": "unit"} if self.chance.random() < 0.7 else {}
        return {"basis": "条例", "signer": "某局长", "files": [3], **to}

    def _decline_granted(self, state: State) -> dict[str, Any]:
        return self._resolved(state)

    def _ruling_opened(self, state: State) -> dict[str, Any]:
        asked = [{"unit_id": unit, "unit": "问"} for unit in self.chance.sample(UNITS, 2)]
        return {"asked": asked, "clocks": as_data(self._clock(ClockKind.RULING))}

    def _opinion_given(self, state: State) -> dict[str, Any]:
        asked = state.ruling.asked if state.ruling is not None else ((1, ""),)
        return {"unit_id": self.chance.choice(asked)[0], "unit": "问", "basis": "三定"}

    def _supervised(self, state: State) -> dict[str, Any]:
        return {"clocks": as_data(self._clock(ClockKind.SUPERVISION))}

    def _supervision_closed(self, state: State) -> dict[str, Any]:
        papers = [one.number for one in state.supervisions]
        return {"number": self.chance.choice([None, *papers])}

    def _call_attempted(self, state: State) -> dict[str, Any]:
        return {"result": self.chance.choice(list(CALL_RESULTS))}

    def _followed_up(self, state: State) -> dict[str, Any]:
        """Now and then as it was written when discontent had no clock."""
        said = self.chance.choice(list(Satisfaction))
        is_timed = said == Satisfaction.DISSATISFIED and self.chance.random() < 0.7
        return {"satisfaction": said.value} | (self._resolved(state) if is_timed else {})

    def _noted(self, state: State) -> dict[str, Any]:
        return {LAST_CALL: True} if self.chance.random() < 0.3 else {}

    def _reopened(self, state: State) -> dict[str, Any]:
        """Now and then as it was written when only the clock for resolving was."""
        made = self._clock(ClockKind.RESOLVE)
        if self.chance.random() < 0.7:
            made |= self._clock(ClockKind.RETURN)
        if self.chance.random() < 0.5:
            made |= self._clock(ClockKind.REPLY)
        return {"clocks": as_data(made)}

    def _archived(self, state: State) -> dict[str, Any]:
        purpose = self.chance.choice(("consultation", "help"))
        outcome = self.chance.choice(("", *(one.value for one in Knowledge)))
        waived = self.chance.choice(("", "匿名"))
        known = {"knowledge": outcome, "item_id": 4, "knowledge_text": "个案"}
        return {"purpose": purpose, "waived": waived, **known}

    def _merged(self, state: State) -> dict[str, Any]:
        return {"into": _OTHER}

    def _merge_taken(self, state: State) -> dict[str, Any]:
        made: dict[ClockKind, Clock] = {}
        for kind in (ClockKind.RESOLVE, ClockKind.REPLY):
            made |= self._clock(kind) if self.chance.random() < 0.7 else {}
        return {"order": _OTHER, "clocks": as_data(made)}

    def _merge_released(self, state: State) -> dict[str, Any]:
        return {"order": _OTHER} | self._noted(state)
