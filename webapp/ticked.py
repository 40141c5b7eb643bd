"""Ticked rows of a list: what their boxes send, and one act on them, first looked at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from flask import flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.services.many import Outcome
from webapp.database import commit, db


class _Stored(Protocol):
    @property
    def id(self) -> int: ...


Row = TypeVar("Row", bound=_Stored)


@dataclass(frozen=True)
class Shown:
    """The pages around an act on many rows.

    :ivar template: the look, with what :attr:`values` gives for it.
    :ivar again: the list once more, with what was wrong and the ticks.
    :ivar href: where the act is sent, :attr:`back` the list; both with the filters of the ticks.
    """

    template: str
    values: Callable[[Outcome[Any]], Mapping[str, Any]]
    again: Callable[[InvalidInput, Sequence[str]], str]
    href: str
    back: str


@dataclass(frozen=True)
class Told:
    """What is said afterwards: of the rows it was done to, and of one that was left and why."""

    done: Callable[[int], str]
    left: Callable[[str, str], str]


def look_or_do(
    act: Callable[[Sequence[tuple[int, int]]], Outcome[Row]], shown: Shown, told: Told
) -> Response:
    """Do it to what is ticked and tell, where ``sure`` is sent; else show what it would do."""
    ticks = ticks_sent()
    try:
        outcome = act(seen(ticks))
    except InvalidInput as invalid:
        db().rollback()
        return make_response(shown.again(invalid, ticks), 422)
    if "sure" not in request.form:
        page = render_template(
            shown.template,
            outcome=outcome,
            ticks=still_ticked(ticks, (row.id for row in outcome.done)),
            href=shown.href,
            back_href=shown.back,
            **shown.values(outcome),
        )
        db().rollback()  # it was only looked at
        return make_response(page)
    commit()
    for name, why in outcome.left:
        flash(told.left(name, why), "warn")
    if outcome.done:
        flash(told.done(len(outcome.done)), "good")
    return redirect(shown.back, 303)


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
