"""The process that unpacks one archive and nothing else: `python -m docs_import.unpack_child`.

Standard input: one line of JSON {"limits"}, then the archive's bytes. It writes the files into
its working folder, named by their place: 0, 1, 2 … Standard output: one JSON object,
{"entries": [{"name"} or {"name", "error"}, …]} or {"error": …}. Started by `docs_import.unpack`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from docs_import.archive import RefusedEntry, zip_entries
from docs_import.child import begin, reported
from docs_import.errors import DocumentUnreadable
from docs_import.limits import Limits


def main() -> int:
    """Unpack, write the answer, exit 0; anything unexpected ends with a traceback and exit 1."""
    _header, limits, data = begin()
    answer: dict[str, Any]
    try:
        answer = {"entries": _unpack(data, limits)}
    except (DocumentUnreadable, MemoryError) as error:
        answer = reported(error)
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))
    sys.stdout.buffer.flush()
    return 0


def _unpack(data: bytes, limits: Limits) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    for place, entry in enumerate(zip_entries(data, limits)):
        if isinstance(entry, RefusedEntry):
            told.append({"name": entry.name, **reported(entry.error)})
        else:
            Path(str(place)).write_bytes(entry.data)
            told.append({"name": entry.name})
    return told


if __name__ == "__main__":
    raise SystemExit(main())
