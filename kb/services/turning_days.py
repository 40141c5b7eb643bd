"""What waits for a day: a text published ahead begins to hold, or an ended one no longer does.

Until then the words before it answer callers, so nothing that they are wrong in is settled.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.clock import day_start, local_day
from kb.db import Database
from kb.models import ItemEvent, KnowledgeItem, KnowledgeVersion
from kb.services.conflict_jobs import request_check
from kb.services.corrections import settle_for
from kb.services.entries import note
from kb.services.gap_jobs import request_tries
from kb.services.jobs import add_job
from kb.services.webhooks import announce
from kb.standing import answering_period
from kb.terms import ItemState

BEGIN_JOB, END_JOB = "version_begins", "entry_ends"
ENDED = "ended"
_ENDED_BY_ANOTHER = (ItemState.SUPERSEDED, ItemState.REPEALED)
_SYSTEM = Actor(0, "系统", None, frozenset())


def settle_when_it_holds(
    session: Session, version: KnowledgeVersion, actor: Actor, now: datetime
) -> None:
    """Settle what a version that was just published mends, now or on the day it begins."""
    begins = answering_period(version.item, version).start
    if begins is None or begins <= local_day(now):
        settle_for(session, version, actor=actor, now=now)
    else:
        add_job(session, BEGIN_JOB, {"version_id": version.id}, day_start(begins))


def tell_when_it_ends(session: Session, older: KnowledgeItem, now: datetime) -> None:
    """Tell subscribers that an entry was ended by another, on the first day it no longer holds."""
    if older.ended_on is None:
        return
    first_day = older.ended_on + timedelta(days=1)
    if first_day <= local_day(now):
        _tell_ended(session, older, older.ended_on, now)
        return
    payload = {"item_id": older.id, "last_day": older.ended_on.isoformat()}
    add_job(session, END_JOB, payload, day_start(first_day))


def begin_version(database: Database, version_id: int, now: datetime) -> None:
    """A version published ahead begins: what it mends is settled; one that was dropped changes
    nothing."""
    with database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, version_id)
        begins = answering_period(version.item, version).start or date.min
        is_dropped = version.replaced_on is not None and version.replaced_on <= begins
        if version.published_at is None or is_dropped or begins > local_day(now):
            return
        settle_for(session, version, actor=_SYSTEM, now=now)
        request_check(session, version, now)
        request_tries(session, version.item_id, now)


def end_entry(database: Database, item_id: int, last_day: date, now: datetime) -> None:
    """The day after the last one: told once; an entry that ends on another day by now, or comes
    from an entry that was withdrawn, is left alone."""
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, item_id, with_for_update=True)
        if item.ended_on == last_day and item.state in _ENDED_BY_ANOTHER:
            _tell_ended(session, item, last_day, now)


def _tell_ended(session: Session, item: KnowledgeItem, last_day: date, now: datetime) -> None:
    version = item.current_version
    told = select(ItemEvent.id).where(
        ItemEvent.item_id == item.id,
        ItemEvent.kind == ENDED,
        ItemEvent.at >= day_start(last_day + timedelta(days=1)),
    )
    if version is None or session.scalar(told.limit(1)) is not None:
        return
    note(session, version, ENDED, _SYSTEM, now, f"有效到 {last_day} 为止")
    announce(session, "entry.ended", item, now)
    request_check(session, version, now)
