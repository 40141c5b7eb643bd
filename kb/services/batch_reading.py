"""Reading a batch: one file after the other, each with its own fate, all of it resumable.

An entry that waits is all the state there is: whatever ends the process, the next run goes on
with what still waits. A table becomes rows that wait in turn, an archive or a mail files that do.
"""

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from time import monotonic

from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm import Session

from docs_import.document import ParsedDocument
from docs_import.errors import DocumentUnreadable
from kb.actor import Actor
from kb.clock import Clock
from kb.db import Database
from kb.errors import IllegalTransition, KbError, NotFound, StorageFull
from kb.models import Batch, BatchEntry, KnowledgeVersion, StoredFile
from kb.services import scans
from kb.services.awaiting_text import await_text
from kb.services.batch_regions import note_said_region
from kb.services.batch_rows import (
    add_rows,
    count_attempts,
    fail,
    hold_waiting,
    judge_row,
    next_waiting,
    note_foreseen,
    sentences_of,
    set_failed,
)
from kb.services.batch_seen import Seen
from kb.services.batches import NOT_STORABLE, add_file, add_refused, is_archive, wishes_for
from kb.services.covering_letters import set_letter_aside
from kb.services.enclosed_files import Enclosed, keep_attachments, keep_unpacked, told
from kb.services.entries import check
from kb.services.files import FileStore, KeptFile
from kb.services.left_out import keep_text
from kb.services.newness import same_sentence
from kb.services.reading import Reader
from kb.services.recognised import (
    content_from,
    content_of_one,
    is_one_form,
    is_said_whole,
    recognised_json,
)
from kb.services.sameness import find_same_bytes
from kb.services.stored_files import note_state
from kb.terms import EntryOutcome, ReadState

MAX_ATTEMPTS = 2
BROKE_OFF = "读取时程序两次中断，没有收录；文件可以重新读取，或者另存后再上传"


