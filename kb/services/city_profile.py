"""城市方案: edited section by section, kept version by version. Callers commit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.current_profile import newest_number
from kb.db import one_at_a_time
from kb.errors import InvalidInput, NotFound, StaleVersion
from kb.models import BulletinRow, CatalogueEntry, CitizenRequest, ProfileVersion
from kb.profile import Profile, profile_from
from kb.profile_form.changes import Change, change_unshown, changes_between, filled
from kb.profile_form.fields import Section, Typed
from kb.services.audit import record
from kb.services.work_orders import is_open
from kb.terms import BulletinState

_LOCK = 5_012_347
MAX_REASON = 300
_FILED = {
    "categories": CitizenRequest.category,
    "all_regions": CitizenRequest.region,
    "channels": CitizenRequest.channel,
    "lines": CitizenRequest.line,
}
_WORDS = {"categories": "类别", "all_regions": "区域", "channels": "渠道", "lines": "专线"}
_TIMES = ("时限", "上班时间和提醒")


@dataclass(frozen=True)
class Plan:
    """A change that was not made yet: on which version, to which data, with what effect."""

    base: int
    data: Mapping[str, Any]
    changes: tuple[Change, ...]
    effects: tuple[str, ...]
    restores: int | None = None


def data_now(session: Session, start: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
    """The number and data of the version that holds; 0 and ``start`` while there is none."""
    number = newest_number(session)
    return (number, session.get_one(ProfileVersion, number).data) if number else (0, start)


def plan_section(
    session: Session, start: Mapping[str, Any], section: Section, typed: Typed
) -> Plan:
    """What a section as it was typed would change.

    :raises InvalidInput: a field is wrong; ``fields`` by their keys.
    """
    number, data = data_now(session, start)
    return _plan(session, number, data, filled(data, section, typed))


def plan_restore(session: Session, start: Mapping[str, Any], number: int) -> Plan:
    """What bringing an earlier version back would change.

    :raises NotFound: no such version.
    """
    base, data = data_now(session, start)
    earlier = session.get(ProfileVersion, number)
    if earlier is None or number == base:
        raise NotFound("没有这个版本，或者它就是现在的版本", number=number)
    return _plan(session, base, data, earlier.data, restores=number)


def _plan(
    session: Session,
    base: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    restores: int | None = None,
) -> Plan:
    old, new = profile_from(before), profile_from(after)
    changes = tuple(changes_between(old, new))
    if restores is not None and not changes and old != new:
        changes = (change_unshown(old, new),)
    return Plan(base, after, changes, tuple(_effects(session, old, new, changes)), restores)


def save(
    session: Session,
    start: Mapping[str, Any],
    plan: Plan,
    *,
    base: int,
    reason: str,
    actor_id: int,
    now: datetime,
) -> ProfileVersion:
    """Keep a plan as the next version; with the first one the start is kept as well.

    :param base: the version that was looked at.
    :raises InvalidInput: nothing changes, or no reason is given.
    :raises StaleVersion: somebody saved a version meanwhile.
    """
    one_at_a_time(session, _LOCK)
    number = newest_number(session)
    if base != number or plan.base != number:
        raise StaleVersion("城市方案刚才有人改过，没有保存；请看过他改的，再改一次")
    if not plan.changes:
        raise InvalidInput("没有改动，不用保存")
    if not reason.strip():
        raise InvalidInput("请写一句为什么改", {"reason": "请写一句为什么改，以后查得到"})
    if number == 0:
        number = 1
        session.add(ProfileVersion(number=1, data=dict(start), reason="启动时的方案", made_at=now))
    told = [list(asdict(change).values()) for change in plan.changes]
    version = ProfileVersion(
        number=number + 1,
        data=dict(plan.data),
        changes=told,
        reason=reason.strip()[:MAX_REASON],
        restores=plan.restores,
        actor_id=actor_id,
        made_at=now,
    )
    session.add(version)
    session.flush()
    detail: dict[str, Any] = {"reason": version.reason, "count": len(told)}
    if plan.restores:
        detail["restores"] = plan.restores
    record(session, actor_id, "profile.save", "profile", version.number, detail, now)
    return version


def _effects(
    session: Session, old: Profile, new: Profile, changes: tuple[Change, ...]
) -> list[str]:
    """What the change touches and what it leaves, in sentences."""
    said = []
    if any(change.section in _TIMES for change in changes):
        open_orders = _count(session, is_open())
        said.append(f"在办的 {open_orders} 件工单已经承诺的时限不变；以后派出、重办的按新的算")
    for name, word in _WORDS.items():
        gone = set(getattr(old, name)) - set(getattr(new, name))
        kind = "regions" if name == "all_regions" else name
        lost = sorted(one for one in gone if new.current(kind, one) == one)
        if lost:
            requests = _count(session, _FILED[name].in_(lost))
            said.append(
                f"去掉的{word}（{'、'.join(lost[:5])}{'等' if len(lost) > 5 else ''}）名下有 "
                f"{requests} 件诉求，照旧能查；要归到新名下，请写进“{word}改名”"
            )
        if lost and name == "categories":
            rows = _count(session, CatalogueEntry.category.in_(lost))
            said += [f"派单目录有 {rows} 项用着去掉的类别，请同时修改"] if rows else []
    if replace(old.figures, city=new.figures.city) != new.figures:
        issued = _count(session, BulletinRow.state == BulletinState.ISSUED.value)
        kept = f"；已经印发的 {issued} 份通报不变" if issued else ""
        said.append(f"看板立即按新口径算{kept}，起草中的通报重新计数时才变")
    return said


def _count(session: Session, condition: Any) -> int:
    return session.scalar(select(func.count()).where(condition)) or 0
