"""查毒: an original is served only once a clamd service has found it clean."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.errors import IllegalTransition
from kb.models import Job, Notice, StoredFile, Unit
from kb.services.files import FileStore
from kb.services.scanning import Clamd, ScannerAway, require_clean, scan_waiting
from kb.services.stored_files import SCAN_JOB
from tests.kb.conftest import NOW
from tests.kb.test_intake import Intake

# The standard test file of anti-virus programs, in two pieces so that no scanner takes this one.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


# What clamd says of more bytes than its StreamMaxLength.
_TOO_LARGE = b"INSTREAM size limit exceeded. ERROR\0"


class FakeClamd(threading.Thread):
    """A real socket that speaks INSTREAM and finds EICAR."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.server.bind(str(path))
        self.server.listen()
        self.answer: bytes | None = None
        self.refuses: bytes | None = None

    def run(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                command = stream.read(6)
                if command == b"zPING\0":
                    connection.sendall(b"PONG\0")
                    continue
                assert command + stream.read(4) == b"zINSTREAM\0"
                data = b""
                while size := int.from_bytes(stream.read(4), "big"):
                    data += stream.read(size)
                found = b"stream: Eicar-Signature FOUND\0" if EICAR in data else b"stream: OK\0"
                is_refused = self.refuses is not None and self.refuses in data
                connection.sendall(_TOO_LARGE if is_refused else self.answer or found)


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[FakeClamd]:
    server = FakeClamd(tmp_path / "clamd.sock")
    server.start()
    yield server
    server.server.close()


@pytest.fixture
def intake(any_database: Database, tmp_path: Path, unit: Unit) -> Intake:
    files = FileStore(tmp_path / "originals", max_bytes=1_000_000, is_scanned=True)
    return Intake(any_database, files, unit)


def scan(intake: Intake, tmp_path: Path) -> None:
    scanner = Clamd(f"unix:{tmp_path / 'clamd.sock'}", timeout_seconds=5)
    scan_waiting(intake.database, intake.files, scanner, lambda: NOW)


def test_a_file_waits_is_scanned_and_only_a_clean_one_is_served(
    intake: Intake, clamd: FakeClamd, tmp_path: Path
) -> None:
    intake.push(b"# a\n\nclean\n" + b"x" * 200_000, "a.md")
    intake.push(b"# b\n\n" + EICAR, "b.md")
    for stored in intake.stored():
        assert stored.scan_state == "pending"
        with pytest.raises(IllegalTransition):
            require_clean(stored)
    scan(intake, tmp_path)
    clean, infected = intake.stored()
    require_clean(clean)
    assert (infected.scan_state, infected.scan_note) == ("infected", "Eicar-Signature")
    with pytest.raises(IllegalTransition, match="Eicar-Signature"):
        require_clean(infected)
    # What was found is kept as it came, too.
    assert EICAR in intake.files.path(infected.sha256).read_bytes()


def test_while_the_service_is_away_files_wait_and_are_asked_about_again(
    intake: Intake, tmp_path: Path
) -> None:
    intake.push(b"# a\n\nx\n", "a.md")
    with intake.database.reading() as session:
        [first] = session.scalars(select(Job).where(Job.kind == SCAN_JOB))
    assert first.run_at == NOW
    scan(intake, tmp_path)
    [stored] = intake.stored()
    assert stored.scan_state == "pending"
    with intake.database.reading() as session:
        again = session.scalars(select(Job.run_at).where(Job.kind == SCAN_JOB)).all()
    assert max(again) > NOW


def test_an_answer_that_is_neither_leaves_the_file_waiting(
    intake: Intake, clamd: FakeClamd, tmp_path: Path
) -> None:
    clamd.answer = b"INSTREAM size limit exceeded. ERROR\0"
    path = tmp_path / "x"
    path.write_bytes(b"x")
    with pytest.raises(ScannerAway):
        Clamd(f"unix:{tmp_path / 'clamd.sock'}").virus_in(path)


def test_a_service_on_the_network_is_asked_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(EICAR)
    server = FakeClamd.__new__(FakeClamd)
    threading.Thread.__init__(server, daemon=True)
    server.server, server.answer = socket.create_server(("127.0.0.1", 0)), None
    server.refuses = None
    server.start()
    port = server.server.getsockname()[1]
    assert Clamd(f"tcp:127.0.0.1:{port}").virus_in(path) == "Eicar-Signature"
    server.server.close()


def test_without_a_scanner_files_are_served_at_once(
    any_database: Database, tmp_path: Path, unit: Unit
) -> None:
    plain = Intake(any_database, FileStore(tmp_path / "o", max_bytes=1_000_000), unit)
    plain.push(b"# a\n\nx\n", "a.md")
    with any_database.reading() as session:
        [stored] = session.scalars(select(StoredFile))
        require_clean(stored)
        assert session.scalars(select(Job).where(Job.kind == SCAN_JOB)).all() == []


def test_a_file_that_is_not_taken_or_is_gone_keeps_no_other_waiting(
    intake: Intake, clamd: FakeClamd, tmp_path: Path
) -> None:
    intake.push(b"# a\n\nlarge\n", "a.md")
    intake.push(b"# b\n\ngone\n", "b.md")
    intake.push(b"# c\n\nclean\n", "c.md")
    intake.files.path(intake.stored()[1].sha256).unlink()
    clamd.refuses = b"large"
    scan(intake, tmp_path)
    assert [stored.scan_state for stored in intake.stored()] == ["pending", "pending", "clean"]
    with intake.database.reading() as session:
        told = session.scalars(select(Notice.title).order_by(Notice.id)).all()
        assert [title[:8] for title in told] == ["原件《a.md》", "原件《b.md》"]
        again = select(Job).where(Job.kind == SCAN_JOB).order_by(Job.id.desc())
        assert session.scalars(again.limit(1)).one().run_at > NOW
    clamd.refuses = None
    scan(intake, tmp_path)
    assert [stored.scan_state for stored in intake.stored()] == ["clean", "pending", "clean"]
