"""What a dry run works on: the program as it is, without leaving anything in it."""

import dataclasses
import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from kb.rehearsal import rehearsed
from kb.services.files import FileStore
from webapp.compose import Program

_PREFIX = ".rehearsal-"


@contextmanager
def rehearsal(program: Program) -> Iterator[Program]:
    """The program on a database and an original store that are gone afterwards."""
    data_folder = program.settings.data_folder
    with (
        _ended_in_order(),
        _at_work(data_folder),
        tempfile.TemporaryDirectory(dir=data_folder, prefix=_PREFIX) as name,
    ):
        folder = Path(name)
        files = FileStore(
            folder / "originals", program.files.max_bytes, is_scanned=program.files.is_scanned
        )
        with rehearsed(program.database, folder) as database:
            yield dataclasses.replace(program, database=database, files=files)


def folders_of(data_folder: Path) -> list[Path]:
    """Where dry runs work, or worked until they were killed: each has a copy of the database."""
    return sorted(data_folder.glob(f"{_PREFIX}*"))


def clear_left(data_folder: Path) -> None:
    """Delete what killed dry runs left, unless one is at work: the next time does it then."""
    with _held(data_folder) as handle:
        _clear_alone(handle, data_folder)


@contextmanager
def _at_work(data_folder: Path) -> Iterator[None]:
    """Clear what was left, and let nobody clear what is made meanwhile."""
    with _held(data_folder) as handle:
        _clear_alone(handle, data_folder)
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield


@contextmanager
def _held(data_folder: Path) -> Iterator[int]:
    """The folder itself, to be locked: a lock file would be something that a dry run leaves."""
    handle = os.open(data_folder, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)


def _clear_alone(handle: int, data_folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return  # a dry run is at work, or this file system (NFS) cannot tell
    for folder in folders_of(data_folder):
        shutil.rmtree(folder)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM, or a terminal that is closed, end the run by an exception, which clears up."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    # What is ignored (nohup) or handled already stays so.
    ours = [
        one for one in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(one) == signal.SIG_DFL
    ]
    for one in ours:
        signal.signal(one, end)
    try:
        yield
    finally:
        for one in ours:
            signal.signal(one, signal.SIG_DFL)
