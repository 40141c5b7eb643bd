"""What the server and its reading children take, read from /proc."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

_PAUSE = 0.02
_READER = b"docs_import."


class Watch:
    """Peak memory of the reading processes below the given ones while the block runs."""

    def __init__(self, processes: Sequence[int]) -> None:
        self._above = processes
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.peak_kib = 0

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
                if is_reader(process):
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


def is_reader(process: int) -> bool:
    """Tell whether a process reads a file, and is no longer a copy of the server."""
    try:
        return _READER in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def memory_kib(process: int, name: str) -> int:
    """Return VmRSS or VmHWM of a process, 0 when it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)


def own_kib(server: int) -> int:
    """Return the memory of the processes of a server or worker, its readers left out."""
    own = [server, *(each for each in descendants(server) if not is_reader(each))]
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
