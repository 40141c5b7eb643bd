"""Who sees and changes what of a batch: every lookup of one goes through here.

A batch belongs to one unit, but an editor's table gives rows to the units that it names. Those
rows are the other unit's business: whoever sees the batch as its unit does not see them.
"""

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import NotFound
from kb.models import Batch, BatchEntry
from kb.terms import Role


def get_batch(session: Session, batch_id: int, actor: Actor) -> Batch:
    """A batch of the person's own units; any for editors.

    :raises NotFound: it does not exist, or not for this person.
    """
    batch = session.get(Batch, batch_id)
    if batch is None or not (_sees_all(actor) or batch.unit_id in actor.unit_scope):
        raise NotFound("没有这个批次，或者它不在您可查看的范围内", batch_id=batch_id)
    return batch


def entries_for(actor: Actor) -> ColumnElement[bool]:
    """The condition that an entry of a batch is this person's to see and decide about."""
    return true() if _sees_all(actor) else BatchEntry.unit_id.in_(actor.unit_scope)


def get_entry(session: Session, batch: Batch, entry_id: int, actor: Actor) -> BatchEntry:
    """An entry of this batch.

    :raises NotFound: it is none, or not for this person.
    """
    query = select(BatchEntry).where(
        BatchEntry.id == entry_id, BatchEntry.batch_id == batch.id, entries_for(actor)
    )
    entry = session.scalars(query).one_or_none()
    if entry is None:
        raise NotFound("这一批里没有这一行", entry_id=entry_id)
    return entry


def _sees_all(actor: Actor) -> bool:
    return actor.has(Role.EDITOR, Role.ADMIN)
