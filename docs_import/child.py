"""The process that reads one file and nothing else: `python -m docs_import.child`.

Standard input: one line of JSON {"filename", "limits"}, then the file's bytes. Standard output:
one JSON object, {"document": …} or {"error": {"code", "message", "context"}}. Started by
`docs_import.isolated`. The limits of the process are set before the file is read.
"""

from __future__ import annotations

import ctypes
import json
import resource
import sys
from typing import Any

from docs_import.errors import DocumentUnreadable
from docs_import.limits import Limits
from docs_import.read import read_bytes

_NEW_NET, _NEW_USER = 0x40000000, 0x10000000  # CLONE_NEWNET, CLONE_NEWUSER of <sched.h>


def main() -> int:
    """Read, write the answer, exit 0; anything unexpected ends with a traceback and exit 1."""
    header, limits, data = begin()
    answer: dict[str, Any]
    try:
        answer = {"document": json.loads(read_bytes(data, header["filename"], limits).to_json())}
    except (DocumentUnreadable, MemoryError) as error:
        answer = reported(error)
    text = json.dumps(answer, ensure_ascii=False)
    sys.stdout.buffer.write(text.encode("utf-8", errors="replace"))
    sys.stdout.buffer.flush()
    return 0


def begin() -> tuple[dict[str, Any], Limits, bytes]:
    """Read what is asked of this process, bind it, and only then take the file's bytes."""
    header = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**header["limits"])
    bind(limits)
    leave_network()
    return header, limits, sys.stdin.buffer.read()


def reported(error: DocumentUnreadable | MemoryError) -> dict[str, Any]:
    """Return the answer that tells the parent why there is none."""
    if isinstance(error, MemoryError):
        return {"error": {"code": "out_of_memory", "message": "", "context": {}}}
    return {"error": {"code": error.code, "message": error.message, "context": error.context}}


def bind(limits: Limits) -> None:
    """Let the system end this process when it takes more than it may.

    A converter this process starts may raise its own memory to the hard limit.
    """
    wanted = (
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CORE, 0),
    )
    for name, value in wanted:
        hard = resource.getrlimit(name)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (bound, bound))
    memory = max(limits.memory_bytes, limits.converter_memory_bytes)
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    memory = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (min(limits.memory_bytes, memory), memory))


def leave_network() -> bool:
    """Move this process into a network of its own, without a single connection.

    Readers open no address anyhow; this holds for a parser that is tricked, too. Where the system
    does not let an ordinary process do so, False is returned and the readers' own rule remains.
    """
    system = ctypes.CDLL(None, use_errno=True)
    return any(system.unshare(flags) == 0 for flags in (_NEW_NET, _NEW_NET | _NEW_USER))


if __name__ == "__main__":
    raise SystemExit(main())
