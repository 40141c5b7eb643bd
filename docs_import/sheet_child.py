"""The process that reads a workbook's cells and nothing else: `python -m docs_import.sheet_child`.

Standard input: one line of JSON {"limits"}, then the file's bytes. Standard output: one JSON
object, {"sheets": [{"name", "rows": [[row number, [cells]], …]}]} or {"error": …}. Started by
`docs_import.sheet_cells`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from docs_import.child import begin, reported
from docs_import.errors import DocumentUnreadable
from docs_import.from_xlsx import all_rows


def main() -> int:
    """Read, write the answer, exit 0; anything unexpected ends with a traceback and exit 1."""
    _header, limits, data = begin()
    answer: dict[str, Any]
    try:
        answer = {"sheets": [{"name": name, "rows": rows} for name, rows in all_rows(data, limits)]}
    except (DocumentUnreadable, MemoryError) as error:
        answer = reported(error)
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