@dataclass(frozen=True)
class BatchReader:
    """What reading a batch needs; ``actor`` is the person who sent it."""

    database: Database
    files: FileStore
    reader: Reader
    actor: Actor
    clock: Clock
    regions: tuple[str, ...] = ()

    def read_for(self, batch_id: int, seconds: float, seen: Seen | None = None) -> Seen | None:
        """Read what waits for about so long.

        :param seen: what an earlier run gave back; a large batch takes seconds to load.
        :returns: what the next run needs, or ``None`` when nothing waits any more.
        """
        give_up_at = monotonic() + seconds
        is_checked = False
        while True:
            waiting = self._next(batch_id)
            if not waiting:
                return None
            if seen is None or not is_checked:
                seen, is_checked = self._seen(batch_id, seen), True
            if monotonic() > give_up_at:
                return seen
            self._read(waiting, seen)

    def _seen(self, batch_id: int, seen: Seen | None) -> Seen:
        with self.database.reading() as session:
            if seen is not None and seen.still_holds(session, batch_id):
                return seen
            return Seen.load(session, batch_id)

    def read_next(self, batch_id: int, seen: Seen) -> list[int]:
        """Read the next file, or the next rows, that wait; returns their ids, none at the end."""
        waiting = self._next(batch_id)
        if waiting:
            self._read(waiting, seen)
        return [entry.id for entry in waiting]

    def _next(self, batch_id: int) -> list[BatchEntry]:
        with self.database.reading() as session:
            return next_waiting(session, batch_id)

    def _read(self, waiting: list[BatchEntry], seen: Seen) -> None:
        if waiting[0].attempts >= MAX_ATTEMPTS:
            with self.database.unit_of_work() as session:
                fail(session, waiting[0].id, "broke_off", BROKE_OFF)
            return
        self._count(waiting, 1)
        try:
            self._read_counted(waiting, seen)
        except (StorageFull, OperationalError):
            self._count(waiting, -1)  # that is no fault of theirs
            raise

    def _count(self, waiting: list[BatchEntry], more: int) -> None:
        with self.database.unit_of_work() as session:
            count_attempts(session, waiting, more)

    def _read_counted(self, waiting: list[BatchEntry], seen: Seen) -> None:
        if waiting[0].row is None:
            self._read_file(waiting[0], seen)
            return
        with self.database.unit_of_work() as session:
            for entry in waiting:
                locked = hold_waiting(session, entry.id)
                if locked is not None:
                    self._judge(session, locked, seen)

    def _judge(self, session: Session, entry: BatchEntry, seen: Seen) -> None:
        try:
            with session.begin_nested():
                judge_row(session, entry, self.actor, seen)
                note_said_region(session, entry, self.regions)
        except DataError:
            session.refresh(entry)
            set_failed(entry, "not_storable", NOT_STORABLE)

    def _read_file(self, entry: BatchEntry, seen: Seen) -> None:
        with self.database.reading() as session:
            stored = session.get_one(StoredFile, entry.file_id)
            same = find_same_bytes(session, stored)
        if same is not None:
            self._note_same_file(entry, same)
            return
        try:
            path = self.files.path(stored.sha256)
            if is_archive(entry.path):
                self._open_archive(entry, path)
            else:
                self._take(entry, self.reader(path, stored.name), seen)
        except (DocumentUnreadable, NotFound, IllegalTransition) as error:
            # Also an original that is gone and a full batch: the files behind it are to be read.
            with self.database.unit_of_work() as session:
                fail(session, entry.id, error.code, error.message)
        except DataError:
            with self.database.unit_of_work() as session:
                fail(session, entry.id, "not_storable", NOT_STORABLE)

    def _note_same_file(self, entry: BatchEntry, same: KnowledgeVersion) -> None:
        with self.database.unit_of_work() as session:
            locked = hold_waiting(session, entry.id)
            if locked is not None:
                note_state(session, locked.file_id or 0, ReadState.READ, "", "")
                locked.outcome, locked.code = EntryOutcome.DUPLICATE.value, "same_file"
                locked.title, locked.matched_version_id = same.title, same.id
                locked.reason = same_sentence(same)

    def _open_archive(self, entry: BatchEntry, path: Path) -> None:
        if any(is_archive(folder.name) for folder in PurePosixPath(entry.path).parents):
            raise DocumentUnreadable("too_complex", "压缩包里还有压缩包，请先解压后再上传")
        kept = keep_unpacked(self.files, path)
        with self.database.unit_of_work() as session:
            locked = hold_waiting(session, entry.id)
            if locked is not None:
                self._enclose(session, locked, kept)
                note_state(session, locked.file_id or 0, ReadState.READ, "", "")
                locked.outcome, locked.reason = EntryOutcome.CONTAINER.value, told(kept)

    def _enclose(
        self,
        session: Session,
        entry: BatchEntry,
        kept: Enclosed,
        *,
        is_attachment: bool = False,
    ) -> None:
        """Let the files that came inside another one wait in turn."""
        batch = session.get_one(Batch, entry.batch_id)
        for name, file in kept:
            path = f"{entry.path}/{name}"
            if not isinstance(file, KeptFile):
                add_refused(session, batch, path, file.code, file.message, entry)
            else:
                add_file(
                    session,
                    batch,
                    file,
                    path,
                    self.actor,
                    self.clock(),
                    parent=entry,
                    is_attachment=is_attachment,
                )

    def _take(self, entry: BatchEntry, parsed: ParsedDocument, seen: Seen) -> None:
        enclosed = keep_attachments(self.files, parsed)
        with self.database.unit_of_work() as session:
            locked = hold_waiting(session, entry.id)
            if locked is None or locked.file_id is None:
                return
            batch = session.get_one(Batch, entry.batch_id)
            stored = session.get_one(StoredFile, locked.file_id)
            stored.file_type, stored.recognised = parsed.file_type, recognised_json(parsed)
            self._enclose(session, locked, enclosed, is_attachment=True)
            wishes = wishes_for(batch)
            if scans.has_pictures(parsed):
                pushed = await_text(session, stored, parsed, wishes, self.actor, self.clock())
                locked.outcome, locked.code = pushed.outcome, pushed.code
                locked.reason = pushed.message[:500]
                return
            stored.read_state = ReadState.READ.value
            stored.problem_code = stored.problem = ""
            keep_text(session, stored, parsed)
            is_form = is_one_form(parsed)
            records = () if is_form or is_said_whole(parsed, wishes) else parsed.records
            add_rows(session, locked, records)
            if records and (parsed.is_all_records or not parsed.markdown.strip()):
                locked.outcome = EntryOutcome.CONTAINER.value
                warned = "".join(parsed.warnings)
                unit = "条" if parsed.is_all_records else "行"
                locked.reason = f"{len(records)} {unit}。{warned}"[:500]
                return
            self._judge_whole(session, locked, parsed, seen)
            set_letter_aside(locked, parsed)

    def _judge_whole(
        self, session: Session, entry: BatchEntry, parsed: ParsedDocument, seen: Seen
    ) -> None:
        """A document that is one entry; of a form of one matter it is what the form says."""
        wishes = wishes_for(session.get_one(Batch, entry.batch_id))
        content = content_from(parsed, wishes)
        if is_one_form(parsed):
            try:
                content = check(content_of_one(parsed, wishes))
            except KbError as error:
                set_failed(entry, "row_fault", sentences_of(error))
                return
        seen.judge(session, entry, content, self.actor)
        note_foreseen(session, entry, content, parsed.metadata.acts, self.actor)
        note_said_region(session, entry, self.regions)
