"""What the worker does for batches: read what waits, make what was ordered, a few seconds a turn.

More in one turn would keep the index waiting; what is left is a job of its own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.clock import Clock
from kb.db import Database
from kb.models import Batch
from kb.services.batch_reading import BatchReader
from kb.services.batch_seen import Seen
from kb.services.batch_settling import SETTLE_BATCH, plan_settling, settle_for
from kb.services.batch_stopping import stop_reading, take_back_orders
from kb.services.batches import READ_BATCH, plan_batch
from kb.services.files import FileStore
from kb.services.jobs import Handler
from kb.services.reading import WarmReader
from kb.services.working_for import SenderGone

SECONDS_A_TURN = 3.0


def handlers(
    database: Database,
    files: FileStore,
    clock: Clock,
    who: Callable[[Session, Mapping[str, Any]], Actor],
    regions: Callable[[], tuple[str, ...]] = tuple,
) -> dict[str, Handler]:
    """The handlers by job kind.

    :param who: whom a job's payload names, with what they may do now; raises ``SenderGone``.
    :param regions: the city's districts, one of which may be proposed for a row.
    """
    warm = WarmReader()
    known: list[Seen] = []  # of the batch in hand, at most one

    def read_batch(payload: Mapping[str, Any]) -> None:
        batch_id = payload["batch_id"]
        try:
            actor = _sender(payload)
        except SenderGone as error:
            with database.unit_of_work() as session:
                stop_reading(session, session.get_one(Batch, batch_id), error.message, clock())
            return
        reader = BatchReader(database, files, warm.read, actor, clock, regions())
        seen = reader.read_for(batch_id, SECONDS_A_TURN, known.pop() if known else None)
        if seen is not None:
            known.append(seen)
            with database.unit_of_work() as session:
                plan_batch(session, session.get_one(Batch, batch_id), actor, clock())
        else:
            warm.close()

    def settle_batch(payload: Mapping[str, Any]) -> None:
        batch_id = payload["batch_id"]
        try:
            actor = _sender(payload)
        except SenderGone as error:
            with database.unit_of_work() as session:
                batch = session.get_one(Batch, batch_id)
                take_back_orders(session, batch, error.message, clock())
            return
        if settle_for(database, batch_id, actor, clock, SECONDS_A_TURN):
            with database.unit_of_work() as session:
                plan_settling(session, session.get_one(Batch, batch_id), actor, clock())

    def _sender(payload: Mapping[str, Any]) -> Actor:
        with database.reading() as session:
            return who(session, payload)

    return {READ_BATCH: read_batch, SETTLE_BATCH: settle_batch}
