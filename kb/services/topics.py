"""专项 kept by supervisors, beside those of the city profile: saving, history, tracking.

Callers commit. Every change is a version; a topic that was removed keeps its row and comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.bulletins.basis import Basis, Topic
from kb.bulletins.periods import Period
from kb.bulletins.topic_counts import count_topics
from kb.bulletins.window import Window
from kb.errors import InvalidInput, NotFound, StaleVersion
from kb.models import SpecialTopic, SpecialTopicVersion
from kb.profile import Profile
from kb.services.audit import record
from kb.terms import Role

MAX_NAME, MAX_VALUES, MAX_VALUE = 30, 100, 80
PARTS = {
    "channels": "渠道",
    "lines": "专线",
    "purposes": "目的",
    "categories": "类别",
    "regions": "区域",
    "words": "词语",
    "days": "日期",
}
Condition = dict[str, list[str]]


@dataclass(frozen=True)
class Tracked:
    """A topic with its counts of several periods, oldest first."""

    topic: Topic
    counts: tuple[int, ...]


def kept(session: Session, *, removed: bool = False) -> Sequence[SpecialTopic]:
    """The topics that supervisors keep, or those they removed; by name."""
    is_removed = SpecialTopic.removed_at.is_not(None)
    query = (
        select(SpecialTopic)
        .where(is_removed if removed else ~is_removed)
        .order_by(SpecialTopic.name, SpecialTopic.id)
    )
    return session.scalars(query).all()


def get(session: Session, topic_id: int) -> SpecialTopic:
    """One topic with its history.

    :raises NotFound: there is none.
    """
    found = session.scalars(
        select(SpecialTopic)
        .where(SpecialTopic.id == topic_id)
        .options(selectinload(SpecialTopic.versions).joinedload(SpecialTopicVersion.by))
    ).first()
    if found is None:
        raise NotFound("没有这个专项", topic_id=topic_id)
    return found


def topic_of(name: str, condition: dict[str, Any]) -> Topic:
    """The condition as figures understand it."""
    days = tuple(date.fromisoformat(day) for day in condition.get("days", ()))
    others = {key: tuple(condition.get(key, ())) for key in PARTS if key != "days"}
    return Topic(name, days=days, **others)


def condition_of(topic: Topic) -> Condition:
    """The condition as it is kept; see :func:`topic_of`."""
    return {part: [str(one) for one in getattr(topic, part)] for part in PARTS}


def basis_of(session: Session, profile: Profile) -> Basis:
    """The city's choices with the kept topics after those of its profile."""
    given = profile.figures.topics
    taken = {one.name for one in given}
    own = [topic_of(one.name, one.condition) for one in kept(session) if one.name not in taken]
    return replace(profile.figures, topics=(*given, *own))


def track(
    session: Session, basis: Basis, periods: Sequence[Period], now: datetime
) -> list[Tracked]:
    """Every topic of a basis over these periods, in one query."""
    windows = [Window.of(period, basis, now) for period in periods]
    tables = count_topics(session, windows) if basis.topics else []
    counts = [{key[0]: one["requests"] for key, one in table} for table in tables]
    return [
        Tracked(topic, tuple(row.get(topic.name, 0) for row in counts)) for topic in basis.topics
    ]


def preview(
    session: Session, profile: Profile, condition: Condition, period: Period, now: datetime
) -> int:
    """How many requests of a period a condition would hold.

    :raises InvalidInput: it is empty or cannot be read.
    """
    topic = topic_of("预览", _checked_condition(condition))
    basis = replace(profile.figures, topics=(topic,))
    return track(session, basis, [period], now)[0].counts[0]


def make(
    session: Session,
    profile: Profile,
    name: str,
    condition: Condition,
    *,
    actor: Actor,
    now: datetime,
) -> SpecialTopic:
    """A new topic.

    :raises InvalidInput: the name is missing or taken, or the condition empty or unreadable.
    """
    actor.require(Role.SUPERVISOR)
    name = _checked_name(session, profile, name, None)
    made = SpecialTopic(name=name, condition=_checked_condition(condition), rev=1)
    session.add(made)
    session.flush()
    return _version(session, made, "made", actor, now)


