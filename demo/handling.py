"""How far the units and the centre got with an order of the demo city's history."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.models import Unit, WorkOrder
from kb.profile import Profile
from kb.services import work_orders
from kb.services.work_orders import By
from kb.terms import Role
from kb.work_orders.state import OrderState

ARCHIVED_AFTER = timedelta(days=3)
# Whoever could not be reached is tried again for so long; by then everybody was.
STILL_TRIED = timedelta(days=10)


@dataclass
class Cast:
    """Who does what in the history."""

    agents: list[Actor]
    dispatcher: Actor
    follow_up: Actor
    supervisor: Actor
    units: Mapping[str, Unit]
    clerks: Mapping[int, Actor]
    reviewers: Mapping[int, Actor]

    def handler(self, unit: Unit) -> Actor:
        """The unit's clerk, invented where the demo has no log-in for one."""
        if unit.id in self.clerks:
            return self.clerks[unit.id]
        return Actor(
            0, f"{unit.name}经办", unit.id, frozenset({Role.UNIT_CLERK}), frozenset({unit.id})
        )


def handle(
    session: Session,
    chance: random.Random,
    matter: dict[str, Any],
    order: WorkOrder,
    profile: Profile,
    cast: Cast,
    now: datetime,
    steps: int,
) -> None:
    """Walk an order at most ``steps`` far, and not past now; a few are slow or not content.

    1 dispatched, 2 acknowledged, 3 replied, 4 resolved, 5 called back, 6 archived.
    """
    unit = cast.units[matter["unit"]]
    clerk = cast.handler(unit)
    reply = matter["reply"] or f"{unit.name}已核实处理，并电话告知诉求人。"
    said = chance.choices(("satisfied", "fairly", "dissatisfied", "unrated"), (70, 15, 7, 8))[0]
    waits = [
        timedelta(minutes=chance.randrange(3, 40)),
        timedelta(minutes=chance.choice((6, 15, 40, 120, 300, 1700))),
        timedelta(hours=chance.choice((3, 9, 22, 30, 52, 75, 100, 190))),
        timedelta(hours=chance.randrange(1, 20)),
        timedelta(hours=chance.randrange(4, 40)),
        ARCHIVED_AFTER,
    ]

    def by(actor: Actor, at: datetime) -> By:
        return By(actor, at, profile)

    verbs: list[Callable[[datetime], object]] = [
        lambda at: work_orders.dispatch(session, order, by(cast.dispatcher, at), unit_id=unit.id),
        lambda at: work_orders.acknowledge(session, order, by(clerk, at)),
        lambda at: work_orders.reply(session, order, by(clerk, at), text=reply),
        lambda at: _review(session, order, profile, cast, at),
        lambda at: work_orders.follow_up(
            session,
            order,
            by(cast.follow_up, at),
            satisfaction=said,
            text="诉求人认为问题没有解决" if said == "dissatisfied" else "",
        ),
        lambda at: _archive(session, order, by(cast.follow_up, at)),
    ]
    at = order.created_at
    for verb, wait in zip(verbs[:steps], waits, strict=False):
        at += wait
        if at >= now:
            return
        if verb is verbs[4] and chance.random() > 0.8:
            _dial_in_vain(session, order, by(cast.follow_up, at))
            if now - at < STILL_TRIED:
                return
        verb(at)


def _dial_in_vain(session: Session, order: WorkOrder, by: By) -> None:
    """None to three calls that reached nobody, a different number for each order."""
    for result in ("no_answer", "switched_off", "no_answer")[: order.id % 4]:
        work_orders.attempt_call(session, order, by, result=result)


def _archive(session: Session, order: WorkOrder, by: By) -> None:
    """Put away what is settled; whoever is not content keeps the order open to be looked at."""
    if order.satisfaction == "dissatisfied":
        return
    asked = order.request.purpose == "consultation"
    work_orders.archive(
        session,
        order,
        by,
        knowledge="not_general" if asked else "",
        knowledge_text="只涉及诉求人自己的情况，已电话答复" if asked else "",
    )


def _review(session: Session, order: WorkOrder, profile: Profile, cast: Cast, at: datetime) -> None:
    """The unit's reviewer passes the reply where there is one, then the centre resolves."""
    if order.state == OrderState.UNIT_REVIEW.value and order.unit_id is not None:
        reviewer = cast.reviewers[order.unit_id]
        work_orders.pass_unit_review(session, order, By(reviewer, at, profile))
    work_orders.resolve(session, order, By(cast.dispatcher, at, profile))
