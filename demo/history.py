"""Three months of calls in the demo city, made by the services the desk and the units use.

Deterministic: the same day of loading gives the same requests and orders.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from demo.handling import Cast, handle
from kb.actor import Actor
from kb.clock import SHANGHAI, local_day
from kb.models import Adoption, CitizenRequest, KnowledgeItem, SearchRecord, Unit, User, WorkOrder
from kb.profile import Profile
from kb.services.accounts import actor_of
from kb.services.registration import Registration
from kb.services.requests import hand_over, register, resolve_online
from kb.standing import holds
from kb.terms import Outcome, Role

REQUESTS = 310
ORDERS = 96
DAYS = 90


def write_history(
    session: Session,
    *,
    matters: Mapping[str, Any],
    items: Mapping[str, KnowledgeItem],
    profile: Profile,
    phone_key: bytes,
    now: datetime,
) -> None:
    """Register, resolve and hand over, oldest call first."""
    chance = random.Random(20260507)  # noqa: S311 - a reproducible demo, not a secret
    cast = _gather(session)
    orders: list[tuple[dict[str, Any], WorkOrder]] = []
    for received_at in _call_times(chance, now):
        matter = _pick(chance, matters["matters"])
        item = items.get(matter.get("entry", ""))
        must_hand_over = len(orders) < ORDERS and _wants_order(chance, matter, item)
        request = _register(session, chance, matter, profile, phone_key, cast, received_at)
        if must_hand_over or item is None:
            order = _hand_over(session, matter, request, item, profile, cast, received_at)
            orders.append((matter, order))
        elif not _adopt(session, chance, matter, request, item, cast, received_at):
            request.outcome = Outcome.ONLINE.value
            request.resolved_at = received_at + timedelta(minutes=3)
    for newer, (matter, order) in enumerate(reversed(orders)):
        # The newest are still on somebody's desk, so that every worklist has something to do.
        steps = 0 if newer < 4 else 1 if newer < 8 else 2 if newer < 13 else 3 if newer < 16 else 6
        handle(session, chance, matter, order, profile, cast, now, steps)
    _ask_gaps(session, chance, matters.get("gaps", []), now)


def _gather(session: Session) -> Cast:
    people: dict[Role, list[Actor]] = {}
    for user in session.scalars(select(User).order_by(User.id)):
        actor = actor_of(session, user)
        for role in actor.roles:
            people.setdefault(role, []).append(actor)
    return Cast(
        people[Role.AGENT],
        people[Role.DISPATCHER][0],
        people[Role.FOLLOW_UP_AGENT][0],
        people[Role.SUPERVISOR][0],
        {unit.name: unit for unit in session.scalars(select(Unit))},
        {clerk.unit_id: clerk for clerk in people[Role.UNIT_CLERK] if clerk.unit_id},
        {one.unit_id: one for one in people.get(Role.UNIT_REVIEWER, ()) if one.unit_id},
    )


def _call_times(chance: random.Random, now: datetime) -> list[datetime]:
    today = local_day(now)
    times = []
    for _ in range(REQUESTS):
        day = today - timedelta(days=int(chance.triangular(0, DAYS - 1, 0)))
        clock = time(
            chance.choice((8, 9, 9, 10, 10, 11, 14, 15, 15, 16, 17, 20)), chance.randrange(60)
        )
        times.append(datetime.combine(day, clock, SHANGHAI))
    # A call cannot come in after now: the latest ones move to the last hours.
    return sorted(min(at, now - timedelta(minutes=12 + chance.randrange(240))) for at in times)


def _pick(chance: random.Random, matters: list[dict[str, Any]]) -> dict[str, Any]:
    """One matter by weight, with one of its tellings: title, content, query and reply agree."""
    matter = chance.choices(matters, [matter.get("weight", 1) for matter in matters])[0]
    told = chance.randrange(len(matter["titles"]))
    replies = matter.get("replies", [])
    return matter | {
        "title": matter["titles"][told],
        "content": matter["contents"][told],
        "query": matter["queries"][told],
        "reply": replies[told] if told < len(replies) else "",
    }


def _wants_order(chance: random.Random, matter: dict[str, Any], item: KnowledgeItem | None) -> bool:
    if item is None:
        return True
    if not matter["reply"]:
        return False
    return chance.random() < (0.06 if matter["purpose"] == "consultation" else 0.5)


def _register(
    session: Session,
    chance: random.Random,
    matter: dict[str, Any],
    profile: Profile,
    phone_key: bytes,
    cast: Cast,
    at: datetime,
) -> CitizenRequest:
    registration = Registration(
        title=matter["title"],
        content=matter["content"],
        purpose=matter["purpose"],
        category=matter.get("category", ""),
        region=chance.choice(matter.get("regions") or profile.regions),
        channel=_mostly_first(chance, matter.get("channels") or profile.channels),
        line=_mostly_first(chance, matter.get("lines") or ("综合",)),
        requester_name=chance.choice("赵钱孙李周吴郑王") + chance.choice(("女士", "先生")),
        # 19x numbers with a run of zeros are not given to anyone.
        requester_phone=f"1990000{chance.randrange(10000):04d}",
    )
    return register(
        session,
        registration,
        profile=profile,
        phone_key=phone_key,
        actor=chance.choice(cast.agents),
        now=at,
    )


def _mostly_first(chance: random.Random, choices: Sequence[str]) -> str:
    return chance.choices(choices, [6] + [1] * (len(choices) - 1))[0]


def _adopt(
    session: Session,
    chance: random.Random,
    matter: dict[str, Any],
    request: CitizenRequest,
    item: KnowledgeItem,
    cast: Cast,
    at: datetime,
) -> Adoption | None:
    version = item.current_version
    settled_at = at + timedelta(seconds=chance.randrange(60, 240))
    if version is None or not holds(item, version, local_day(settled_at)):
        return None
    agent = next(actor for actor in cast.agents if actor.user_id == request.agent_id)
    return resolve_online(
        session,
        request,
        item_id=item.id,
        passage_ordinal=version.passages[0].ordinal if version.passages else 0,
        query=matter["query"],
        actor=agent,
        now=settled_at,
    )


def _hand_over(
    session: Session,
    matter: dict[str, Any],
    request: CitizenRequest,
    item: KnowledgeItem | None,
    profile: Profile,
    cast: Cast,
    at: datetime,
) -> WorkOrder:
    agent = next(actor for actor in cast.agents if actor.user_id == request.agent_id)
    is_consultation = matter["purpose"] == "consultation"
    return hand_over(
        session,
        request,
        profile=profile,
        query=matter["query"],
        seen_item_id=item.id if item is not None and is_consultation else None,
        actor=agent,
        now=at + timedelta(minutes=4),
    )


def _ask_gaps(
    session: Session, chance: random.Random, gaps: list[dict[str, Any]], now: datetime
) -> None:
    """Questions nothing in the library answers."""
    for gap in gaps:
        for query in gap.get("queries", [gap.get("query", "")]):
            for _ in range(chance.choice((1, 1, 2, 3, 5))):
                session.add(
                    SearchRecord(
                        at=now - timedelta(hours=chance.randrange(2, 24 * 20)),
                        query=query[:200],
                        audience=chance.choice(("staff", "staff", "public")),
                        answered=False,
                    )
                )
