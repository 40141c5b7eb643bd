"""A third set of pairs for the radar, kept to judge it by: nothing is tuned on its texts.

A base holds the guide of each matter; another unit tells the same in a caller's words, with one
value changed or none, or says something that only looks like a contradiction of the guide.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.conflicts_data.text import Pair, Text

_MATTERS = Path(__file__).with_name("matters.toml")
_DISTRICTS = ("青屿区", "柳泉县")


def pairs() -> Iterator[Pair]:
    """Every planted contradiction and every trap once."""
    matters = tomllib.loads(_MATTERS.read_text("utf-8"))["matter"]
    for at, matter in enumerate(matters):
        guide, name = _text(matter, "guide"), matter["name"]
        for key in matter["values"]:
            right = _text(matter, "other", changed=key)
            yield Pair(guide, right, key.rstrip("0123456789"), "planted", name)
        yield Pair(guide, _text(matter, "other"), "", "other words", name)
        yield Pair(guide, _text(matter, "guide", notation=1), "", "other notation", name)
        district = _DISTRICTS[at % 2]
        for key in list(matter["values"])[at % 2 :: 3]:
            own = _text(matter, "guide", changed=key)
            yield Pair(guide, _of_district(own, district), "", "district level", name)
        for sort, title, unit, body in matter["apart"]:
            yield Pair(guide, Text(title, body, unit), "", sort, name)


def _text(
    matter: dict[str, Any], which: str, *, changed: str = "", notation: int | None = None
) -> Text:
    """The guide or the other text, each in its own notation unless another is asked for."""
    title, unit, body = matter[which]
    side = int(which == "other") if notation is None else notation
    said = {key: both[int(key == changed)][side] for key, both in matter["values"].items()}
    return Text(title, body.strip().format(**said), unit)


def _of_district(text: Text, district: str) -> Text:
    """The same text as a district's own."""
    title = f"{district}{text.title.removeprefix('望川市')}"
    return Text(title, text.body, f"{district}人民政府")
