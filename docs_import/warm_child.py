"""The process that reads many files, one after the other: `python -m docs_import.warm_child`.

Standard input, again and again: one line of JSON {"filename", "size", "limits"}, then `size`
bytes. Standard output for each: one line of JSON {"size", "is_tired"}, then `size` bytes of the
answer, as `docs_import.child` gives it. Ends with its input. Started by `docs_import.warm`.

Memory is bound for the process, time for each file. A child that has grown says that it is
tired, and is replaced.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from docs_import.child import bind, leave_network, reported
from docs_import.errors import DocumentUnreadable
from docs_import.limits import Limits
from docs_import.read import read_bytes

# More than any child is given to do before it is replaced.
_MOST_FILES = 1_000


def main() -> int:
    """Answer until the input ends; anything unexpected ends with a traceback and exit 1."""
    source, out = sys.stdin.buffer, _own_output()
    is_bound = False
    while line := source.readline():
        header = json.loads(line)
        limits = Limits(**header["limits"])
        if not is_bound:
            bind(replace(limits, cpu_seconds=limits.cpu_seconds * _MOST_FILES))
            leave_network()
            is_bound = True
        _give_time(limits.cpu_seconds)
        body = _answer(source.read(header["size"]), header["filename"], limits)
        told = {"size": len(body), "is_tired": _held_bytes() > limits.memory_bytes // 3}
        out.write(json.dumps(told).encode() + b"\n" + body)
        out.flush()
    return 0


def _own_output() -> BinaryIO:
    """Standard output for us alone: what a parser prints must not come between."""
    own = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return own


def _give_time(seconds: int) -> None:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(spent.ru_utime + spent.ru_stime) + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    bound = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (bound, hard))


def _held_bytes() -> int:
    """Resident memory now; where the system does not tell, the most there ever was.

    The most there ever was is the parent's, too, until the child became a program of its own.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()


def _answer(data: bytes, filename: str, limits: Limits) -> bytes:
    answer: dict[str, Any]
    try:
        answer = {"document": json.loads(read_bytes(data, filename, limits).to_json())}
    except (DocumentUnreadable, MemoryError) as error:
        answer = reported(error)
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", errors="replace")


if __name__ == "__main__":
    raise SystemExit(main())
