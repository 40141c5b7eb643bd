"""查毒: originals are asked about at a clamd service, where one is set up, before they are served.

They are kept and read all the same, the reading in its limited child: text is no virus. Only the
bytes are not handed out. While the service is away files wait, and are asked about again.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.clock import Clock
from kb.db import Database
from kb.errors import IllegalTransition, KbError, NotFound
from kb.models import StoredFile
from kb.services.audit import record
from kb.services.files import FileStore
from kb.services.jobs import add_job
from kb.services.notices import notify, resolve
from kb.services.stored_files import SCAN_JOB
from kb.terms import Role, ScanState

AWAY_FOR = timedelta(minutes=1)
_CHUNK = 1 << 16
_MAX_REPLY = 4096


class ScannerAway(KbError):
    """Raised when the service cannot be asked or does not answer as it should."""

    code = "scanner_away"


@dataclass(frozen=True)
class Clamd:
    """A clamd service, spoken to by its INSTREAM command.

    :ivar address: ``unix:/path/of/its.socket`` or ``tcp:host:port``.
    """

    address: str
    timeout_seconds: float = 30.0

    def virus_in(self, path: Path) -> str:
        """The name of what was found in a file; empty when it is clean.

        :raises ScannerAway: no answer, or one that is neither.
        """
        try:
            with self._connection() as connection, path.open("rb") as stream:
                connection.sendall(b"zINSTREAM\0")
                while chunk := stream.read(_CHUNK):
                    connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
                connection.sendall(bytes(4))
                reply = _reply(connection)
        except OSError as error:
            raise ScannerAway("查毒服务没有响应，文件先存着，稍后再查") from error
        if reply.endswith(" FOUND"):
            return reply.removesuffix(" FOUND").removeprefix("stream: ")[:180]
        if reply != "stream: OK":
            raise ScannerAway(f"查毒服务的回答看不懂：{reply[:80]}")
        return ""

    def answers(self) -> bool:
        """Whether the service is there at all: then it is a file that it could not be asked."""
        try:
            with self._connection() as connection:
                connection.sendall(b"zPING\0")
                return _reply(connection) == "PONG"
        except OSError:
            return False

    @contextmanager
    def _connection(self) -> Iterator[socket.socket]:
        kind, _, rest = self.address.partition(":")
        if kind == "unix":
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            where: str | tuple[str, int] = rest
        else:
            host, _, port = rest.rpartition(":")
            connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            where = (host, int(port))
        with connection:
            connection.settimeout(self.timeout_seconds)
            connection.connect(where)
            yield connection


def _reply(connection: socket.socket) -> str:
    received = b""
    while len(received) < _MAX_REPLY and (part := connection.recv(_MAX_REPLY)):
        received += part
        if b"\0" in part:
            break
    return received.split(b"\0")[0].decode("utf-8", "replace").strip()


def require_clean(stored: StoredFile) -> None:
    """Refuse to hand out an original that was not found clean.

    :raises IllegalTransition: with what is known about it.
    """
    if stored.scan_state == ScanState.INFECTED:
        raise IllegalTransition(f"这份原件里发现病毒（{stored.scan_note}），不能下载")
    if stored.scan_state == ScanState.PENDING:
        raise IllegalTransition("这份原件还在查毒，请过一会儿再打开")


def scan_waiting(database: Database, files: FileStore, scanner: Clamd, clock: Clock) -> None:
    """Ask about every original that waits; one that the service cannot be asked about waits on.

    A file that it does not take, being too large for it, or that is gone from the disk keeps no
    other waiting; editors are told of it.
    """
    file_id, is_left = 0, False
    while (stored := _next(database, file_id)) is not None:
        file_id = stored.id
        try:
            virus = scanner.virus_in(files.path(stored.sha256))
        except (ScannerAway, NotFound) as error:
            is_left = True
            if isinstance(error, ScannerAway) and not scanner.answers():
                break
            with database.unit_of_work() as session:
                _tell_unscanned(session, stored, error.message, clock)
            continue
        with database.unit_of_work() as session:
            _note(session, session.get_one(StoredFile, file_id), virus, clock)
    if is_left:
        with database.unit_of_work() as session:
            add_job(session, SCAN_JOB, {}, clock() + AWAY_FOR)


def _next(database: Database, after: int) -> StoredFile | None:
    """The first original after this one that waits, if there is one."""
    query = (
        select(StoredFile)
        .where(StoredFile.scan_state == ScanState.PENDING.value, StoredFile.id > after)
        .order_by(StoredFile.id)
        .limit(1)
    )
    with database.reading() as session:
        return session.scalars(query).first()


def _tell_unscanned(session: Session, stored: StoredFile, why: str, clock: Clock) -> None:
    notify(
        session,
        kind="infected",
        title=f"原件《{stored.name}》没有查成毒，暂不能下载：{why}",
        path="/units#files",
        now=clock(),
        role=Role.EDITOR,
        key=f"unscanned:{stored.id}",
    )


def _note(session: Session, stored: StoredFile, virus: str, clock: Clock) -> None:
    resolve(session, f"unscanned:{stored.id}")
    if not virus:
        stored.scan_state = ScanState.CLEAN.value
        return
    stored.scan_state, stored.scan_note = ScanState.INFECTED.value, virus
    detail = {"sha256": stored.sha256, "found": virus}
    record(session, None, "file.infected", "stored_file", stored.id, detail, clock())
    notify(
        session,
        kind="infected",
        title=f"原件《{stored.name}》里发现病毒，已不能下载",
        path="/units#files",
        now=clock(),
        role=Role.EDITOR,
        key=f"infected:{stored.id}",
    )
