"""Making drafts of the rows of a batch: each entry alone, the rest never lost."""

from datetime import datetime
from time import monotonic

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session, undefer

from kb.access import require_editing
from kb.actor import Actor
from kb.clock import Clock
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, KbError, PermissionDenied
from kb.models import Batch, BatchEntry, KnowledgeVersion, Unit
from kb.services.audit import record
from kb.services.batch_access import entries_for
from kb.services.batch_deciding import REFUSED, becomes, ready
from kb.services.batch_regions import take_said_regions
from kb.services.batches import NOT_STORABLE, UNMADE, list_page_of, page_of, require_open
from kb.services.entries import create_entry, create_version
from kb.services.jobs import add_job
from kb.services.newness import same_sentence
from kb.services.notices import resolve_at
from kb.services.publishing import may_publish, publish, submit
from kb.services.recognised import content_of_json
from kb.services.sameness import find_same_text, one_push_at_a_time
from kb.services.wishes import require_pusher
from kb.services.working_for import payload_of_actor
from kb.terms import EntryChoice, EntryOrder, EntryOutcome

SETTLE_BATCH = "settle_batch"
AT_ONCE, MOMENT = 20, 0.25  # entries, seconds of one transaction


def order(
    session: Session,
    batch: Batch,
    how: EntryOrder,
    actor: Actor,
    now: datetime,
    *,
    which: ColumnElement[bool] | None = None,
    takes_regions: bool = False,
) -> int:
    """Have entries made into drafts, handed in or published by the worker; returns how many.

    :param which: without it every entry about which it is clear what it becomes. Rows of units
        that are not the person's are left to those who see them.
    :param takes_regions: the district proposed for a row is the one it applies to.
    :raises PermissionDenied: the person may not publish for a unit among them.
    :raises InvalidInput: nothing of it can be made.
    """
    require_open(batch)
    wanted = [BatchEntry.batch_id == batch.id, entries_for(actor), ready(), BatchEntry.wanted == ""]
    if which is not None:
        wanted.append(which)
    for unit in session.scalars(
        select(Unit).where(Unit.id.in_(select(BatchEntry.unit_id).where(*wanted)))
    ):
        require_pusher(actor, unit.id)
        if how == EntryOrder.PUBLISH and not may_publish(actor, unit):
            raise PermissionDenied(f"“{unit.name}”的条目要由知识管理员来发布，请先送审")
    regions = take_said_regions(session, wanted) if takes_regions else 0
    done = session.execute(update(BatchEntry).where(*wanted).values(wanted=how.value))
    count = int(getattr(done, "rowcount", 0))
    if not count:
        raise InvalidInput("选中的条目里没有可以处理的：内容相近的要先选怎么处理")
    for page in (page_of(batch), list_page_of(batch)):
        resolve_at(session, UNMADE, page)  # what was not made before is ordered again
    detail = {"how": how.value, "entries": count} | ({"regions": regions} if regions else {})
    record(session, actor.user_id or None, "batch.order", "batch", batch.id, detail, now)
    return count


def plan_settling(session: Session, batch: Batch, actor: Actor, now: datetime) -> None:
    """Let the worker make what was ordered."""
    add_job(session, SETTLE_BATCH, {"batch_id": batch.id, **payload_of_actor(actor)}, now)


def settle_for(
    database: Database, batch_id: int, actor: Actor, clock: Clock, seconds: float
) -> bool:
    """Make what was ordered for about so long; what one entry is refused costs no other.

    A few entries share a transaction, for a moment only: whoever else writes waits for it. What is
    published ends it, for the audit is held from then on; a person who publishes has the 文号
    first and then waits for the audit, and neither may wait for what the other holds.

    :returns: whether more is ordered.
    """
    give_up_at = monotonic() + seconds
    while True:
        with database.unit_of_work() as session:
            commit_at = monotonic() + MOMENT
            query = (
                select(BatchEntry)
                .where(BatchEntry.batch_id == batch_id, BatchEntry.wanted != "")
                .order_by(BatchEntry.id)
                .limit(AT_ONCE)
                .with_for_update()
                .options(undefer(BatchEntry.content))
            )
            entries = session.scalars(query).all()
            if not entries:
                return False
            if monotonic() > give_up_at:
                return True
            for entry in entries:
                publishes = entry.wanted == EntryOrder.PUBLISH
                settle(session, entry, actor, clock())
                if publishes or monotonic() > commit_at:
                    break


def settle(session: Session, entry: BatchEntry, actor: Actor, now: datetime) -> None:
    """Make one entry what was ordered; what the library refuses is written beside it."""
    how, entry.wanted = EntryOrder(entry.wanted), ""
    try:
        with session.begin_nested():
            _write(session, entry, how, actor, now)
    except DataError:
        session.refresh(entry)
        entry.wanted, entry.code, entry.reason = "", REFUSED, NOT_STORABLE
    except KbError as error:
        session.refresh(entry)
        sentences = "；".join(getattr(error, "fields", {}).values())
        entry.wanted, entry.code = "", REFUSED
        entry.reason = (sentences or error.message)[:500]


def _write(
    session: Session, entry: BatchEntry, how: EntryOrder, actor: Actor, now: datetime
) -> None:
    require_pusher(actor, entry.unit_id)
    content = content_of_json(entry.content)
    one_push_at_a_time(session, entry.unit_id)
    same = find_same_text(session, content, entry.unit_id)
    if same is not None:  # it came in another way while the batch was looked at
        entry.outcome, entry.code = EntryOutcome.DUPLICATE.value, "same_text"
        entry.matched_version_id, entry.reason = same.id, same_sentence(same)
        return
    if becomes(entry) == EntryChoice.VERSION:
        older = session.get_one(KnowledgeVersion, entry.matched_version_id)
        require_editing(actor, older.item)
        version = create_version(
            session, older.item, content=content, actor=actor, now=now, file_id=entry.file_id
        )
    else:
        unit = session.get_one(Unit, entry.unit_id)
        version = create_entry(
            session, unit=unit, content=content, actor=actor, now=now, file_id=entry.file_id
        )
    version.sheet, version.row = entry.sheet, entry.row
    if how == EntryOrder.SUBMIT:
        submit(session, version, actor=actor, now=now)
    elif how == EntryOrder.PUBLISH:
        publish(session, version, actor=actor, now=now)
    entry.version_id, entry.settled_at, entry.content = version.id, now, {}
    entry.code = ""


def read_again(session: Session, batch: Batch, entry: BatchEntry) -> None:
    """重新读取: let a file that failed wait once more.

    :raises IllegalTransition: it did not fail, or nothing of it was kept.
    """
    require_open(batch)
    if entry.outcome != EntryOutcome.FAILED or entry.file_id is None or entry.row is not None:
        raise IllegalTransition("只有读取失败、原件已保存的文件可以重新读取")
    entry.outcome, entry.code, entry.reason = EntryOutcome.WAITING.value, "", ""
    entry.dismissed_at, entry.attempts = None, 0
