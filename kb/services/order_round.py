"""The round of the clocks: reminders ahead, 催办 the day after, leaders when nothing moves.

Everything is said once, by its key; after downtime the next round says what is due then.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from kb.calendar import load_calendar, natural
from kb.clock import Clock, local_day, minute_text
from kb.db import Database
from kb.errors import IllegalTransition, PermissionDenied, StaleVersion
from kb.models import Job, Notice, WorkOrder, WorkOrderEvent
from kb.profile import Profile
from kb.services.jobs import add_job
from kb.services.order_clock_notices import (
    DUE_SOON,
    OVERDUE,
    PAGE,
    is_held,
    said_of,
    say,
    sayings,
)
from kb.services.order_discontent_round import promise_answers
from kb.services.order_reminding_ahead import in_good_time
from kb.services.order_running import Running, running_of
from kb.services.order_signing_round import pass_on_unsigned
from kb.services.orders.giving import SYSTEM, By
from kb.services.orders.pressing import remind
from kb.work_orders.commands import ALLOWED
from kb.work_orders.events import EventKind

ORDER_ROUND_JOB = "order_round"
EVERY = timedelta(minutes=2)
KEEP_DONE = timedelta(days=1)
_PRESSED_IN = tuple(step.value for step in ALLOWED[EventKind.REMINDED])


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
            wanted = [
                (running, saying)
                for running in page
                for saying in sayings(calendar, running, profile, now)
            ]
            said = said_of(session, [key for _, saying in wanted for key in saying.keys])
            unsaid = [one for one in wanted if said.isdisjoint(one[1].keys)]
            unsaid = in_good_time(session, unsaid, profile, now)
        alive |= {key for _, saying in wanted for key in saying.keys}
        for running, saying in unsaid:
            with database.unit_of_work() as session:
                say(session, running, saying, profile, public_url, now)
    _settle_others(database, alive)
    _press(database, profile, now)
    pass_on_unsigned(database, clock, profile)
    promise_answers(database, clock, profile)
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


def _pages(
    database: Database, before: datetime, *conditions: ColumnElement[bool]
) -> Iterator[list[Running]]:
    """Clocks that run out before a moment, by columns alone: events are not read for them. The
    first to run out finds the order.

    :param conditions: which orders alone are looked at.
    """
    last = 0
    while True:
        with database.reading() as session:
            rows = session.scalars(
                select(WorkOrder)
                .where(WorkOrder.next_due_at < before, WorkOrder.id > last, *conditions)
                .order_by(WorkOrder.id)
                .limit(PAGE)
            ).all()
        if not rows:
            return
        last = rows[-1].id
        yield [running for row in rows for running in running_of(row) if running.due_at < before]


def _settle_others(database: Database, alive: set[str]) -> None:
    """A clock that stopped or was moved waits for nobody; in quiet hours nothing new is said,
    and what was said stays until its clock stops."""
    last = 0
    while True:
        with database.reading() as session:
            rows = session.execute(
                select(Notice.id, Notice.key)
                .where(
                    Notice.is_resolved.is_(False),
                    Notice.kind.in_((DUE_SOON, OVERDUE)),
                    Notice.id > last,
                )
                .order_by(Notice.id)
                .limit(PAGE)
            ).all()
            numbers = {key.split(":")[1] for _, key in rows}
            orders = session.scalars(select(WorkOrder).where(WorkOrder.number.in_(numbers)))
            running = {one.key for order in orders for one in running_of(order)}
        if not rows:
            return
        last = rows[-1].id
        gone = [notice_id for notice_id, key in rows if _is_settled(key, running, alive)]
        if gone:
            with database.unit_of_work() as session:
                session.execute(update(Notice).where(Notice.id.in_(gone)).values(is_resolved=True))


def _is_settled(key: str, running: set[str], alive: set[str]) -> bool:
    base = key.partition(":soon")[0] if ":soon" in key else key.partition(":over")[0]
    return base not in running or (":soon" in key and f"{base}:over:0" in alive)


def _press(database: Database, profile: Profile, now: datetime) -> None:
    """催办, once, the day after a unit's clock ran out; in quiet hours of urgent orders alone."""
    can_be = WorkOrder.state.in_(_PRESSED_IN), WorkOrder.is_ruling.is_(False)
    for page in _pages(database, now, *can_be):
        late = [
            running
            for running in page
            if running.unit_id is not None
            and local_day(now) > local_day(running.due_at)
            and running.is_ours(running.due_at)
            and not is_held(running, profile, now)
        ]
        with database.reading() as session:
            pressed = _last_pressed(session, late)
        for running in late:
            if running.order_id in pressed and pressed[running.order_id] > running.due_at:
                continue
            try:
                with database.unit_of_work() as session:
                    _press_one(session, running, profile, now)
            except (IllegalTransition, PermissionDenied, StaleVersion):
                # Somebody acted this moment: not to be pressed.
                continue


def _last_pressed(session: Session, late: Sequence[Running]) -> dict[int, datetime]:
    """When the system last pressed each of these orders."""
    query = (
        select(WorkOrderEvent.order_id, func.max(WorkOrderEvent.at).label("at"))
        .where(
            WorkOrderEvent.order_id.in_({running.order_id for running in late}),
            WorkOrderEvent.kind == EventKind.REMINDED.value,
            WorkOrderEvent.actor_id.is_(None),
        )
        .group_by(WorkOrderEvent.order_id)
    )
    return {row.order_id: row.at for row in session.execute(query)}


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
    told = minute_text(running.due_at)
    remind(
        session,
        order,
        By(SYSTEM, now, profile),
        text=f"系统催办：{running.kind.label}应于 {told}，已超期，请抓紧办理",
    )
