"""What goes along when a document is handed over: what came inside of it, and what came in that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import BatchEntry, KnowledgeVersion, StoredFile, Unit
from kb.services.authority_check import is_foreign, issuers
from kb.services.batch_seen import OPEN
from kb.services.stored_files import attachments_of
from kb.services.whose_draft import is_kept, may_move
from kb.terms import EntryOutcome, ReadState

_UNREAD = {ReadState.PENDING: "还在读取", ReadState.NEEDS_OCR: "还在识别、校对"}


@dataclass(frozen=True)
class Attached:
    """A file that came inside, with what was made of it.

    :ivar stays: why it stays with the unit that pushed it; "" when it goes along.
    """

    file: StoredFile
    drafts: Sequence[KnowledgeVersion]
    stays: str


def attached_to(
    session: Session, file_id: int | None, old: Unit, new: Unit, seen: frozenset[int] = frozenset()
) -> Iterator[Attached]:
    """Everything inside a file, however deep. What came in a file that stays, stays with it."""
    if file_id is None or file_id in seen:
        return
    for stored in attachments_of(session, file_id):
        drafts = _made_of(session, stored.id)
        stays = _why_it_stays(session, stored, drafts, old, new)
        yield Attached(stored, drafts, stays)
        if not stays:
            yield from attached_to(session, stored.id, old, new, seen | {file_id})


def _why_it_stays(
    session: Session, stored: StoredFile, drafts: Sequence[KnowledgeVersion], old: Unit, new: Unit
) -> str:
    if not drafts:
        return _why_it_waits(session, stored)
    for draft in drafts:
        if draft.item.unit_id != old.id or not may_move(session, draft):
            return "已经送审、发布，或不止收成一条"
        if is_kept(session, draft):
            return f"已确认由{old.name}维护"
        authority = draft.issuing_authority
        if authority and not is_foreign(authority, old):
            return f"是{old.name}自己发的"
        if authority and new not in issuers(session, authority, old):
            return f"是{authority}发的"
    return ""


def _why_it_waits(session: Session, stored: StoredFile) -> str:
    """A file of which something may still be made for the old unit; what was given up goes along.

    Its reading, its lines and its row in a batch are the old unit's: it is not torn in two.
    """
    if stored.dismissed_at is not None:
        return ""
    if stored.read_state in _UNREAD:
        return _UNREAD[ReadState(stored.read_state)]
    waiting = select(BatchEntry.id).where(
        BatchEntry.file_id == stored.id,
        BatchEntry.outcome.in_([*OPEN, EntryOutcome.WAITING.value]),
        BatchEntry.settled_at.is_(None),
        BatchEntry.dismissed_at.is_(None),
    )
    return "还在批量推送里" if session.scalar(waiting.limit(1)) is not None else ""


def _made_of(session: Session, file_id: int) -> Sequence[KnowledgeVersion]:
    query = select(KnowledgeVersion).where(KnowledgeVersion.file_id == file_id)
    return session.scalars(query).all()
