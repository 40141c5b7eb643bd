"""The cells of a workbook as they are, read in a limited child process: for tables of records."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from docs_import.isolated import raise_error, run_child
from docs_import.limits import MB, Limits
from docs_import.sniff import too_large

# A year of a middling city: some hundred thousand rows of a dozen cells.
LIMITS = Limits(
    max_sheet_cells=3_000_000,
    max_unpacked_bytes=500 * MB,
    memory_bytes=1_500 * MB,
    cpu_seconds=120,
    wall_seconds=180.0,
)


@dataclass(frozen=True)
class Cells:
    """A visible sheet: (row number from 1, cells) of the rows that are not empty.

    A moment is written ``2026-05-07 10:24:00``, a day ``2026-05-07``.
    """

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_cells(path: Path, limits: Limits = LIMITS) -> list[Cells]:
    """The visible sheets of a workbook.

    :raises DocumentUnreadable: corrupt, encrypted, too_complex, timeout, out_of_memory, crashed.
    """
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise too_large(size, limits)
    header = json.dumps({"limits": asdict(limits)}).encode() + b"\n"
    answer = json.loads(run_child("docs_import.sheet_child", header + path.read_bytes(), limits))
    raise_error(answer)
    return [
        Cells(sheet["name"], tuple((number, tuple(cells)) for number, cells in sheet["rows"]))
        for sheet in answer["sheets"]
    ]