def change(
    session: Session,
    profile: Profile,
    topic_id: int,
    name: str,
    condition: Condition,
    *,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> SpecialTopic:
    """Another name or condition.

    :raises StaleVersion: somebody changed it meanwhile.
    """
    actor.require(Role.SUPERVISOR)
    found = _seen(session, topic_id, seen_rev)
    found.name = _checked_name(session, profile, name, found.id)
    found.condition = _checked_condition(condition)
    return _step(session, found, "changed", actor, now)


def set_removed(
    session: Session,
    profile: Profile,
    topic_id: int,
    *,
    is_removed: bool,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> SpecialTopic:
    """停用, or bring back. Raises as :func:`change`."""
    actor.require(Role.SUPERVISOR)
    found = _seen(session, topic_id, seen_rev)
    if not is_removed:
        _checked_name(session, profile, found.name, found.id)
    found.removed_at = now if is_removed else None
    return _step(session, found, "removed" if is_removed else "restored", actor, now)


def _seen(session: Session, topic_id: int, seen_rev: int) -> SpecialTopic:
    found = get(session, topic_id)
    rev = session.scalar(
        select(SpecialTopic.rev).where(SpecialTopic.id == topic_id).with_for_update()
    )
    if rev != seen_rev:
        raise StaleVersion("这个专项刚刚在别处改过，您这一步没有保存；下面是现在的内容")
    return found


def _checked_name(session: Session, profile: Profile, text: str, own_id: int | None) -> str:
    name = " ".join(text.split())
    taken = {one.name for one in profile.figures.topics}
    taken |= {one.name for one in kept(session) if one.id != own_id}
    if not 2 <= len(name) <= MAX_NAME:
        said = f"请写 2 到 {MAX_NAME} 个字的名称"
    elif name in taken:
        said = "已有同名的专项，请换一个名称"
    else:
        return name
    raise InvalidInput(said, {"name": said})


def _checked_condition(given: Condition) -> Condition:
    problems, found = {}, {}
    for part, label in PARTS.items():
        values = list(dict.fromkeys(one.strip() for one in given.get(part, []) if one.strip()))
        if len(values) > MAX_VALUES or any(len(one) > MAX_VALUE for one in values):
            problems[part] = f"{label}最多 {MAX_VALUES} 项，每项不超过 {MAX_VALUE} 字"
        elif part == "days" and not all(_is_day(one) for one in values):
            problems[part] = "日期写作 2026-05-07，一行一个"
        elif values:
            found[part] = values
    if not problems and not found:
        problems["words"] = f"至少写一个条件：{'、'.join(PARTS.values())}"
    if problems:
        raise InvalidInput("；".join(problems.values()), problems)
    return found


def _is_day(text: str) -> bool:
    try:
        return 2000 <= date.fromisoformat(text).year <= 2100
    except ValueError:
        return False


def _step(
    session: Session, found: SpecialTopic, act: str, actor: Actor, now: datetime
) -> SpecialTopic:
    found.rev += 1
    return _version(session, found, act, actor, now)


def _version(
    session: Session, found: SpecialTopic, act: str, actor: Actor, now: datetime
) -> SpecialTopic:
    session.add(
        SpecialTopicVersion(
            topic_id=found.id,
            rev=found.rev,
            act=act,
            name=found.name,
            condition=found.condition,
            by_id=actor.user_id,
            at=now,
        )
    )
    session.flush()
    session.expire(found, ["versions"])
    detail = {"act": act, "name": found.name}
    record(session, actor.user_id, "special_topic", "special_topic", found.id, detail, now)
    return found


def in_words(topic: Topic) -> list[str]:
    """A condition as phrases: ``词语：供暖、暖气``."""
    named = {part: getattr(topic, part) for part in PARTS}
    return [
        f"{PARTS[part]}：{'、'.join(map(str, found))}" for part, found in named.items() if found
    ]
