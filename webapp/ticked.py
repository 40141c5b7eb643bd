"""Ticked rows of a list: what their boxes send."""

from collections.abc import Iterable, Sequence

from flask import request


def ticks_sent() -> list[str]:
    """The ticks as they were sent, each once."""
    return list(dict.fromkeys(request.form.getlist("item")))


def seen(ticks: Sequence[str]) -> list[tuple[int, int]]:
    """Row and seen revision of each tick, ``128:3``; what is none names no row."""
    pairs = (tick.partition(":") for tick in ticks)
    return [(_number(row), _number(rev)) for row, _, rev in pairs]


def still_ticked(ticks: Sequence[str], row_ids: Iterable[int]) -> list[str]:
    """The ticks of these rows alone, as they were sent: what a look goes on with."""
    kept = set(row_ids)
    return [tick for tick, (row, _) in zip(ticks, seen(ticks), strict=True) if row in kept]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
