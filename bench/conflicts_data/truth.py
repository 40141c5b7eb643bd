"""What can be told of a matter, and another value for it."""

from __future__ import annotations

import random
from typing import Any

from bench.conflicts_data.matters import Matter

ROADS = ("建设路", "滨江大道", "文昌街", "南岭路", "新华巷", "桂园路")
HOUSES = ("市民服务中心", "便民服务大厅", "综合服务楼", "办事大厅")
HOURS = (
    (
        "上午9:00至12:00，下午13:30至17:00",
        "9:00-12:00、13:30-17:00",
        "上午9点到12点，下午1点半到5点",
    ),
    (
        "上午8:30至12:00，下午14:00至17:30",
        "8:30-12:00、14:00-17:30",
        "上午8点半到12点，下午2点到5点半",
    ),
    ("上午9:00至12:00，下午14:00至18:00", "9:00-12:00、14:00-18:00", "上午9点到12点，下午2点到6点"),
)

PLANTS = {
    "sum": lambda m: bool(m.sums),
    "days": lambda m: True,
    "phone": lambda m: True,
    "address": lambda m: True,
    "hours": lambda m: True,
    "papers": lambda m: len(m.papers) >= 3,
    "age": lambda m: bool(m.ages),
    "paid": lambda m: bool(m.paid),
    "share": lambda m: bool(m.shares),
    "fee": lambda m: bool(m.fee),
    "valid": lambda m: bool(m.valid),
    "deadline": lambda m: True,
    "household": lambda m: True,
    "booking": lambda m: True,
}


def profile(rng: random.Random, matter: Matter) -> dict[str, Any]:
    """The truth about a matter."""
    truth: dict[str, Any] = {
        name: another(rng, matter, name, None) for name, fits in PLANTS.items() if fits(matter)
    }
    return truth


def another(rng: random.Random, matter: Matter, attribute: str, old: Any) -> Any:
    if attribute == "papers" and old is not None:
        items = list(old)
        if len(items) > 3 or rng.random() < 0.5:
            items.pop(rng.randrange(1, len(items)))
        else:
            items.append(rng.choice(["无犯罪记录证明", "社区居住证明", "承诺书"]))
        return tuple(items)
    if attribute in ("household", "booking"):
        return (rng.random() < 0.5) if old is None else not old
    choices: list[Any] = {
        "sum": lambda: list(matter.sums[0][2]),
        "days": lambda: list(matter.days),
        "phone": lambda: [f"{rng.randrange(2, 9)}{rng.randrange(10**5, 10**6)}0" for _ in range(3)],
        "address": lambda: [
            f"{rng.choice(ROADS)}{rng.randrange(2, 300)}号"
            f"{rng.choice(HOUSES)}{rng.randrange(1, 6)}楼"
            for _ in range(3)
        ],
        "hours": lambda: list(range(len(HOURS))),
        "papers": lambda: [matter.papers],
        "age": lambda: list(matter.ages),
        "paid": lambda: list(matter.paid),
        "share": lambda: list(matter.shares[0][1]),
        "fee": lambda: list(matter.fee),
        "valid": lambda: list(matter.valid),
        "deadline": lambda: [(m, d) for m in (3, 6, 9, 11) for d in (10, 15, 25, 30)],
    }[attribute]()
    return rng.choice([choice for choice in choices if choice != old])
