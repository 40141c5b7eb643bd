"""One record changed at random, 500 times: the figures follow as an independent count says."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from kb.bulletins.checking import inconsistencies
from kb.bulletins.reporting import as_json, report
from kb.models import CitizenRequest, WorkOrder
from kb.terms import purpose_code
from tests.databases import sqlite_copy
from tests.kb.bulletins.book import MARCH, OUTCOMES, SAID, Book, at, window
from tests.kb.bulletins.recount import Rules, recount

ROUNDS = 500
UNITS = ("市住建局", "供水公司", "青石街道", "望溪区")
CATEGORIES = ("社保/医保", "社保/失业", "城建", "城建/房屋", "环保/噪声")
PURPOSES = ("咨询", "求助", "投诉", "建议", "感谢")
CHANNELS = ("电话", "电话", "微信", "市长信箱")
SAYINGS = ("", "满意", "基本满意", "不满意", "未评价")
# Four cities: their choices, and the same said in the words of the independent count.
CITIES: tuple[tuple[dict[str, Any], Rules], ...] = (
    ({}, Rules()),
    (
        {
            "scope": {"channels": ["电话"], "exclude_outcomes": ["无效"]},
            "denominators": {
                "satisfaction_rate": "rated",
                "resolved_on_time_rate": "resolved",
                "follow_up_rate": "dispatched",
            },
        },
        Rules(
            channels=("电话",), satisfied_by="rated", resolved_by="resolved", called_by="dispatched"
        ),
    ),
    (
        {
            "scope": {"exclude_outcomes": []},
            "roles": {"by_unit": ["主办", "协办"]},
            "satisfied": {"mode": "except", "values": ["不满意"]},
            "denominators": {"satisfaction_rate": "dispatched"},
        },
        Rules(
            leaves_out_invalid=False,
            units_roles=("主办", "协办"),
            satisfied_by="dispatched",
            all_but_dissatisfied=True,
        ),
    ),
    (
        {
            "scope": {"exclude_outcomes": []},
            "satisfied": {"values": ["满意"]},
            "denominators": {
                "acknowledged_on_time_rate": "acknowledged",
                "resolved_on_time_rate": "due",
            },
        },
        Rules(leaves_out_invalid=False, satisfied=("满意",), signed_by="signed", resolved_by="due"),
    ),
)


class Changing:
    """Rows, and the same rows in a database, changed together."""

    def __init__(self, session: Session, random: Random) -> None:
        self.session, self.random = session, random
        self.book = Book(session)
        self.requests: list[dict[str, Any]] = []
        self.orders: list[dict[str, Any]] = []

    def fill(self) -> None:
        for unit in UNITS:
            self.book.unit(unit)
        for number in range(60):
            self._request(f"M{number}")

    def _request(self, number: str) -> None:
        pick = self.random.choice
        received = at("02-27 00:00") + timedelta(minutes=self.random.randrange(36 * 24 * 60))
        row = {
            "number": number,
            "received": received,
            "channel": pick(CHANNELS),
            "purpose": pick(PURPOSES),
            "category": pick(CATEGORIES),
            "outcome": pick(("在线办结", "转办", "转办", "无效")),
            "resolved": received + timedelta(minutes=5),
        }
        self.requests.append(row)
        stored = self.book.request(number, _said(received), row["outcome"], **self._values(row))
        if row["outcome"] == "转办":
            for role in ("主办", "协办")[: self.random.randint(1, 2)]:
                self._order(stored, row, role)

    def _values(self, row: dict[str, Any]) -> dict[str, Any]:
        names = ("channel", "purpose", "category")
        return {name: row[name] for name in names} | {"resolved": _said(row["resolved"])}

    def _order(self, request: Any, row: dict[str, Any], role: str) -> None:
        dispatched = row["received"] + timedelta(hours=1)
        order = {
            "number": f"{row['number']}-{role}",
            "request": row["number"],
            "unit": self.random.choice(UNITS),
            "role": role,
            "dispatched": dispatched,
            "sign_by": dispatched + timedelta(days=1),
            "signed": self._maybe(dispatched, 36),
            "due": dispatched + timedelta(days=5),
            "resolved": self._maybe(dispatched, 200),
            "called": self._maybe(dispatched + timedelta(hours=200), 50),
            "said": self.random.choice(SAYINGS),
        }
        self.orders.append(order)
        moments = ("sign_by", "signed", "due", "resolved", "called")
        self.book.order(
            request,
            order["unit"],
            _said(dispatched) or "",
            number=order["number"],
            role=role,
            said=order["said"],
            **{name: _said(order[name]) for name in moments},
        )

    def _maybe(self, start: datetime, hours: int) -> datetime | None:
        if self.random.random() < 0.2:
            return None
        return start + timedelta(minutes=self.random.randrange(hours * 60))

    def change(self) -> str:
        """Change one value of one record; says what."""
        kind = self.random.choice(("outcome", "category", "purpose", "received", "order", "order"))
        if kind == "order":
            return self._change_order()
        row, pick = self.random.choice(self.requests), self.random.choice
        value: Any = {
            "outcome": lambda: pick(tuple(OUTCOMES)),
            "category": lambda: pick(CATEGORIES),
            "purpose": lambda: pick(PURPOSES),
            "received": lambda: row["received"] + timedelta(hours=self.random.randint(-60, 60)),
        }[kind]()
        row[kind] = value
        column = {"received": "received_at"}.get(kind, kind)
        stored = {"outcome": OUTCOMES.get, "purpose": purpose_code}.get(kind, lambda one: one)(
            value
        )
        self._store(CitizenRequest, row["number"], column, stored)
        # What the orders repeat of their request (services.orders.projecting).
        copied = {"received": "received_at", "outcome": "request_outcome", "category": "category"}
        if kind in copied:
            orders = WorkOrder.number.startswith(f"{row['number']}-")
            self.session.execute(update(WorkOrder).where(orders).values({copied[kind]: stored}))
        return f"{row['number']} {kind} {value}"

    def _change_order(self) -> str:
        order, pick = self.random.choice(self.orders), self.random.choice
        kind = pick(("unit", "said", "signed", "resolved", "called", "dispatched", "due"))
        if kind == "unit":
            value: Any = pick(UNITS)
            column, stored = "unit_id", self.book.unit(value).id
        elif kind == "said":
            value = pick(SAYINGS)
            column, stored = "satisfaction", SAID[value]
        elif kind in ("dispatched", "due"):
            value = stored = order[kind] + timedelta(hours=self.random.randint(-100, 100))
            column = f"{kind}_at"
        else:
            value = stored = self._maybe(order["dispatched"], 300)
            column = {"signed": "acknowledged", "called": "followed_up"}.get(kind, kind) + "_at"
        order[kind] = value
        self._store(WorkOrder, order["number"], column, stored)
        return f"{order['number']} {kind} {value}"

    def _store(self, model: Any, number: str, column: str, value: Any) -> None:
        self.session.execute(update(model).where(model.number == number).values({column: value}))


def _said(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else None


@pytest.fixture
def changing(sqlite_template: Path, tmp_path: Path) -> Iterator[Changing]:
    with sqlite_copy(sqlite_template, tmp_path) as database, database.session() as session:
        changing = Changing(session, Random(20260327))
        changing.fill()
        yield changing
        session.rollback()


def test_figures_follow_every_change(changing: Changing) -> None:
    moved, before = 0, [None] * len(CITIES)
    for at_round in range(ROUNDS):
        said = changing.change()
        which = at_round % len(CITIES)
        choices, rules = CITIES[which]
        seen = window(**choices)
        found = as_json(report(changing.session, seen, compared=False, detailed=False))
        expected = recount(
            changing.requests, changing.orders, rules, MARCH.start, MARCH.end, seen.as_of
        )
        assert _same(found, expected) == [], f"{at_round}: {said}"
        moved += before[which] not in (None, expected)
        before[which] = expected
    # Changes that count nothing (a request outside March) are some of them, not most.
    assert moved > ROUNDS // 2


def _same(found: Any, expected: Any) -> list[str]:
    wrong = [
        f"totals/{name}: {found['totals'][name]} counted {value}"
        for name, value in expected["totals"].items()
        if found["totals"][name] != value
    ]
    purposes = {row["name"]: row["count"] for row in found["by_purpose"]}
    categories = {row["name"]: row["count"] for row in found["by_category"]}
    children = {
        f"{row['name']}/{child['name']}": child["count"]
        for row in found["by_category"]
        for child in row["children"]
    }
    for name, rows in (
        ("purposes", purposes),
        ("categories", categories),
        ("children", children),
    ):
        if rows != expected[name]:
            wrong.append(f"{name}: {rows} counted {expected[name]}")
    units = {row["name"]: row for row in found["by_unit"]}
    if units.keys() != expected["units"].keys():
        wrong.append(f"units: {units.keys()} counted {expected['units'].keys()}")
    for unit, row in expected["units"].items():
        wrong += [
            f"{unit}/{name}: {units[unit][name]} counted {value}"
            for name, value in row.items()
            if unit in units and units[unit][name] != value
        ]
    return wrong


def test_sound_figures_have_no_faults(changing: Changing) -> None:
    for _ in range(20):
        changing.change()
        for choices, _rules in CITIES[:3]:
            seen = window(**choices)
            document = as_json(report(changing.session, seen))
            faults = [
                fault for fault in inconsistencies(document, seen.basis) if "100%" not in fault.why
            ]
            assert faults == []
