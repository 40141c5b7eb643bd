"""The lives of a hotline's orders as the services write them: kinds of events with their data."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from kb.terms import ClockKind
from kb.work_orders.clocks import Clock, as_data
from kb.work_orders.events import Event, EventKind

NOW = datetime(2026, 5, 20, 2, 0, tzinfo=UTC)
UNITS = tuple(
    f"云汀市{name}局"
    for name in ["住建", "城管", "公安", "市监", "人社", "交通", "水务", "教育", "民政", "卫健"]
)
_WEIGHTS = (30, 15, 12, 9, 8, 8, 6, 5, 4, 3)  # one unit has a third of a city's orders
_K = EventKind
_PRESSED = (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.SUPERVISED, _K.SUPERVISION_ANSWERED)
# How often each life is met: what an order has been through after its acceptance.
OPEN: tuple[tuple[int, tuple[EventKind, ...]], ...] = (
    (8, ()),
    (22, (_K.DISPATCHED,)),
    (2, (_K.DISPATCHED, _K.RETURNED)),
    (2, (_K.DISPATCHED, _K.REMINDED)),
    (28, (_K.DISPATCHED, _K.ACKNOWLEDGED)),
    (4, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.EXTENSION_ASKED)),
    (2, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.PAUSE_ASKED, _K.PAUSE_GRANTED)),
    (1, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.DECLINE_ASKED)),
    (2, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.DECLINE_ASKED, _K.DECLINE_SIGNED)),
    (3, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.REMINDED, _K.SUPERVISED)),
    (1, _PRESSED),
    (2, (_K.DISPATCHED, _K.RULING_OPENED)),
    (7, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.REPLIED)),
    (8, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.REPLIED, _K.UNIT_PASSED)),
)
_ENDED = (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.REPLIED, _K.UNIT_PASSED, _K.RESOLVED)
_DECLINED = (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.DECLINE_ASKED, _K.DECLINE_SIGNED)
_TRIED = _K.CALL_ATTEMPTED
CLOSED: tuple[tuple[int, tuple[EventKind, ...]], ...] = (
    (8, _ENDED),
    (2, (*_ENDED, _TRIED)),
    (4, (*_ENDED, _TRIED, _TRIED, _TRIED)),
    (1, (*_ENDED, _K.OBJECTED)),
    (4, (*_ENDED, _K.FOLLOWED_UP)),
    (2, (*_ENDED, _K.FOLLOWED_UP, _K.ARCHIVED)),
    (3, (*_DECLINED, _K.DECLINE_GRANTED)),
    (2, (*_PRESSED, _K.SUPERVISION_CLOSED, *_ENDED[2:])),
    (1, (_K.MERGED,)),
)


class Life:
    """Events as the services write them, at times spread over the last eleven days."""

    def __init__(
        self, chance: random.Random, units: Sequence[int], clerk: int, dispatcher: int
    ) -> None:
        self.chance, self.units = chance, units
        self.clerk, self.dispatcher = clerk, dispatcher

    def events(self, kinds: Sequence[EventKind]) -> list[Event]:
        """One order: accepted, then these."""
        return list(self._events(kinds))

    def _events(self, kinds: Sequence[EventKind]) -> Iterator[Event]:
        at = NOW - timedelta(minutes=self.chance.randrange(300, 11 * 1440))
        step = (NOW - at) / (len(kinds) + 2)
        yield Event(_K.ACCEPTED, at, self.dispatcher, {})
        for kind in kinds:
            at += min(step, timedelta(hours=self.chance.randrange(1, 30)))
            actor = self.dispatcher if kind in _OF_THE_CENTRE else self.clerk
            yield Event(kind, at, actor, self._data(kind, at))

    def _data(self, kind: EventKind, at: datetime) -> dict[str, Any]:
        data: dict[str, Any] = {"text": "请尽快办理并说明结果"}
        make = {
            _K.DISPATCHED: self._sent,
            _K.EXTENSION_ASKED: lambda at: {"limit": "3 工作日"},
            _K.PAUSE_ASKED: lambda at: {"until": (NOW + timedelta(days=4)).isoformat()},
            _K.PAUSE_GRANTED: lambda at: {
                "until": (NOW + timedelta(days=4)).isoformat(),
                "clocks": _clocks(at, {ClockKind.RESOLVE: 240}),
            },
            _K.DECLINE_ASKED: lambda at: {
                "basis": "条例第九条",
                "signer": "周主任",
                "files": [],
                "to": "unit",
            },
            _K.SUPERVISED: lambda at: {"clocks": _clocks(at, {ClockKind.SUPERVISION: 48})},
            _K.RULING_OPENED: lambda at: {
                "asked": [{"unit_id": self.units[0], "unit": UNITS[0]}],
                "clocks": _clocks(at, {ClockKind.RULING: 48}),
            },
            _K.REPLIED: lambda at: {"to": "unit_review", "files": [], "is_informed": True},
            _K.RESOLVED: lambda at: {"clocks": _clocks(at, {ClockKind.CALL_BACK: 72})},
            _K.DECLINE_GRANTED: lambda at: {"clocks": _clocks(at, {ClockKind.CALL_BACK: 72})},
            _K.CALL_ATTEMPTED: lambda at: {"result": "no_answer"},
            _K.FOLLOWED_UP: lambda at: {"satisfaction": self._said()},
            _K.MERGED: lambda at: {"into": "YTGD000001"},
        }.get(kind)
        return data | (make(at) if make is not None else {})

    def _said(self) -> str:
        return self.chance.choice(("satisfied", "satisfied", "fairly", "dissatisfied"))

    def _sent(self, at: datetime) -> dict[str, Any]:
        places = range(len(self.units))
        lead, other = self.chance.choices(places, _WEIGHTS, k=2)
        others = [other] if other != lead and self.chance.random() < 0.12 else []
        kinds = {ClockKind.ACKNOWLEDGE: 24, ClockKind.RETURN: 48, ClockKind.RESOLVE: 168}
        return {
            "unit_id": self.units[lead],
            "unit": UNITS[lead],
            "assisting": [
                {"unit_id": self.units[one], "unit": UNITS[one], "task": "配合"} for one in others
            ],
            "clocks": _clocks(at, kinds),
        }


_OF_THE_CENTRE = frozenset(
    {
        _K.DISPATCHED,
        _K.PAUSE_GRANTED,
        _K.DECLINE_GRANTED,
        _K.SUPERVISED,
        _K.RULING_OPENED,
        _K.REMINDED,
        _K.RESOLVED,
        _K.SUPERVISION_CLOSED,
        _K.CALL_ATTEMPTED,
        _K.FOLLOWED_UP,
        _K.ARCHIVED,
        _K.MERGED,
    }
)


def _clocks(at: datetime, hours: dict[ClockKind, int]) -> dict[str, Any]:
    return as_data(
        {
            kind: Clock(at, at + timedelta(hours=span), f"{span} 小时", ("起算",))
            for kind, span in hours.items()
        }
    )
