"""What becomes of the rows of a batch: what is decided about them, what is left aside."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.models import Batch, BatchEntry
from kb.services.audit import record
from kb.services.batch_access import entries_for
from kb.services.batch_seen import OPEN
from kb.services.batches import require_open
from kb.terms import EntryChoice, EntryOutcome

REFUSED = "refused"


def undecided() -> ColumnElement[bool]:
    """The condition that an entry may still become something."""
    return (
        BatchEntry.settled_at.is_(None)
        & BatchEntry.dismissed_at.is_(None)
        & BatchEntry.outcome.in_(OPEN)
    )


def ready() -> ColumnElement[bool]:
    """The condition that it is clear what an entry becomes: nearly equal texts need a decision."""
    return (
        undecided()
        & (BatchEntry.choice != EntryChoice.SKIP.value)
        & or_(BatchEntry.outcome != EntryOutcome.NEAR_DUPLICATE.value, BatchEntry.choice != "")
    )


def may_be_dismissed() -> ColumnElement[bool]:
    """The condition that a row failed and still stands on the list of what needs attention."""
    return (
        BatchEntry.settled_at.is_(None)
        & BatchEntry.dismissed_at.is_(None)
        & or_(
            BatchEntry.outcome == EntryOutcome.FAILED.value,
            BatchEntry.outcome == EntryOutcome.NEEDS_OCR.value,
            BatchEntry.code == REFUSED,
        )
    )


def becomes(entry: BatchEntry) -> EntryChoice | None:
    """What an entry becomes as things stand; None while a person must decide."""
    if entry.choice:
        return EntryChoice(entry.choice)
    return {
        EntryOutcome.NEW.value: EntryChoice.NEW,
        EntryOutcome.NEW_VERSION.value: EntryChoice.VERSION,
    }.get(entry.outcome)


def choose(
    session: Session,
    batch: Batch,
    which: ColumnElement[bool],
    choice: EntryChoice | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Decide about entries of a batch; None takes the decision back. Returns how many took it.

    作为新版本 needs an entry of the library that it could be a version of.

    :param which: a condition and no list of ids, of which SQLite takes 32,766 at most.
    """
    require_open(batch)
    query = update(BatchEntry).where(
        BatchEntry.batch_id == batch.id,
        which,
        entries_for(actor),
        undecided(),
        BatchEntry.wanted == "",
    )
    if choice == EntryChoice.VERSION:
        query = query.where(BatchEntry.matched_version_id.is_not(None))
    code = choice.value if choice else ""
    done = session.execute(query.values(choice=code))
    return _decided(session, batch, "batch.choose", {"choice": code}, actor, now, done)


def dismiss(
    session: Session, batch: Batch, which: ColumnElement[bool], actor: Actor, now: datetime
) -> int:
    """不再处理: take failed files and rows off the list of what needs attention."""
    query = update(BatchEntry).where(
        BatchEntry.batch_id == batch.id,
        which,
        entries_for(actor),
        may_be_dismissed(),
    )
    done = session.execute(query.values(dismissed_at=now))
    return _decided(session, batch, "batch.dismiss", {}, actor, now, done)


def _decided(
    session: Session,
    batch: Batch,
    act: str,
    detail: Mapping[str, str],
    actor: Actor,
    now: datetime,
    done: Any,
) -> int:
    """Write down who decided about how many rows; returns how many these are."""
    count = int(getattr(done, "rowcount", 0))
    if count:
        counted = {**detail, "entries": count}
        record(session, actor.user_id or None, act, "batch", batch.id, counted, now)
    return count
