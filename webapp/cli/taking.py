"""Taking files in on the command line, for ``kb import`` and ``kb watch``: one batch, no page.

Each file is kept, read and made before the next one, so that an interrupted command has lost
nothing; run again, it finds what is there already.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import undefer

from kb.errors import StorageFull
from kb.models import Batch, BatchEntry, KnowledgeVersion
from kb.services.batch_reading import BatchReader
from kb.services.batch_seen import OPEN, Seen
from kb.services.batch_settling import settle
from kb.services.batch_table import failed_workbook
from kb.services.batches import add_file, add_refused, close_batch, finish_receiving, open_batch
from kb.services.files import TooLarge
from kb.services.foreseen import BACKDATED
from kb.services.reading import Reader
from kb.services.wishes import Wishes
from kb.terms import EntryChoice, EntryOrder, EntryOutcome
from webapp.compose import SYSTEM, Program

MARKS = {
    "ok": "✓ 已导入",
    "duplicate": "＝ 已有相同",
    "new version": "↑ 新版本",
    "needs ocr": "… 待识别",
    "failed": "✗ 未导入",
}
FOUND = MARKS | {"ok": "＋ 新增", "new version": "↑ 会成为新版本", "failed": "✗ 不能导入"}


@dataclass(frozen=True)
class Line:
    """What became of one file, or of one row of a table."""

    file: str
    status: str  # ok | duplicate | new version | needs ocr | failed
    message: str = ""
    item_id: int | None = None
    title: str = ""
    sheet: str = ""
    row: int | None = None


@dataclass
class Taker:
    """One batch of the command line.

    :ivar order: draft or publish; None only looks (a dry run, on a program that forgets).
    :ivar mappings: how the columns of the tables were read, by file.
    """

    program: Program
    reader: Reader
    wishes: Wishes
    order: EntryOrder | None
    key: str
    name: str
    mappings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.program.database.unit_of_work() as session:
            batch = open_batch(
                session,
                wishes=self.wishes,
                actor=SYSTEM,
                key=self.key,
                name=self.name,
                now=self.program.clock(),
            )
            self.batch_id = batch.id
        with self.program.database.reading() as session:
            self._seen = Seen.load(session, self.batch_id)

    def take(self, path: Path, shown: str) -> Iterator[Line]:
        """Keep and read one file, make what it holds, and tell of each part.

        :param shown: the name under which it is listed, with the folders below the given one.
        :raises StorageFull: nothing of it was kept.
        """
        if not path.is_file():
            yield Line(shown, "failed", "没有这个文件")
            return
        yield from self._keep(path, shown)
        program = self.program
        reader = BatchReader(program.database, program.files, self.reader, SYSTEM, program.clock)
        while ids := reader.read_next(self.batch_id, self._seen):
            for entry_id in ids:
                yield from self._settle(entry_id)

    def _keep(self, path: Path, shown: str) -> Iterator[Line]:
        refused = ""
        try:
            with path.open("rb") as stream:
                kept = self.program.files.keep(stream)
        except TooLarge as error:
            refused = error.message
        except StorageFull:
            raise
        except OSError as error:
            refused = f"读不了这个文件：{error.strerror}"
        with self.program.database.unit_of_work() as session:
            batch = session.get_one(Batch, self.batch_id)
            if refused:
                add_refused(session, batch, shown, "not_kept", refused)
            else:
                add_file(session, batch, kept, shown, SYSTEM, self.program.clock())
        if refused:
            yield Line(shown, "failed", refused)

    def _settle(self, entry_id: int) -> Iterator[Line]:
        with self.program.database.unit_of_work() as session:
            query = select(BatchEntry).where(BatchEntry.id == entry_id)
            entry = session.scalars(query.options(undefer(BatchEntry.content))).one()
            if entry.outcome == EntryOutcome.CONTAINER:
                self.mappings[entry.path] = entry.reason
                return
            if self.order is not None and entry.outcome in OPEN:
                entry.wanted = self.order.value
                if _reaches_back(entry):
                    entry.wanted = EntryOrder.DRAFT.value  # a person confirms the day first
                if entry.outcome == EntryOutcome.NEAR_DUPLICATE:
                    # 新的、新版还是相同, a person says: it is kept as a draft and nothing doubles.
                    entry.choice = EntryChoice.NEW.value
                    entry.wanted = EntryOrder.DRAFT.value
                settle(session, entry, SYSTEM, self.program.clock())
            version = session.get(KnowledgeVersion, entry.version_id or 0)
            is_held = self.order == EntryOrder.PUBLISH and _reaches_back(entry)
            yield _line(entry, version, is_held=is_held)

    def finish(self, failed_to: Path | None = None) -> None:
        """End the batch, and write what was not taken where somebody asked for it."""
        with self.program.database.unit_of_work() as session:
            batch = session.get_one(Batch, self.batch_id)
            finish_receiving(batch)
            if self.order is not None:
                close_batch(session, batch, SYSTEM, self.program.clock())
        if failed_to is None:
            return
        with self.program.database.reading() as session:
            batch = session.get_one(Batch, self.batch_id)
            failed_to.write_bytes(failed_workbook(session, batch, SYSTEM))


def _reaches_back(entry: BatchEntry) -> bool:
    return any(notice["kind"] == BACKDATED for notice in entry.notices)


def _line(entry: BatchEntry, version: KnowledgeVersion | None, *, is_held: bool) -> Line:
    """:param is_held: whether it would have been published, were it not to be confirmed."""
    message = entry.reason
    if version is not None:
        status = "new version" if version.number > 1 else "ok"
        is_near = entry.outcome == EntryOutcome.NEAR_DUPLICATE
        kept = "存为草稿，没有送审和发布，请核对"
        message = f"{entry.reason}；{kept}" if is_near else kept if is_held else ""
    else:
        status = {
            EntryOutcome.NEW.value: "ok",
            EntryOutcome.NEAR_DUPLICATE.value: "ok",
            EntryOutcome.NEW_VERSION.value: "new version",
            EntryOutcome.DUPLICATE.value: "duplicate",
            EntryOutcome.NEEDS_OCR.value: "needs ocr",
        }.get(entry.outcome, "failed")
        if entry.code == "refused":
            status = "failed"
    item_id = version.item_id if version is not None else None
    told = (notice["message"] for notice in entry.notices)
    message = "；".join(part for part in (message, *told) if part)
    return Line(entry.path, status, message, item_id, entry.title, entry.sheet, entry.row)
