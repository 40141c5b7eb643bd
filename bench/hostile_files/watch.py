"""What the server and its reading children take, read from /proc."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

_PAUSE = 0.02
_READER, _RECOGNISER = b"docs_import.", b"docs_import.ocr"


class Watch:
    """Peak memory of the reading processes below the given ones while the block runs.

    :ivar recogniser_kib: the same for the process that recognises scans, which has limits of its
        own and works on after an upload has been answered.
    """

    def __init__(self, processes: Sequence[int]) -> None:
        self._above = processes
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.peak_kib = 0
        self.recogniser_kib = 0

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.is_set():
            for process in (each for top in self._above for each in descendants(top)):
                command = command_of(process)
                if _RECOGNISER in command:
                    now = memory_kib(process, "VmHWM")
                    self.recogniser_kib = max(self.recogniser_kib, now)
                elif _READER in command:
                    self.peak_kib = max(self.peak_kib, memory_kib(process, "VmHWM"))
            time.sleep(_PAUSE)


def descendants(process: int) -> list[int]:
    """Return the processes started by a process, and those started by them."""
    found: list[int] = []
    waiting = [process]
    while waiting:
        try:
            tasks = list(Path(f"/proc/{waiting.pop()}/task").iterdir())
            children = [int(c) for task in tasks for c in (task / "children").read_text().split()]
        except OSError:  # it has ended meanwhile
            continue
        found += children
        waiting += children
    return found


def command_of(process: int) -> bytes:
    """Return the command of a process, b"" when it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def memory_kib(process: int, name: str) -> int:
    """Return VmRSS or VmHWM of a process, 0 when it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)


def own_kib(server: int) -> int:
    """Return the memory of the processes of a server or worker, its readers left out."""
    own = [server, *(each for each in descendants(server) if _READER not in command_of(each))]
    return sum(memory_kib(each, "VmRSS") for each in own)


class Listener:
    """An address that notes who calls it."""

    def __init__(self) -> None:
        called = self.called = []  # type: list[str]

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                called.append(self.path)

            do_POST = do_HEAD = do_GET

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
