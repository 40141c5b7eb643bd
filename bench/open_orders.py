"""A hotline's orders in bulk: whole lives as events, folded by the engine, written with the very
projection the services write; afterwards ``check_orders`` compares the two."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from kb.models import (
    CitizenRequest,
    Unit,
    User,
    WorkOrder,
    WorkOrderEvent,
    WorkOrderSupervision,
    WorkOrderUnit,
)
from kb.services import accounts
from kb.services.orders.projecting import columns, part_columns, supervision_columns
from kb.terms import ClockKind, Role
from kb.work_orders.clocks import Clock, as_data
from kb.work_orders.events import Event, EventKind
from kb.work_orders.fold import fold

NOW = datetime(2026, 5, 20, 2, 0, tzinfo=UTC)
PASSWORD = "Yunting-2026"  # noqa: S105 - of people invented here
UNITS = tuple(
    f"云汀市{name}局"
    for name in ["住建", "城管", "公安", "市监", "人社", "交通", "水务", "教育", "民政", "卫健"]
)
_WEIGHTS = (30, 15, 12, 9, 8, 8, 6, 5, 4, 3)  # one unit has a third of a city's orders
_CATEGORIES = ("城乡建设/市容管理", "公共服务/供水", "公共安全/消防", "民生保障/社区", "")
_K = EventKind
# How often each life is met: what an order has been through after its acceptance.
_LIVES: tuple[tuple[int, tuple[EventKind, ...]], ...] = (
    (8, ()),
    (22, (_K.DISPATCHED,)),
    (2, (_K.DISPATCHED, _K.RETURNED)),
    (2, (_K.DISPATCHED, _K.REMINDED)),
    (28, (_K.DISPATCHED, _K.ACKNOWLEDGED)),
    (4, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.EXTENSION_ASKED)),
    (2, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.PAUSE_ASKED, _K.PAUSE_GRANTED)),
    (2, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.DECLINE_ASKED)),
    (3, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.REMINDED, _K.SUPERVISED)),
    (1, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.SUPERVISED, _K.SUPERVISION_ANSWERED)),
    (2, (_K.DISPATCHED, _K.RULING_OPENED)),
    (7, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.REPLIED)),
    (8, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.REPLIED, _K.UNIT_PASSED)),
)
_ENDED = (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.REPLIED, _K.UNIT_PASSED, _K.RESOLVED)
_CLOSED: tuple[tuple[int, tuple[EventKind, ...]], ...] = (
    (6, _ENDED),
    (2, (_K.DISPATCHED, _K.ACKNOWLEDGED, _K.DECLINE_ASKED, _K.DECLINE_GRANTED)),
    (2, (*_ENDED, _K.FOLLOWED_UP)),
)


@dataclass(frozen=True)
class People:
    """Log-in names by role; the unit's two belong to the unit with the most orders."""

    units: tuple[int, ...]
    names: dict[Role, str]


def settle(session: Session) -> People:
    """The units, and one person for each role that has a worklist."""
    units = [Unit(name=name) for name in UNITS]
    session.add_all(units)
    session.flush()
    names = {}
    for role in (
        Role.DISPATCHER,
        Role.SUPERVISOR,
        Role.FOLLOW_UP_AGENT,
        Role.UNIT_CLERK,
        Role.UNIT_REVIEWER,
    ):
        is_unit = role in (Role.UNIT_CLERK, Role.UNIT_REVIEWER)
        accounts.create_user(
            session,
            username=role.value.replace("_", ""),
            name=role.label,
            password=PASSWORD,
            roles=[role],
            unit_id=units[0].id if is_unit else None,
            now=NOW,
            must_change_password=False,
        )
        names[role] = role.value.replace("_", "")
    return People(tuple(unit.id for unit in units), names)


def fill(session: Session, people: People, count: int) -> int:
    """``count`` open orders and a tenth as many closed ones; how many in all."""
    chance = random.Random(20260520)
    users = {row.username: row.id for row in session.query(User)}
    life = _Life(chance, people.units, users["unitclerk"], users["dispatcher"])
    total = count + count // 10
    tables = (CitizenRequest, WorkOrder, WorkOrderEvent, WorkOrderUnit, WorkOrderSupervision)
    rows: dict[type[Any], list[dict[str, Any]]] = {table: [] for table in tables}
    for key in range(1, total + 1):
        lives = _LIVES if key <= count else _CLOSED
        kinds = chance.choices([one for _, one in lives], [weight for weight, _ in lives])[0]
        _order(rows, key, life.events(kinds), chance)
        if key % 1000 == 0 or key == total:
            for model, values in rows.items():
                if values:
                    session.execute(insert(model), values)
                values.clear()
    return total


def _order(
    rows: dict[type[Any], list[dict[str, Any]]],
    key: int,
    events: Sequence[Event],
    chance: random.Random,
) -> None:
    category = chance.choice(_CATEGORIES)
    state, created = fold(events), events[0].at
    rows[CitizenRequest].append(
        {
            "id": key,
            "number": f"YT{key:06d}",
            "received_at": created,
            "purpose": "complaint",
            "category": category,
            "region": "青石街道",
            "place": f"青石里 {key % 90} 号",
            "title": f"反映楼下路灯不亮的第 {key} 件诉求",
            "content": "晚上看不清路，希望尽快修好。" * 6,
            "outcome": "handed_over",
        }
    )
    rows[WorkOrder].append(
        {"id": key, "number": f"YTGD{key:06d}", "request_id": key, "created_at": created}
        | columns(state, category)
        | {"event_count": len(events)}
    )
    for seq, event in enumerate(events, 1):
        rows[WorkOrderEvent].append(
            {"order_id": key, "seq": seq, "kind": event.kind.value, "at": event.at}
            | {"actor_id": event.actor_id, "data": dict(event.data)}
        )
    for ordinal, part in enumerate(state.parts):
        rows[WorkOrderUnit].append({"order_id": key, "ordinal": ordinal} | part_columns(part))
    for one in state.supervisions:
        row = {"order_id": key, "ordinal": one.number} | supervision_columns(one)
        rows[WorkOrderSupervision].append(row)


class _Life:
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
            _K.DECLINE_ASKED: lambda at: {"basis": "条例第九条", "signer": "周主任", "files": []},
            _K.SUPERVISED: lambda at: {"clocks": _clocks(at, {ClockKind.SUPERVISION: 48})},
            _K.RULING_OPENED: lambda at: {
                "asked": [{"unit_id": self.units[0], "unit": UNITS[0]}],
                "clocks": _clocks(at, {ClockKind.RULING: 48}),
            },
            _K.REPLIED: lambda at: {"to": "unit_review", "files": [], "is_informed": True},
            _K.RESOLVED: lambda at: {"clocks": _clocks(at, {ClockKind.CALL_BACK: 72})},
            _K.DECLINE_GRANTED: lambda at: {"clocks": _clocks(at, {ClockKind.CALL_BACK: 72})},
            _K.FOLLOWED_UP: lambda at: {"satisfaction": "satisfied"},
        }.get(kind)
        return data | (make(at) if make is not None else {})

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
        _K.FOLLOWED_UP,
    }
)


def _clocks(at: datetime, hours: dict[ClockKind, int]) -> dict[str, Any]:
    return as_data(
        {
            kind: Clock(at, at + timedelta(hours=span), f"{span} 小时", ("起算",))
            for kind, span in hours.items()
        }
    )
