"""What a batch's entry is compared with: the library, and what came before it in the batch."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import PurePosixPath
from time import monotonic
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from kb.actor import Actor
from kb.models import Batch, BatchEntry
from kb.services.batches import wishes_for
from kb.services.entries import Content, text_signature
from kb.services.like_contacts import KnownContacts, known_contacts
from kb.services.near_duplicates import Known, KnownTexts, known_texts
from kb.services.newness import judge
from kb.services.recognised import content_json
from kb.services.sameness import hash_of
from kb.terms import EntryOutcome, KnowledgeKind

# So long are the texts of the library taken as they were when a run began.
KEEP_SECONDS = 60.0
_TABLES = (".xlsx", ".xls", ".et", ".csv")
# Entries that may become something; the rest is no reason to ask.
OPEN = (
    EntryOutcome.NEW.value,
    EntryOutcome.NEW_VERSION.value,
    EntryOutcome.NEAR_DUPLICATE.value,
)


class Seen:
    """The texts, numbers and names of a batch so far, and the signatures of the units' texts.

    Made once for a run of entries and kept up as they are judged.
    """

    def __init__(self, batch_id: int) -> None:
        self.batch_id = batch_id
        self._names: dict[Hashable, BatchEntry] = {}
        self._known: dict[int, KnownTexts] = {}
        self._contacts: dict[int, KnownContacts] = {}
        self._listed: dict[int | None, frozenset[str]] = {}
        self._earlier: list[BatchEntry] = []
        self._count = 0
        self._loaded_at = monotonic()

    @classmethod
    def load(cls, session: Session, batch_id: int) -> Seen:
        """What the batch holds already."""
        seen = cls(batch_id)
        query = (
            select(BatchEntry)
            .where(BatchEntry.batch_id == batch_id, BatchEntry.outcome.in_(OPEN))
            .options(undefer(BatchEntry.signature))
            .order_by(BatchEntry.id)
        )
        for entry in session.scalars(query):
            seen._remember(entry)
        session.expunge_all()
        return seen

    def still_holds(self, session: Session, batch_id: int) -> bool:
        """Tell whether this may be used for one more run: it is of this batch, nobody else has
        judged entries of it meanwhile, and it is not old."""
        if batch_id != self.batch_id or monotonic() - self._loaded_at > KEEP_SECONDS:
            return False
        held = select(func.count()).where(
            BatchEntry.batch_id == batch_id, BatchEntry.outcome.in_(OPEN)
        )
        return session.scalar(held) == self._count

    def judge(self, session: Session, entry: BatchEntry, content: Content, actor: Actor) -> None:
        """Write into the entry what it is, with the version or entry it is to be compared with."""
        entry.kind, entry.title = content.kind.value, content.title.strip()[:300]
        entry.document_number = content.document_number[:80]
        entry.text_sha256 = hash_of(content)
        entry.signature = text_signature(content.title, content.body, content.facts)
        entry.content = content_json(content)
        if not self._met(entry):
            batch = session.get_one(Batch, entry.batch_id)
            verdict = judge(
                session,
                content,
                wishes_for(batch, entry.unit_id),
                actor,
                self._texts(session, entry.unit_id),
                is_row=entry.row is not None,
                **self._beside(session, entry),
            )
            entry.outcome, entry.code = verdict.outcome.value, verdict.code
            entry.reason = verdict.reason[:500]
            entry.matched_version_id = verdict.version.id if verdict.version else None
            if verdict.near is not None:
                entry.similarity = verdict.near.similarity
                entry.matched_entry_id = verdict.near.known.entry_id
        session.flush()
        if entry.outcome in OPEN:
            self._remember(entry)

    def _met(self, entry: BatchEntry) -> bool:
        """Whether the batch itself has it already: the same text, or another with its name."""
        same = self._names.get((entry.unit_id, "text", entry.text_sha256))
        if same is not None:
            entry.outcome, entry.code = EntryOutcome.DUPLICATE.value, "same_in_batch"
            entry.reason = f"与本批的{place_of(same)}内容相同"
            entry.matched_entry_id = same.id
            return True
        like = self._names.get(_name_of(entry))
        if like is not None:
            entry.outcome, entry.code = EntryOutcome.NEAR_DUPLICATE.value, "same_name_in_batch"
            what = "名称" if entry.row is not None else "文号"
            entry.reason = f"与本批的{place_of(like)}{what}相同，内容不同"
            entry.matched_entry_id = like.id
            return True
        return False

    def _texts(self, session: Session, unit_id: int) -> KnownTexts:
        if unit_id not in self._known:
            self._known[unit_id] = texts = known_texts(session, unit_id)
            for entry in self._earlier:
                if entry.unit_id == unit_id:
                    texts.add(_known(entry))
        return self._known[unit_id]

    def _beside(self, session: Session, entry: BatchEntry) -> dict[str, Any]:
        """What a contact's row is compared with besides: the unit's contacts, and its table."""
        if entry.row is None or entry.kind != KnowledgeKind.CONTACT:
            return {}
        if entry.unit_id not in self._contacts:
            self._contacts[entry.unit_id] = known_contacts(session, entry.unit_id)
        if entry.parent_id not in self._listed:
            query = select(BatchEntry.title).where(
                BatchEntry.batch_id == entry.batch_id, BatchEntry.parent_id == entry.parent_id
            )
            self._listed[entry.parent_id] = frozenset(session.scalars(query))
        listed = self._listed[entry.parent_id]
        return {"contacts": self._contacts[entry.unit_id], "listed": listed}

    def _remember(self, entry: BatchEntry) -> None:
        self._count += 1
        self._names.setdefault((entry.unit_id, "text", entry.text_sha256), entry)
        name = _name_of(entry)
        if name is not None:
            self._names.setdefault(name, entry)
        # A row's name tells it from its neighbours, which are filled in alike.
        if entry.row is None:
            self._earlier.append(entry)
            if entry.unit_id in self._known:
                self._known[entry.unit_id].add(_known(entry))


def _name_of(entry: BatchEntry) -> Hashable | None:
    if entry.row is not None:
        return (entry.unit_id, entry.kind, entry.title)
    return (entry.unit_id, "number", entry.document_number) if entry.document_number else None


def _known(entry: BatchEntry) -> Known:
    return Known(entry.title, entry.document_number, entry.signature or b"", entry_id=entry.id)


def place_of(entry: BatchEntry) -> str:
    """Where an entry stands, for people: ``《名称.docx》`` or ``“联系方式”第 12 行``."""
    if entry.row is None:
        return f"《{entry.path}》"
    place = numbered(entry.path, entry.row)
    return f"“{entry.sheet}”{place}" if entry.sheet else place


def numbered(path: str, row: int) -> str:
    """``第 12 行`` of a table, ``第 3 条`` of a document with several entries."""
    return f"第 {row} {'行' if PurePosixPath(path).suffix.lower() in _TABLES else '条'}"
