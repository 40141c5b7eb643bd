"""Read many files in one limited child process after the other, instead of one child a file.

Starting Python and loading a parser costs more than reading a small file. The child is bound as
`docs_import.isolated` binds its own, takes a few dozen files, and is replaced. A file that ends a
child which has read others before is read once more in a child of its own, so that no file pays
for what another one left behind.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from docs_import.document import ParsedDocument
from docs_import.isolated import document_of, environment, read_isolated, timed_out
from docs_import.limits import Limits
from docs_import.sniff import too_large

FILES_PER_CHILD = 60


class WarmReader:
    """A reader with a child process that outlives the file; close it when the work is done.

    For one thread at a time.
    """

    def __init__(
        self, limits: Limits | None = None, files_per_child: int = FILES_PER_CHILD
    ) -> None:
        self.limits = limits or Limits()
        self.files_per_child = files_per_child
        self._child: _Child | None = None

    def __enter__(self) -> WarmReader:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, path: Path, filename: str) -> ParsedDocument:
        """Return the document in a file.

        :raises DocumentUnreadable: as `docs_import.isolated.read_isolated`.
        """
        size = path.stat().st_size
        if size > self.limits.max_bytes:
            raise too_large(size, self.limits)
        if self._child is None:
            self._child = _Child(self.limits)
        child = self._child
        try:
            answer = child.ask(path.read_bytes(), filename)
        except _ChildEnded as ended:
            self.close()
            if ended.by_time:
                raise timed_out(self.limits) from ended
            return read_isolated(path, filename, self.limits)
        if child.is_tired or child.files >= self.files_per_child:
            self.close()
        return document_of(answer)

    def close(self) -> None:
        """End the child; the next file gets a new one."""
        if self._child is not None:
            self._child.end()
            self._child = None


class _ChildEnded(Exception):
    """Raised when the child did not give an answer."""

    def __init__(self, *, by_time: bool) -> None:
        super().__init__()
        self.by_time = by_time


class _Child:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.files = 0
        self.is_tired = False
        self._folder = tempfile.TemporaryDirectory(prefix="docs-import-")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "docs_import.warm_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=environment(self._folder.name),
            start_new_session=True,
            close_fds=True,
        )

    def ask(self, data: bytes, filename: str) -> bytes:
        """The answer about one file."""
        self.files += 1
        header = {"filename": filename, "size": len(data), "limits": asdict(self.limits)}
        is_late = threading.Event()
        watch = threading.Timer(self.limits.wall_seconds, self._stop_late, [is_late])
        watch.start()
        try:
            return self._exchange(json.dumps(header).encode() + b"\n" + data)
        except OSError as error:
            raise _ChildEnded(by_time=is_late.is_set()) from error
        except _ChildEnded as error:
            raise _ChildEnded(by_time=is_late.is_set() or self._used_its_time()) from error
        finally:
            watch.cancel()

    def _exchange(self, sent: bytes) -> bytes:
        source, out = self._process.stdin, self._process.stdout
        if source is None or out is None:
            raise _ChildEnded(by_time=False)
        source.write(sent)
        source.flush()
        line = out.readline()
        if not line:
            raise _ChildEnded(by_time=False)
        told = json.loads(line)
        answer = out.read(told["size"])
        if len(answer) != told["size"]:
            raise _ChildEnded(by_time=False)
        self.is_tired = told["is_tired"]
        return answer

    def _used_its_time(self) -> bool:
        return self._process.wait() == -signal.SIGXCPU

    def _stop_late(self, is_late: threading.Event) -> None:
        is_late.set()
        self._kill()

    def _kill(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """End the child and whatever it started, and take its folder away."""
        self._kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue  # what it had not read is of no use to anybody
        self._process.wait()
        self._folder.cleanup()
