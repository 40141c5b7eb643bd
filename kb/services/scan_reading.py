"""The recogniser at work: waiting pages, one at a time on the machine, each kept as it is read.

The pages themselves are the queue. Whatever ends the process loses the page in hand and no more;
a page that was begun twice without an end is left to people.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from docs_import.document import ReadLine
from docs_import.errors import DocumentUnreadable
from docs_import.ocr.reading import ReadPage
from kb.background import OwnThread, machine_lock
from kb.clock import Clock
from kb.db import Database
from kb.errors import NotFound
from kb.models import Scan, ScanLine, ScanPage, StoredFile
from kb.services.files import FileStore
from kb.services.notices import notify, resolve_at
from kb.services.scan_quota import came_late, tell, tell_late, used_up
from kb.services.scans import LOST, LOST_KIND, NOTICE_KIND, NOTICES, page_of
from kb.terms import ScanPageState

log = logging.getLogger(__name__)
MAX_ATTEMPTS = 2
_MAX_LINES = 2000
_MAX_LINE = 2000
_AGAIN = frozenset({"timeout", "out_of_memory", "crashed"})
_TWICE = "识别这一页时程序两次中断，请人工录入。"


class Reads(Protocol):
    """Recognises the pages of one file (docs_import.ocr.recogniser.Recogniser)."""

    def page(self, number: int) -> ReadPage:
        """What stands on a page, from 1.

        :raises DocumentUnreadable: it could not be recognised, with a Chinese sentence.
        """


OpenFile = Callable[[Path, str], AbstractContextManager[Reads]]


class ScanReader(OwnThread):
    """Recognises what waits until stopped."""

    def __init__(
        self,
        database: Database,
        files: FileStore,
        open_file: OpenFile,
        clock: Clock,
        lock: Path,
        pages_a_day: Callable[[], int],
    ) -> None:
        """Prepare.

        :param open_file: path and type of a file → its recogniser.
        :param lock: a file that all processes of the machine share; one of them recognises.
        :param pages_a_day: tells how many pages of one unit are recognised on a day of the city.
        """
        super().__init__("recognition")
        self.database, self.files, self.clock = database, files, clock
        self._open_file, self._lock = open_file, lock
        self._pages_a_day = pages_a_day

    def turn(self) -> bool:
        """Recognise the waiting pages of one file; tells whether there was one."""
        with machine_lock(self._lock) as is_ours:
            found = self._next() if is_ours else None
            if found is None:
                return False
            scan_id, path, file_type = found
            with self._open_file(path, file_type) as recogniser:
                while not self._stop.is_set():
                    page = self._begin(scan_id)
                    if page is None:
                        return True
                    self._read(recogniser, *page)
        return True

    def _next(self) -> tuple[int, Path, str] | None:
        """The file longest waiting: its scan, where it lies, and its type."""
        with self.database.reading() as session:
            query = (
                select(Scan.id, StoredFile.sha256, StoredFile.file_type)
                .join(StoredFile, StoredFile.id == Scan.file_id)
                .join(ScanPage, ScanPage.scan_id == Scan.id)
                .where(
                    ScanPage.state == ScanPageState.WAITING.value,
                    StoredFile.dismissed_at.is_(None),
                )
                .order_by(Scan.id)
                .limit(1)
            )
            row = session.execute(query).first()
            late: list[int] = []
            if row is not None:  # nobody has to be counted while nothing waits
                over = used_up(session, self._pages_a_day(), self.clock())
                row = session.execute(query.where(Scan.unit_id.not_in(over))).first()
                late = [scan.id for scan in came_late(session, over, self.clock())]
        self._tell_late(late)
        if row is None:
            return None
        scan_id, sha256, file_type = row
        try:
            return scan_id, self.files.path(sha256), file_type
        except NotFound:
            with self.database.unit_of_work() as session:
                for page in _waiting(session, scan_id):
                    _leave_to_people(page, LOST)
                scan = session.get_one(Scan, scan_id)
                title = f"扫描件《{scan.file.name}》的原件找不到了，没有识别；请重新上传"
                _tell(session, scan, LOST_KIND, title, self.clock())
            return None

    def _tell_late(self, scan_ids: list[int]) -> None:
        if not scan_ids:
            return
        with self.database.unit_of_work() as session:
            for scan_id in scan_ids:
                scan = session.get_one(Scan, scan_id)
                tell_late(session, scan, self._pages_a_day(), self.clock())

    def _begin(self, scan_id: int) -> tuple[int, int] | None:
        """Id and number of the next page to recognise, its attempt written down first."""
        now = self.clock()
        with self.database.unit_of_work() as session:
            waiting = _waiting(session, scan_id)
            scan = session.get_one(Scan, scan_id)
            if scan.file.dismissed_at is not None:
                return None  # 不再处理 while its pages were being read
            if waiting and scan.unit_id in used_up(session, self._pages_a_day(), now):
                tell(session, scan, len(waiting), self._pages_a_day(), now)
                return None
            for page in waiting:
                if page.attempts < MAX_ATTEMPTS:
                    page.attempts += 1
                    page.read_at = now
                    return page.id, page.number
                _leave_to_people(page, page.problem or _TWICE)
                tell_when_read(session, scan, now)
        return None

    def _read(self, recogniser: Reads, page_id: int, number: int) -> None:
        try:
            read = recogniser.page(number)
        except DocumentUnreadable as error:
            log.warning("page not recognised: %s %s", error.code, error.context)
            with self.database.unit_of_work() as session:
                page = _still_waiting(session, page_id)
                if page is not None:
                    page.problem = error.message[:300]
                    if error.code not in _AGAIN:
                        _leave_to_people(page, error.message)
                        tell_when_read(session, page.scan, self.clock())
            return
        with self.database.unit_of_work() as session:
            page = _still_waiting(session, page_id)
            if page is not None:
                keep_page(page, read)
                tell_when_read(session, page.scan, self.clock())


def keep_page(page: ScanPage, read: ReadPage) -> None:
    """Write down what was recognised; a page without a line has no text."""
    page.turned, page.width, page.height = read.turned, read.width, read.height
    if len(read.lines) > _MAX_LINES:
        # Fewer would look like the whole page.
        why = f"这一页识别出 {len(read.lines)} 行，超过 {_MAX_LINES} 行的上限，请人工录入。"
        _leave_to_people(page, why)
        return
    page.problem = ""
    page.lines = [_row(place, line) for place, line in enumerate(read.lines)]
    page.state = (ScanPageState.READ if page.lines else ScanPageState.BLANK).value


def tell_when_read(session: Session, scan: Scan, now: datetime) -> None:
    """Tell the unit once nothing of the scan waits for the recogniser any more."""
    session.flush()
    if scan.file.dismissed_at is None and not _waiting(session, scan.id):
        _tell(session, scan, NOTICE_KIND, f"扫描件《{scan.file.name}》已识别，等待校对", now)


def _tell(session: Session, scan: Scan, kind: str, title: str, now: datetime) -> None:
    path = page_of(scan)
    for other in set(NOTICES) - {kind}:
        resolve_at(session, other, path)
    notify(
        session,
        kind=kind,
        title=title,
        path=path,
        unit_id=scan.unit_id,
        key=f"{kind}:{scan.id}",
        now=now,
    )


def _row(place: int, line: ReadLine) -> ScanLine:
    spans = [[start, end] for start, end in line.doubtful if end <= _MAX_LINE]
    # A line the recogniser is unsure of as a whole is looked at as a whole.
    if not spans and line.is_doubtful:
        spans = [[0, len(line.text[:_MAX_LINE])]]
    return ScanLine(
        ordinal=place,
        box=list(line.box),
        text=line.text[:_MAX_LINE],
        confidence=line.confidence,
        doubtful=spans,
        doubts=len(spans),
    )


def _waiting(session: Session, scan_id: int) -> list[ScanPage]:
    query = (
        select(ScanPage)
        .where(ScanPage.scan_id == scan_id, ScanPage.state == ScanPageState.WAITING.value)
        .order_by(ScanPage.number)
        .with_for_update()
    )
    return list(session.scalars(query))


def _still_waiting(session: Session, page_id: int) -> ScanPage | None:
    """The page, unless somebody typed it or another machine read it meanwhile."""
    page = session.get_one(ScanPage, page_id, with_for_update=True)
    return page if page.state == ScanPageState.WAITING else None


def _leave_to_people(page: ScanPage, why: str) -> None:
    page.state, page.problem = ScanPageState.TYPING.value, why[:300]
