"""The round of the clocks: reminders ahead, 催办 the day after, leaders when nothing moves.

Everything is said once, by its key; after downtime the next round says what is due then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kb.calendar import WorkingCalendar, deadline, load_calendar, natural
from kb.clock import SHANGHAI, Clock, local_day
from kb.db import Database
from kb.errors import CalendarUnknown, IllegalTransition, PermissionDenied, StaleVersion
from kb.models import Job, Notice, WorkOrder, WorkOrderEvent
from kb.profile import Profile
from kb.profile_escalation import Step
from kb.services import duty
from kb.services.jobs import add_job
from kb.services.mail import write_mail
from kb.services.notices import notify
from kb.services.orders.announcing import room_of
from kb.services.orders.due import running_clocks
from kb.services.orders.giving import SYSTEM, By
from kb.services.orders.pressing import remind
from kb.services.webhooks import announce_order
from kb.terms import ClockKind, Role, Urgency
from kb.work_orders.events import EventKind

ORDER_ROUND_JOB = "order_round"
EVERY = timedelta(minutes=2)
KEEP_DONE = timedelta(days=1)
DUE_SOON, OVERDUE = "order_due_soon", "order_overdue"
PAGE = 500
_ROLE_OF = {ClockKind.CALL_BACK: Role.FOLLOW_UP_AGENT, ClockKind.RULING: Role.DISPATCHER}


@dataclass(frozen=True)
class Running:
    """A running clock of an order."""

    order_id: int
    number: str
    unit_id: int | None
    kind: ClockKind
    due_at: datetime
    since: datetime
    urgency: Urgency

    @property
    def key(self) -> str:
        """Names this promise; a moved due time is another one."""
        return f"clock:{self.number}:{self.kind.value}:{self.due_at:%Y%m%d%H%M%S}"


@dataclass(frozen=True)
class Saying:
    """One thing to be said: its key and the step of the ladder (None: the reminder ahead)."""

    key: str
    step: Step | None


def run_order_round(
    database: Database, clock: Clock, profile: Profile, public_url: str | None
) -> None:
    """One round; a repeat changes nothing.

    :param public_url: where mails point to; ``None`` when no mail is sent.
    """
    now = clock()
    alive: set[str] = set()
    for page in _pages(database, now + natural(profile.reminders.before)):
        with database.reading() as session:
            calendar = load_calendar(session)
            wanted = {
                saying.key: (running, saying)
                for running in page
                for saying in _sayings(calendar, running, profile, now)
            }
            said = _said(session, wanted)
        alive |= set(wanted)
        for key, (running, saying) in wanted.items():
            if key not in said:
                with database.unit_of_work() as session:
                    _say(session, running, saying, profile, public_url, now)
    _settle_others(database, alive)
    _press(database, profile, now)
    with database.unit_of_work() as session:
        plan_order_round(session, now, is_first=False)
        session.execute(
            delete(Job).where(
                Job.kind == ORDER_ROUND_JOB, Job.state == "done", Job.finished_at < now - KEEP_DONE
            )
        )


def plan_order_round(session: Session, now: datetime, *, is_first: bool = True) -> None:
    """See to it that a round is planned: at once when none was, else in two minutes."""
    states = ["waiting", "running"] if is_first else ["waiting"]
    query = select(Job.id).where(Job.kind == ORDER_ROUND_JOB, Job.state.in_(states))
    if session.scalar(query.limit(1)) is None:
        add_job(session, ORDER_ROUND_JOB, {}, now if is_first else now + EVERY)


def _pages(database: Database, before: datetime) -> Iterator[list[Running]]:
    """Clocks that run out before a moment, by columns alone: events are not read for them. The
    first to run out finds the order."""
    last = 0
    while True:
        with database.reading() as session:
            rows = session.scalars(
                select(WorkOrder)
                .where(WorkOrder.next_due_at < before, WorkOrder.id > last)
                .order_by(WorkOrder.id)
                .limit(PAGE)
            ).all()
        if not rows:
            return
        last = rows[-1].id
        yield [running for row in rows for running in _running(row) if running.due_at < before]


def _running(row: WorkOrder) -> list[Running]:
    return [_one(row, kind, due_at) for kind, due_at in running_clocks(row).items()]


def _one(row: WorkOrder, kind: ClockKind, due_at: datetime) -> Running:
    since = row.resolved_at if kind == ClockKind.CALL_BACK else row.dispatched_at
    # A 督办单 is the lead unit's to answer, also when the order is resolved.
    unit_id = row.unit_id if kind == ClockKind.SUPERVISION else row.accountable_unit_id
    if kind in _ROLE_OF:
        unit_id = None
    urgency = Urgency(row.urgency)
    return Running(row.id, row.number, unit_id, kind, due_at, since or row.created_at, urgency)


def _sayings(
    calendar: WorkingCalendar, running: Running, profile: Profile, now: datetime
) -> list[Saying]:
    """What holds for a clock now; quiet hours hold back what is not urgent."""
    rules = profile.reminders
    if running.urgency == Urgency.NORMAL and rules.is_quiet(now.astimezone(SHANGHAI).time()):
        return []  # until morning
    return _all(calendar, running, profile, now)


def _all(
    calendar: WorkingCalendar, running: Running, profile: Profile, now: datetime
) -> list[Saying]:
    rules = profile.reminders
    if now <= running.due_at:
        ahead = min(natural(rules.before), (running.due_at - running.since) / 2)
        is_soon = now >= running.due_at - ahead
        return [Saying(f"{running.key}:soon", None)] if is_soon else []
    found = []
    for number, step in enumerate(rules.ladder):
        try:
            after = running.due_at
            if step.after is not None:
                after = deadline(calendar, after, step.after, hours=profile.hours.office).due_at
        except CalendarUnknown:
            break  # without the year's calendar nobody knows when; the year is asked for anyway
        if now > after:
            found.append(Saying(f"{running.key}:over:{number}", step))
    return found


def _said(session: Session, wanted: Mapping[str, object]) -> set[str]:
    return set(session.scalars(select(Notice.key).where(Notice.key.in_(list(wanted)))))


def _say(
    session: Session,
    running: Running,
    saying: Saying,
    profile: Profile,
    public_url: str | None,
    now: datetime,
) -> None:
    order = session.get_one(WorkOrder, running.order_id)
    if running_clocks(order).get(running.kind) != running.due_at:
        return  # somebody moved or stopped the clock meanwhile
    step = saying.step
    is_over = step is not None
    told = f"{running.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    words = f"{running.kind.label}超期" if is_over else f"{running.kind.label}即将到期"
    role, unit_id = _ROLE_OF.get(running.kind), running.unit_id
    if unit_id is None and role is None:
        role = Role.DISPATCHER
    if step is not None and step.to == "supervisor":
        role, unit_id = Role.SUPERVISOR, None
    elif step is not None and step.to == "reviewer" and unit_id is not None:
        role = Role.UNIT_REVIEWER
    elif step is not None and step.level and unit_id is not None:
        role, unit_id = Role.SUPERVISOR, None
        _tell_leaders(session, running, step.level, told, public_url, now)
    when = f"应于 {told}" if is_over else f"{told} 到期"
    reported = f"，已报单位第 {step.level} 级领导" if step is not None and step.level else ""
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
    if not is_over or saying.key.endswith(":over:0"):
        name = "order.overdue" if is_over else "order.due_soon"
        announce_order(session, name, order, now, clock=(running.kind.value, running.due_at))


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
    for leader in duty.leaders_of(session, running.unit_id):
        if leader.level == level:
            write_mail(
                session,
                key=f"{running.key}:leader:{leader.id}",
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
    keys = {
        f"{one.key}:over:{number}": (order.id, number)
        for order in orders
        for one in _running(order)
        for number in range(len(profile.reminders.ladder))
    }
    reached: dict[int, int] = {}
    for key in _said(session, keys):
        order_id, number = keys[key]
        reached[order_id] = max(number, reached.get(order_id, 0))
    return {order_id: profile.reminders.ladder[number] for order_id, number in reached.items()}


def _settle_others(database: Database, alive: set[str]) -> None:
    """A clock that stopped or was moved waits for nobody; in quiet hours nothing new is said,
    and what was said stays until its clock stops."""
    with database.reading() as session:
        rows = session.execute(
            select(Notice.id, Notice.key).where(
                Notice.is_resolved.is_(False), Notice.kind.in_((DUE_SOON, OVERDUE))
            )
        ).all()
        numbers = {key.split(":")[1] for _, key in rows}
        orders = session.scalars(select(WorkOrder).where(WorkOrder.number.in_(numbers)))
        running = {one.key for order in orders for one in _running(order)}
    gone = []
    for notice_id, key in rows:
        base = key.partition(":soon")[0] if ":soon" in key else key.partition(":over")[0]
        is_past = ":soon" in key and f"{base}:over:0" in alive
        if base not in running or is_past:
            gone.append(notice_id)
    if gone:
        with database.unit_of_work() as session:
            session.execute(update(Notice).where(Notice.id.in_(gone)).values(is_resolved=True))


def _press(database: Database, profile: Profile, now: datetime) -> None:
    """催办, once, the day after a unit's clock ran out; not in quiet hours."""
    if profile.reminders.is_quiet(now.astimezone(SHANGHAI).time()):
        return
    for page in _pages(database, now):
        late = [
            running
            for running in page
            if running.unit_id is not None and local_day(now) > local_day(running.due_at)
        ]
        for running in late:
            try:
                with database.unit_of_work() as session:
                    _press_one(session, running, profile, now)
            except (IllegalTransition, PermissionDenied, StaleVersion):
                # It waits for the centre now, or somebody acted this moment: not to be pressed.
                continue


def _press_one(session: Session, running: Running, profile: Profile, now: datetime) -> None:
    pressed = select(WorkOrderEvent.id).where(
        WorkOrderEvent.order_id == running.order_id,
        WorkOrderEvent.kind == EventKind.REMINDED.value,
        WorkOrderEvent.actor_id.is_(None),
        WorkOrderEvent.at > running.due_at,
    )
    if session.scalar(pressed.limit(1)) is not None:
        return
    order = session.get_one(WorkOrder, running.order_id)
    told = f"{running.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    remind(
        session,
        order,
        By(SYSTEM, now, profile),
        text=f"系统催办：{running.kind.label}应于 {told}，已超期，请抓紧办理",
    )
