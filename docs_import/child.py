"""The process that reads one file and nothing else: `python -m docs_import.child`.

Standard input: one line of JSON {"filename", "limits"}, then the file's bytes. Standard output:
one JSON object, {"document": …} or {"error": {"code", "message", "context"}}. Started by
`docs_import.isolated`, which sets the limits of the process before this code runs.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from docs_import.errors import DocumentUnreadable
from docs_import.limits import Limits
from docs_import.read import read_bytes


def main() -> int:
    """Read, write the answer, exit 0; anything unexpected ends with a traceback and exit 1."""
    header = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**header["limits"])
    data = sys.stdin.buffer.read()
    answer: dict[str, Any]
    try:
        answer = {"document": json.loads(read_bytes(data, header["filename"], limits).to_json())}
    except DocumentUnreadable as error:
        context = error.context
        answer = {"error": {"code": error.code, "message": error.message, "context": context}}
    except MemoryError:
        answer = {"error": {"code": "out_of_memory", "message": "", "context": {}}}
    text = json.dumps(answer, ensure_ascii=False)
    sys.stdout.buffer.write(text.encode("utf-8", errors="replace"))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
