"""A hotline's orders in bulk: whole lives as events, folded by the engine, written with the very
projection the services write; afterwards ``check_orders`` compares the two."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bench.order_lives import CLOSED, NOW, OPEN, UNITS, Life
from kb.models import (
    CitizenRequest,
    Unit,
    User,
    WorkOrder,
    WorkOrderEvent,
    WorkOrderPast,
    WorkOrderSupervision,
    WorkOrderUnit,
)
from kb.services import accounts
from kb.services.orders.projecting import (
    columns,
    part_columns,
    past_columns,
    supervision_columns,
)
from kb.terms import Role
from kb.work_orders.events import Event
from kb.work_orders.past import lived

PASSWORD = "Yunting-2026"  # noqa: S105 - of people invented here
_CATEGORIES = ("城乡建设/市容管理", "公共服务/供水", "公共安全/消防", "民生保障/社区", "")


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
    """``count`` open orders and half as many closed ones; how many in all."""
    chance = random.Random(20260520)
    users = {row.username: row.id for row in session.query(User)}
    life = Life(chance, people.units, users["unitclerk"], users["dispatcher"])
    total = count + count // 2
    tables = (
        *(CitizenRequest, WorkOrder, WorkOrderEvent, WorkOrderUnit),
        *(WorkOrderSupervision, WorkOrderPast),
    )
    rows: dict[type[Any], list[dict[str, Any]]] = {table: [] for table in tables}
    for key in range(1, total + 1):
        lives = OPEN if key <= count else CLOSED
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
    life, created = lived(events), events[0].at
    state, past = life.state, life.past
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
        | {"received_at": created, "channel": "电话", "request_outcome": "handed_over"}
        | {"category": category}
        | columns(state)
        | {"event_count": len(events), "revised_at": past[-1].until if past else None}
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
    rows[WorkOrderPast] += [{"order_id": key} | past_columns(one) for one in past]
