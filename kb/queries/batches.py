"""What the pages and the API show of batches: counts, lists, entries with what they match."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.models import Batch, BatchEntry, KnowledgeVersion
from kb.queries.portal import within
from kb.services.batch_access import entries_for
from kb.services.batch_deciding import REFUSED, ready, undecided
from kb.services.batch_seen import OPEN
from kb.terms import BatchState, EntryChoice, EntryOutcome

PAGE = 50


@dataclass(frozen=True)
class Tally:
    """The counts of a batch. Containers count as nothing: their rows and files do."""

    waiting: int = 0
    new: int = 0
    new_version: int = 0
    near_duplicate: int = 0
    duplicate: int = 0
    needs_ocr: int = 0
    failed: int = 0
    # Of the ones above:
    settled: int = 0
    skipped: int = 0
    ordered: int = 0
    ready: int = 0
    to_choose: int = 0
    dismissed: int = 0
    containers: int = 0
    refused: int = 0
    touching: int = 0

    @property
    def total(self) -> int:
        """Every file and row."""
        found = self.new + self.new_version + self.near_duplicate + self.duplicate
        return self.waiting + found + self.needs_ocr + self.failed


def tally(session: Session, batch_id: int, actor: Actor) -> Tally:
    """Count the entries of one batch that the person sees."""
    return tallies(session, [batch_id], actor)[batch_id]


def tallies(session: Session, batch_ids: Sequence[int], actor: Actor) -> Mapping[int, Tally]:
    """Count the entries of several batches that the person sees, in one query."""
    columns = {
        "settled": BatchEntry.settled_at.is_not(None),
        "skipped": undecided() & (BatchEntry.choice == EntryChoice.SKIP.value),
        "ordered": BatchEntry.wanted != "",
        "ready": ready() & (BatchEntry.wanted == ""),
        "to_choose": undecided() & (BatchEntry.choice == "") & is_near(),
        "dismissed": BatchEntry.dismissed_at.is_not(None),
        "failed": is_failed(),
        "refused": (BatchEntry.code == REFUSED) & ~is_failed(),
        "touching": touching(),
        "containers": BatchEntry.outcome == EntryOutcome.CONTAINER.value,
    }
    for outcome in EntryOutcome:
        if outcome not in (EntryOutcome.CONTAINER, EntryOutcome.FAILED):
            columns[outcome.value] = BatchEntry.outcome == outcome.value
    counts = [func.count().filter(condition).label(name) for name, condition in columns.items()]
    query = (
        select(BatchEntry.batch_id, *counts)
        .where(BatchEntry.batch_id.in_(batch_ids), entries_for(actor))
        .group_by(BatchEntry.batch_id)
    )
    found = {
        row[0]: Tally(**dict(zip(columns, row[1:], strict=True))) for row in session.execute(query)
    }
    return {batch_id: found.get(batch_id, Tally()) for batch_id in batch_ids}


def count_open(session: Session, scope: Collection[int] | None, actor: Actor) -> int:
    """How many rows and files of batches still wait to be read or decided about."""
    waits = BatchEntry.outcome == EntryOutcome.WAITING.value
    query = (
        select(func.count())
        .select_from(BatchEntry)
        .join(Batch, Batch.id == BatchEntry.batch_id)
        .where(
            within(Batch.unit_id, scope),
            Batch.state != BatchState.CLOSED.value,
            undecided() | waits,
            BatchEntry.wanted == "",
            BatchEntry.choice != EntryChoice.SKIP.value,
            entries_for(actor),
        )
    )
    return session.scalar(query) or 0


def is_near() -> ColumnElement[bool]:
    """Nearly the same as something."""
    return BatchEntry.outcome == EntryOutcome.NEAR_DUPLICATE.value


def touching() -> ColumnElement[bool]:
    """Says that it ends or changes entries of the library."""
    return (BatchEntry.touched > 0) & BatchEntry.outcome.in_(OPEN)


def is_failed() -> ColumnElement[bool]:
    """Not read."""
    return BatchEntry.outcome == EntryOutcome.FAILED.value


# The filters of the review table: name in the address, label, condition.
FILTERS: Mapping[str, tuple[str, ColumnElement[bool]]] = {
    "all": ("全部", BatchEntry.outcome != EntryOutcome.CONTAINER.value),
    "new": ("新增", BatchEntry.outcome == EntryOutcome.NEW.value),
    "new_version": ("新版本", BatchEntry.outcome == EntryOutcome.NEW_VERSION.value),
    "touching": ("影响旧件", touching()),
    "near_duplicate": ("内容相近", is_near()),
    "duplicate": ("已有相同", BatchEntry.outcome == EntryOutcome.DUPLICATE.value),
    "needs_ocr": ("待文字识别", BatchEntry.outcome == EntryOutcome.NEEDS_OCR.value),
    "failed": ("未能收录", is_failed() | (BatchEntry.code == REFUSED)),
    "waiting": ("等待读取", BatchEntry.outcome == EntryOutcome.WAITING.value),
    "settled": ("已生成", BatchEntry.settled_at.is_not(None)),
}


@dataclass(frozen=True)
class Page:
    """One page of entries."""

    entries: Sequence[BatchEntry]
    page: int
    pages: int
    total: int


def entries_page(
    session: Session, batch_id: int, filter_name: str, page: int, actor: Actor
) -> Page:
    """The entries of a batch that the person sees and a filter leaves, as they came."""
    chosen = [BatchEntry.batch_id == batch_id, entries_for(actor), FILTERS[filter_name][1]]
    total = session.scalar(select(func.count()).select_from(BatchEntry).where(*chosen)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    query = (
        select(BatchEntry)
        .where(*chosen)
        .options(selectinload(BatchEntry.file))
        .order_by(BatchEntry.path, BatchEntry.row, BatchEntry.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return Page(session.scalars(query).all(), page, pages, total)


def containers(session: Session, batch_id: int) -> Sequence[BatchEntry]:
    """The tables, archives and pages of questions that were opened; ``reason`` tells how."""
    query = (
        select(BatchEntry)
        .where(BatchEntry.batch_id == batch_id, BatchEntry.outcome == EntryOutcome.CONTAINER.value)
        .order_by(BatchEntry.path, BatchEntry.id)
        .limit(PAGE)
    )
    return session.scalars(query).all()


def versions_by_id(session: Session, ids: Collection[int | None]) -> Mapping[int, KnowledgeVersion]:
    """Versions that entries match or became, with their entries."""
    query = (
        select(KnowledgeVersion)
        .where(KnowledgeVersion.id.in_([one for one in ids if one is not None]))
        .options(selectinload(KnowledgeVersion.item))
    )
    return {version.id: version for version in session.scalars(query)}


def batches_page(
    session: Session, scope: Collection[int] | None, page: int
) -> tuple[Sequence[Batch], int, int, int]:
    """Batches of the units in scope, newest first: rows, page, pages, total."""
    mine = within(Batch.unit_id, scope)
    total = session.scalar(select(func.count()).select_from(Batch).where(mine)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    query = (
        select(Batch)
        .where(mine)
        .options(selectinload(Batch.unit), selectinload(Batch.author))
        .order_by(Batch.created_at.desc(), Batch.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return session.scalars(query).all(), page, pages, total
