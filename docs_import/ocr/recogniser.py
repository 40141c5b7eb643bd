"""Recognise the pages of a file one by one, in a child process that is replaced in good time.

The child may take only so much memory, processor time and time by the clock; it never gives
memory back, so it lives for a limited number of pages. What it cannot read takes it down alone.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

from docs_import.errors import DocumentUnreadable
from docs_import.isolated import environment
from docs_import.ocr.limits import OcrLimits
from docs_import.ocr.reading import ReadPage

_TIMEOUT = "识别这一页用时过长，已停止，请人工录入。"
_MEMORY = "识别这一页需要的内存超出上限，已停止，请人工录入。"
_CRASHED = "识别这一页时程序异常退出，请人工录入。"


class Recogniser:
    """The pages of one file; a context manager, because a process belongs to it.

    For one thread. Whoever uses it sees to it that only one is at work on the machine.
    """

    def __init__(self, path: Path, file_type: str, limits: OcrLimits | None = None) -> None:
        """Prepare; the child starts with the first page.

        :param path: where the bytes lie; read here, so the child needs no access to it.
        :param file_type: "pdf" or "image".
        """
        self._path, self._file_type = path, file_type
        self._limits = limits or OcrLimits()
        self._child: _Child | None = None

    def __enter__(self) -> Recogniser:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    @property
    def peak_bytes(self) -> int:
        """The most memory that the child at work has had in use; 0 without one."""
        return self._child.peak_bytes() if self._child else 0

    def page(self, number: int) -> ReadPage:
        """Return what stands on a page, from 1.

        :raises DocumentUnreadable: corrupt, too_large; timeout, out_of_memory, crashed when the
            child did not survive. The next page gets a new one.
        """
        if self._child is not None and self._child.pages >= self._limits.pages_a_child:
            self._end()
        if self._child is None:
            header = {
                "file_type": self._file_type,
                "size": self._path.stat().st_size,
                "limits": asdict(self._limits),
            }
            self._child = _Child(json.dumps(header).encode() + b"\n" + self._path.read_bytes())
        try:
            answer = self._child.ask(number, self._limits.wall_seconds)
        except DocumentUnreadable:
            self._end()
            raise
        if "error" in answer:
            error = answer["error"]
            raise DocumentUnreadable(error["code"], error["message"] or _MEMORY, page=number)
        return ReadPage.from_dict(answer["page"])

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
        self._child = None


class _Child:
    def __init__(self, head: bytes) -> None:
        self.pages = 0
        self._head = head
        self._folder = tempfile.TemporaryDirectory(prefix="docs-import-")
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        self._is_late = threading.Event()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "docs_import.ocr.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=self._folder.name,
            # A memory pool for each thread would reserve addresses that the limit counts.
            env=environment(self._folder.name) | {"MALLOC_ARENA_MAX": "2"},
            start_new_session=True,
            close_fds=True,
        )
        self._to = cast(IO[bytes], self._process.stdin)
        self._from = cast(IO[bytes], self._process.stdout)

    def ask(self, number: int, seconds: float) -> dict[str, Any]:
        """One question, one answer, or the end of the child."""
        late = threading.Timer(seconds, self._stop_late)
        late.start()
        try:
            self._to.write(self._head + f"{number}\n".encode())
            self._to.flush()
            self._head = b""
            line = self._from.readline()
        except BrokenPipeError:
            line = b""
        finally:
            late.cancel()
        if not line.endswith(b"\n"):
            raise self._why_it_ended()
        self.pages += 1
        answer: dict[str, Any] = json.loads(line)
        return answer

    def peak_bytes(self) -> int:
        """VmHWM of the process, 0 where the system does not tell."""
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        except OSError:
            return 0
        lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
        return int(lines[0].split()[1]) * 1024 if lines else 0

    def end(self) -> None:
        """Let go of the process, whatever it does, and wait for it."""
        self._kill()
        # What had not been sent goes with the child.
        with suppress(BrokenPipeError):
            self._to.close()
        self._from.close()
        self._process.wait()
        self._errors.close()
        self._folder.cleanup()

    def _stop_late(self) -> None:
        self._is_late.set()
        self._kill()

    def _kill(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def _why_it_ended(self) -> DocumentUnreadable:
        code = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read()
        if self._is_late.is_set() or code == -signal.SIGXCPU:
            return DocumentUnreadable("timeout", _TIMEOUT)
        if any(word in said for word in (b"MemoryError", b"bad_alloc", b"llocat")):
            return DocumentUnreadable("out_of_memory", _MEMORY)
        last = said.decode("utf-8", errors="replace").strip().splitlines()[-1:]
        detail = last[0].split(":")[0][:80] if last else ""
        return DocumentUnreadable("crashed", _CRASHED, exit_code=code, detail=detail)
