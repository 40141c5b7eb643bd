"""The regular round: take new questions in, guess their owners, try again, remind."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.clock import Clock
from kb.db import Database
from kb.models import Gap, GapEntry, Job
from kb.services.gap_collecting import collect
from kb.services.gap_doubts import settle_doubts
from kb.services.gap_jobs import ROUND_JOB, TRY_JOB, plan_round
from kb.services.gap_owner import suspect
from kb.services.gap_steps import tell_editors, tell_unit
from kb.services.gap_trying import (
    DAILY,
    DEMAND,
    due_for_a_try,
    is_indexed,
    try_for_entry,
    try_gap,
)
from kb.services.jobs import add_job
from kb.services.order_questions import ask_for_orders
from kb.services.search import SearchService
from kb.terms import GapState

SOON = timedelta(days=1)
TRY_EVERY = timedelta(days=1)
# A round keeps the worker's lease: what is left over is tried in the next one.
TRIES = 40
KEEP_DONE = timedelta(days=1)
WAIT = timedelta(seconds=2)


def run_round(database: Database, search: SearchService, clock: Clock) -> None:
    """One round; whatever it does is done once, however often it runs."""
    now = clock()
    touched = collect(database, search, now)
    for gap_id in touched:
        guess_owner(database, search, gap_id, now)
    settle_doubts(database, search, now)
    with database.reading() as session:
        waiting = due_for_a_try(session, now - TRY_EVERY, TRIES)
    for gap_id in waiting:
        try_gap(database, search, gap_id, DAILY, now)
    with database.unit_of_work() as session:
        remind(session, now)
        plan_round(session, now, is_first=False)
        session.execute(
            delete(Job).where(
                Job.kind == ROUND_JOB, Job.state == "done", Job.finished_at < now - KEEP_DONE
            )
        )


def run_try(
    database: Database, search: SearchService, payload: Mapping[str, Any], now: datetime
) -> None:
    """Ask again what a publication may have answered, of gaps and of orders, or all of one gap;
    later when the index has not heard of the entries yet."""
    with database.reading() as session:
        if "item_id" in payload:
            items = [payload["item_id"]]
        else:
            named = select(GapEntry.item_id).where(GapEntry.gap_id == payload["gap_id"])
            items = list(session.scalars(named))
        is_ready = all(is_indexed(session, item_id) for item_id in items)
    if not is_ready:
        with database.unit_of_work() as session:
            add_job(session, TRY_JOB, payload, now + WAIT)
    elif "item_id" in payload:
        try_for_entry(database, search, payload["item_id"], now)
        ask_for_orders(database, search, payload["item_id"], now)
    else:
        try_gap(database, search, payload["gap_id"], DEMAND, now)


def guess_owner(database: Database, search: SearchService, gap_id: int, now: datetime) -> None:
    """Name the unit a gap may belong to, as long as nobody has been given it."""
    with database.reading() as session:
        gap = session.get_one(Gap, gap_id)
        if gap.state != GapState.OPEN:
            return
        unit_id, why = suspect(session, search, gap, now)
        if (unit_id, why) == (gap.suspected_unit_id, gap.suspected_why):
            return
    with database.unit_of_work() as session:
        gap = session.get_one(Gap, gap_id)
        gap.suspected_unit_id, gap.suspected_why = unit_id, why[:300]


def remind(session: Session, now: datetime) -> None:
    """Tell units what is due within a day and what is overdue; editors what is overdue."""
    query = select(Gap).where(
        Gap.state == GapState.ASSIGNED.value, Gap.due_at.is_not(None), Gap.due_at <= now + SOON
    )
    for gap in session.scalars(query.order_by(Gap.id)):
        assert gap.due_at is not None  # noqa: S101 - the query says so
        if gap.due_at > now:
            tell_unit(session, gap, "soon", f"知识缺口一天内到期：{gap.title}", now)
            continue
        tell_unit(session, gap, "overdue", f"知识缺口超期未补：{gap.title}", now)
        name = gap.unit.name if gap.unit else "单位"
        tell_editors(session, gap, "overdue-editor", f"{name}超期未补知识缺口：{gap.title}", now)
