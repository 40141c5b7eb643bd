"""查毒: originals, and files of orders, are asked about at a clamd service, where one is set up,
before they are served.

They are kept and read all the same, the reading in its limited child: text is no virus. Only the
bytes are not handed out. While the service is away files wait, and are asked about again.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.clock import Clock
from kb.db import Database
from kb.errors import IllegalTransition, KbError, NotFound
from kb.models import OrderFile, StoredFile, WorkOrder
from kb.services.audit import record
from kb.services.files import FileStore
from kb.services.jobs import add_job
from kb.services.notices import notify, resolve
from kb.services.stored_files import SCAN_JOB
from kb.terms import Role, ScanState

AWAY_FOR = timedelta(minutes=1)
_CHUNK = 1 << 16
_MAX_REPLY = 4096
_File = TypeVar("_File", StoredFile, OrderFile)


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
    """Ask about every file that waits, originals and those of orders; one that the service cannot
    be asked about waits on.

    A file that it does not take, being too large for it, or that is gone from the disk keeps no
    other waiting; those who see to it are told.
    """
    given = (database, files, scanner, clock)
    left = [_scan_kind(StoredFile, *given), _scan_kind(OrderFile, *given)]
    if any(left):
        with database.unit_of_work() as session:
            add_job(session, SCAN_JOB, {}, clock() + AWAY_FOR)


def _scan_kind(
    kind: type[_File], database: Database, files: FileStore, scanner: Clamd, clock: Clock
) -> bool:
    """Ask about every waiting file of a kind; tells whether some are left."""
    file_id, is_left = 0, False
    while (stored := _next(database, kind, file_id)) is not None:
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
            _note(session, session.get_one(kind, file_id), virus, clock)
    return is_left


def _next(database: Database, kind: type[_File], after: int) -> _File | None:
    """The first file of a kind after this one that waits, if there is one."""
    query = (
        select(kind)
        .where(kind.scan_state == ScanState.PENDING.value, kind.id > after)
        .order_by(kind.id)
        .limit(1)
    )
    with database.reading() as session:
        return session.scalars(query).first()


def _tell_unscanned(
    session: Session, stored: StoredFile | OrderFile, why: str, clock: Clock
) -> None:
    title = f"{_name(stored)}没有查成毒，暂不能下载：{why}"
    _tell(session, stored, title, clock, f"unscanned:{_key(stored)}")


def _note(session: Session, stored: StoredFile | OrderFile, virus: str, clock: Clock) -> None:
    resolve(session, f"unscanned:{_key(stored)}")
    if not virus:
        stored.scan_state = ScanState.CLEAN.value
        return
    stored.scan_state = ScanState.INFECTED.value
    if isinstance(stored, StoredFile):
        stored.scan_note = virus
    detail = {"sha256": stored.sha256, "found": virus}
    record(session, None, "file.infected", stored.__tablename__, stored.id, detail, clock())
    _tell(
        session, stored, f"{_name(stored)}里发现病毒，已不能下载", clock, f"infected:{_key(stored)}"
    )


def _name(stored: StoredFile | OrderFile) -> str:
    return f"{'原件' if isinstance(stored, StoredFile) else '工单附件'}《{stored.name}》"


def _key(stored: StoredFile | OrderFile) -> str:
    return f"{stored.id}" if isinstance(stored, StoredFile) else f"order_file:{stored.id}"


def _tell(
    session: Session, stored: StoredFile | OrderFile, title: str, clock: Clock, key: str
) -> None:
    """Of an original tell the editors; of an order's file the unit it came from, or the desk."""
    path = "/units#files"
    unit_id: int | None = None
    role: Role | None = Role.EDITOR
    if isinstance(stored, OrderFile):
        number = session.get_one(WorkOrder, stored.order_id).number
        unit_id, role = stored.unit_id, None if stored.unit_id else Role.DISPATCHER
        path = f"{'/units' if stored.unit_id else '/dispatch'}/orders/{number}"
    notify(
        session,
        kind="infected",
        title=title,
        path=path,
        now=clock(),
        unit_id=unit_id,
        role=role,
        key=key,
    )
