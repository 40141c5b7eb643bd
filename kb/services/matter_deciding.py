"""What an editor does with a hot matter: 采用, 改名, 并入, 不采用, and taking the last step back.

A decision holds the requests it was made on, and every step what was before. Callers commit.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.bulletins.periods import Period
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.models import FoundMatter, HotMatter, HotMatterStep, MatterRound
from kb.services.audit import record
from kb.services.hot_matters import (
    ACCEPTED,
    DISMISSED,
    MERGED,
    UNDONE,
    Gathered,
    gathered,
)
from kb.terms import Role

MAX_NAME = 60
DECIDERS = (Role.SUPERVISOR, Role.EDITOR)


def accept(
    session: Session, period: Period, anchor_id: int, name: str, *, actor: Actor, now: datetime
) -> HotMatter:
    """采用 a found group under a name.

    :param anchor_id: a request of the group; the group is the one that holds it now.
    :raises NotFound: no group holds it any more.
    :raises StaleVersion: somebody decided on the group meanwhile.
    """
    name = _name(name)
    return _decide(session, period, anchor_id, ACCEPTED, name, actor=actor, now=now)


def dismiss(
    session: Session, period: Period, anchor_id: int, *, actor: Actor, now: datetime
) -> HotMatter:
    """不采用: the group is no hot matter. Raises as :func:`accept`."""
    return _decide(session, period, anchor_id, DISMISSED, "", actor=actor, now=now)


def rename(
    session: Session, matter_id: int, name: str, *, seen_rev: int, actor: Actor, now: datetime
) -> HotMatter:
    """Give an accepted matter another name.

    :raises StaleVersion: it changed since the page was made.
    """
    matter = _held(session, matter_id, seen_rev, actor)
    name = _name(name)
    if matter.state != ACCEPTED:
        raise IllegalTransition("只有已采用的事项可以改名")
    before = _before(matter)
    matter.name = name
    return _step(session, matter, "rename", before, actor, now)


def merge(
    session: Session,
    period: Period,
    anchor_id: int,
    into_id: int,
    *,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> HotMatter:
    """并入: the requests of a group, decided on or not, count with an accepted matter.

    :param seen_rev: of the matter that takes them in.
    """
    into = _held(session, into_id, seen_rev, actor)
    if into.state != ACCEPTED or (into.first, into.last) != (period.first, period.last):
        raise IllegalTransition("只能并入同一时段已采用的事项")
    matters, waiting = _locked(session, period)
    owner = _owner_of(matters, anchor_id)
    before = _before(into)
    if owner is None:
        group = _group_of(waiting, anchor_id)
        members, earlier = group.member_ids, group.earlier
    elif owner.matter.id == into.id:
        raise InvalidInput("它已经在这个事项里", {"into": "请选择另一个事项"})
    else:
        other = owner.matter
        members, earlier = list(owner.members), owner.earlier
        before["took_in"] = [other.id, other.state]
        other.state, other.merged_into_id = MERGED, into.id
        other.rev += 1
    into.member_ids = sorted({*into.member_ids, *members})
    into.earlier = _added(into.earlier, earlier)
    return _step(session, into, "merge", before, actor, now)


def undo(
    session: Session, matter_id: int, *, seen_rev: int, actor: Actor, now: datetime
) -> HotMatter:
    """Take the last step of a matter back; taking back the first gives the group free again."""
    matter = _held(session, matter_id, seen_rev, actor)
    done = {step.before.get("undid") for step in matter.steps if step.act == "undo"}
    open_steps = [s for s in matter.steps if s.act != "undo" and s.id not in done]
    last = open_steps[-1] if open_steps else None
    if last is None:
        raise IllegalTransition("没有可以撤销的步骤")
    was = last.before
    matter.state, matter.name = was["state"], was["name"]
    matter.member_ids, matter.earlier = was["member_ids"], was["earlier"]
    if "took_in" in was:
        other = session.get_one(HotMatter, was["took_in"][0])
        other.state, other.merged_into_id = was["took_in"][1], None
        other.rev += 1
    return _step(session, matter, "undo", {"undid": last.id}, actor, now)


def _decide(
    session: Session,
    period: Period,
    anchor_id: int,
    state: str,
    name: str,
    *,
    actor: Actor,
    now: datetime,
) -> HotMatter:
    actor.require(*DECIDERS)
    matters, waiting = _locked(session, period)
    if (owner := _owner_of(matters, anchor_id)) is not None:
        said = f"采用为“{owner.matter.name}”" if owner.matter.state == ACCEPTED else "不采用"
        raise StaleVersion(f"刚刚有人对这一组作了决定：{said}。您这一步没有保存")
    group = _group_of(waiting, anchor_id)
    matter = HotMatter(
        first=period.first,
        last=period.last,
        state=state,
        name=name or group.title[:MAX_NAME],
        member_ids=list(group.member_ids),
        earlier=list(group.earlier),
    )
    session.add(matter)
    session.flush()
    before = {"state": UNDONE, "name": matter.name, "member_ids": [], "earlier": []}
    act = "accept" if state == ACCEPTED else "dismiss"
    return _step(session, matter, act, before, actor, now)


def _locked(session: Session, period: Period) -> tuple[list[Gathered], list[FoundMatter]]:
    """The matters of a period, for one person at a time."""
    session.scalars(
        select(MatterRound.id)
        .where(MatterRound.first == period.first, MatterRound.last == period.last)
        .with_for_update()
    ).all()
    return gathered(session, period)


def _owner_of(matters: Sequence[Gathered], anchor_id: int) -> Gathered | None:
    return next((one for one in matters if anchor_id in one.members), None)


def _group_of(waiting: Sequence[FoundMatter], anchor_id: int) -> FoundMatter:
    for group in waiting:
        if anchor_id in group.member_ids:
            return group
    raise NotFound("这一组在重新计算后没有了，请刷新后再看")


def _held(session: Session, matter_id: int, seen_rev: int, actor: Actor) -> HotMatter:
    actor.require(*DECIDERS)
    matter = session.scalars(
        select(HotMatter).where(HotMatter.id == matter_id).with_for_update()
    ).first()
    if matter is None or matter.state in (MERGED, UNDONE):
        raise NotFound("没有这个热点事项，或者它已并入别的事项、已撤销")
    if matter.rev != seen_rev:
        raise StaleVersion(f"这个事项刚刚在别处改过，现在是“{matter.name}”；您这一步没有保存")
    return matter


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not 2 <= len(name) <= MAX_NAME:
        raise InvalidInput(
            f"请写 2 到 {MAX_NAME} 个字的名称", {"name": f"请写 2 到 {MAX_NAME} 个字"}
        )
    return name


def _before(matter: HotMatter) -> dict[str, Any]:
    return {
        "state": matter.state,
        "name": matter.name,
        "member_ids": list(matter.member_ids),
        "earlier": list(matter.earlier),
    }


def _added(one: Sequence[int], other: Sequence[int]) -> list[int]:
    """Counts of the same periods together; both end with the latest."""
    length = max(len(one), len(other))
    rows = [[0] * (length - len(counts)) + list(counts) for counts in (one, other)]
    return [sum(pair) for pair in zip(*rows, strict=True)]


def _step(
    session: Session,
    matter: HotMatter,
    act: str,
    before: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> HotMatter:
    matter.rev += 1
    step = HotMatterStep(
        at=now, by_id=actor.user_id, act=act, note=matter.name[:200], before=before
    )
    matter.steps.append(step)
    session.flush()
    detail = {"act": act, "first": str(matter.first), "last": str(matter.last)}
    record(session, actor.user_id, "hot_matter", "hot_matter", matter.id, detail, now)
    return matter
