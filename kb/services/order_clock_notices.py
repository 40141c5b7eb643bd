"""What is said of the running clocks of orders, to whom, and by which key; each thing once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.calendar import WorkingCalendar, deadline
from kb.clock import minute_text
from kb.errors import CalendarUnknown
from kb.models import Notice, WorkOrder
from kb.profile import Profile
from kb.profile_escalation import Step
from kb.services import duty
from kb.services.mail import URGENT, write_mail
from kb.services.notices import notify
from kb.services.order_running import ROLE_OF, Running, running_of
from kb.services.orders.announcing import room_of
from kb.services.unit_reviewers import reviewers_of
from kb.services.webhooks import announce_order
from kb.terms import Role, Urgency

DUE_SOON, OVERDUE = "order_due_soon", "order_overdue"
PAGE = 500


@dataclass(frozen=True)
class Saying:
    """One thing to be said: its key and the step of the ladder (None: the reminder ahead).

    A step is taken once, by the unit or by the centre: an order that the centre sends back late is
    not reported to the unit's leaders for the time it lay with the centre.
    """

    key: str
    step: Step | None
    is_first: bool = True
    also: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """Its own key, and the one it has when it is said on the other side."""
        return (self.key, self.also) if self.also else (self.key,)


def sayings(
    calendar: WorkingCalendar, running: Running, profile: Profile, now: datetime
) -> list[Saying]:
    """What holds for a clock now; quiet hours hold back what is not urgent."""
    return [] if is_held(running, profile, now) else _all(calendar, running, profile, now)


def is_held(running: Running, profile: Profile, now: datetime) -> bool:
    """Whether nothing is said of this clock before the quiet hours end."""
    return running.urgency == Urgency.NORMAL and profile.reminders.is_quiet_now(now)


def _all(
    calendar: WorkingCalendar, running: Running, profile: Profile, now: datetime
) -> list[Saying]:
    rules = profile.reminders
    if now <= running.due_at:
        is_soon = now >= rules.soon_from(running.due_at, running.since)
        return [Saying(f"{running.key}:soon", None)] if is_soon else []
    found = []
    for number, step in enumerate(rules.ladder):
        if step.level and running.kind in ROLE_OF:
            continue  # the leaders are of a unit, and no unit is behind
        try:
            after = running.due_at
            if step.after is not None:
                after = deadline(calendar, after, step.after, hours=profile.hours.office).due_at
        except CalendarUnknown:
            break  # without the year's calendar nobody knows when; the year is asked for anyway
        if now > after and running.is_ours(after):
            found.append(_step(running, number, step))
    return found


def _step(running: Running, number: int, step: Step) -> Saying:
    key = _key(running, number)
    if running.is_reviewed:
        return Saying(f"{key}:centre", _at_the_centre(step), number == 0, key)
    return Saying(key, step, number == 0, f"{key}:centre")


def _key(running: Running, number: int) -> str:
    return f"{running.key}:over:{number}"


def _at_the_centre(step: Step) -> Step:
    """Who is told while the answer waits for the centre's review, in place of the unit's people."""
    return Step("dispatcher" if step.to in ("unit", "reviewer") else "supervisor")


def said_of(session: Session, keys: Iterable[str]) -> set[str]:
    """Those of the keys by which something was said."""
    found: set[str] = set()
    every = list(keys)
    for first in range(0, len(every), PAGE):
        some = every[first : first + PAGE]
        found.update(session.scalars(select(Notice.key).where(Notice.key.in_(some))))
    return found


def say(
    session: Session,
    running: Running,
    saying: Saying,
    profile: Profile,
    public_url: str | None,
    now: datetime,
) -> None:
    """Say one thing: a notice, mails to leaders, a webhook the first time.

    :param public_url: where mails point to; ``None`` when no mail is sent.
    """
    order = session.get_one(WorkOrder, running.order_id)
    if running not in running_of(order):
        return  # somebody moved or stopped the clock, or the order changed hands meanwhile
    step = saying.step
    is_over = step is not None
    told = minute_text(running.due_at)
    words = f"{running.label}超期" if is_over else f"{running.label}即将到期"
    role, unit_id = _addressed(session, running, step)
    when, reported = f"应于 {told}" if is_over else f"{told} 到期", ""
    if step is not None and step.level and running.unit_id is not None:
        reported = f"，已报单位第 {step.level} 级领导"
        _tell_leaders(session, running, step.level, told, public_url, now)
    notify(
        session,
        kind=OVERDUE if is_over else DUE_SOON,
        title=f"{words}：{running.number}，{when}{reported}",
        path=f"{room_of(unit_id)}/{running.number}",
        now=now,
        unit_id=unit_id,
        role=role,
        key=saying.key,
    )
    if saying.is_first:
        name = "order.overdue" if is_over else "order.due_soon"
        announce_order(session, name, order, now, clock=(running.kind.value, running.due_at))


def _addressed(
    session: Session, running: Running, step: Step | None
) -> tuple[Role | None, int | None]:
    """Whom a saying is for: a role, and the unit it is of. Where nobody reviews for a unit, what
    its reviewers are told goes to its clerks."""
    to = step.to if step is not None else "unit"
    if to == "supervisor":
        return Role.SUPERVISOR, None
    if running.unit_id is None:
        return ROLE_OF.get(running.kind, Role.DISPATCHER), None
    if step is not None and step.level:
        return Role.SUPERVISOR, None
    is_reviewers = to == "reviewer" and bool(reviewers_of(session, running.unit_id))
    return (Role.UNIT_REVIEWER if is_reviewers else None), running.unit_id


def _tell_leaders(
    session: Session,
    running: Running,
    level: int,
    told: str,
    public_url: str | None,
    now: datetime,
) -> None:
    if running.unit_id is None or public_url is None:
        return
    beginning = "" if running.urgency == Urgency.NORMAL else URGENT
    for leader in duty.leaders_of(session, running.unit_id):
        if leader.level == level:
            write_mail(
                session,
                key=f"{beginning}{running.key}:leader:{leader.id}",
                recipient=leader.name,
                address=leader.email,
                subject=f"工单超期：{running.number} {running.kind.label}应于 {told}",
                lines=[
                    f"{leader.name}{leader.post}：",
                    "",
                    f"{leader.unit.name}的工单 {running.number} {running.kind.label}应于 {told}，"
                    "至今没有完成，请督促办理。",
                    f"{public_url}{room_of(running.unit_id)}/{running.number}",
                ],
                now=now,
            )


def steps_reached(
    session: Session, orders: Sequence[WorkOrder], profile: Profile
) -> dict[int, Step]:
    """The highest step of the ladder that was said for a running clock of each order; one query."""
    keys: dict[str, tuple[int, int, Step]] = {}
    for order in orders:
        for one in running_of(order):
            for number, step in enumerate(profile.reminders.ladder):
                key = _key(one, number)
                keys[key] = order.id, number, step
                keys[f"{key}:centre"] = order.id, number, _at_the_centre(step)
    reached: dict[int, tuple[int, Step]] = {}
    for said in said_of(session, keys):
        order_id, number, step = keys[said]
        if order_id not in reached or number > reached[order_id][0]:
            reached[order_id] = number, step
    return {order_id: step for order_id, (_, step) in reached.items()}
