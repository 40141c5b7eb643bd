"""导览: a few steps for each role that point at the real controls of the page they work on.

A tour begins by itself once, after a person's first log-in, and may be left at any step; it can be
asked for again from the help pages (``?tour=<role>``), which also tell its steps without a script.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import g, request

from kb.services.tours import finished_tours
from kb.terms import Role
from webapp.database import db


@dataclass(frozen=True)
class Step:
    """What is pointed at (a CSS selector on the tour's page), its name, and what it is for."""

    target: str
    title: str
    text: str


@dataclass(frozen=True)
class Tour:
    """The tour of one role."""

    role: Role
    path: str
    steps: tuple[Step, ...]


def _read() -> dict[Role, Tour]:
    stored = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    tours = {}
    for tour in stored["tours"]:
        steps = tuple(Step(one["at"], one["title"], one["text"]) for one in tour["steps"])
        tours[Role(tour["role"])] = Tour(Role(tour["role"]), tour["path"], steps)
    return tours


TOURS: Mapping[Role, Tour] = _read()


def guided_tour() -> Tour | None:
    """The tour to offer on this page: the one asked for, or the first of whoever looks not yet
    finished; ``None`` on other pages."""
    person = g.get("person")
    if person is None or person.is_token or request.method != "GET":
        return None
    asked = request.args.get("tour", "")
    own = [
        tour
        for tour in TOURS.values()
        if tour.path == request.path and tour.role in person.actor.roles
    ]
    for tour in own:
        if tour.role == asked:
            return tour
    if not own:
        return None
    finished = finished_tours(db(), person.actor.user_id)
    return next((tour for tour in own if tour.role not in finished), None)
