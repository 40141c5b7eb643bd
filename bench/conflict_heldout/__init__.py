"""A second generator for the radar, written before it was tuned: texts by hand, not by parts.

A base holds one guide of each matter, as a real one does; what is checked against it tells the
same in another unit's words, with one value changed or none, or is one of the traps.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.conflicts_data.text import Pair, Text

_MATTERS = Path(__file__).with_name("matters.toml")
_DISTRICTS = ("沙洲区", "云台县")
# What the names of the values are called in `bench.conflicts`.
_ATTRIBUTES = {
    "before": "days",
    "within": "days",
    "place": "address",
    "cap": "sum",
    "term": "paid",
    "held": "paid",
}


def pairs(seed: int = 1) -> Iterator[Pair]:
    """Every planted contradiction and every trap once."""
    rng = random.Random(seed)
    for matter in tomllib.loads(_MATTERS.read_text("utf-8"))["matter"]:
        yield from _planted(matter)
        yield from _clean(rng, matter)


def _planted(matter: dict[str, Any]) -> Iterator[Pair]:
    for key in matter["values"]:
        if f"{{{key}}}" in matter["guide"][2] and f"{{{key}}}" in matter["other"][2]:
            right = _text(matter, "other", changed=key)
            attribute = _ATTRIBUTES.get(key, key)
            yield Pair(_text(matter, "guide"), right, attribute, "planted", matter["name"])


def _clean(rng: random.Random, matter: dict[str, Any]) -> Iterator[Pair]:
    guide, name = _text(matter, "guide"), matter["name"]
    yield Pair(guide, _text(matter, "other"), "", "other words", name)
    yield Pair(guide, _text(matter, "guide", side=1), "", "other notation", name)
    keys = [key for key in matter["values"] if f"{{{key}}}" in matter["other"][2]]
    district = rng.choice(_DISTRICTS)
    for sort, title, more in (
        ("district", f"{district}{guide.title}", {"unit": f"{district}人民政府"}),
        ("last year", f"{guide.title}（2025年度）", {}),
    ):
        changed = _text(matter, "guide", changed=rng.choice(keys), title=title, **more)
        left = _text(matter, "guide", title=f"{guide.title}（2026年度）")
        yield Pair(left if sort == "last year" else guide, changed, "", sort, name)
    for sort, apart in zip(("neighbour", "other attribute"), matter["apart"], strict=True):
        title, unit, body = apart
        yield Pair(guide, Text(title, body, unit), "", sort, name)


def _text(
    matter: dict[str, Any],
    which: str,
    *,
    changed: str = "",
    title: str = "",
    unit: str = "",
    side: int | None = None,
) -> Text:
    """One entry; the guide writes a value in the first notation, the other text in the second."""
    own_title, own_unit, body = matter[which]
    notation = side if side is not None else int(which == "other")
    said = {key: both[int(key == changed)][notation] for key, both in matter["values"].items()}
    return Text(title or own_title, body.strip().format(**said), unit or own_unit)
