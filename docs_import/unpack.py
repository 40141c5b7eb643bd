"""Unpack an archive in a limited child process, into files of a folder that the caller removes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from docs_import.errors import DocumentUnreadable
from docs_import.isolated import raise_error, run_child_in
from docs_import.limits import Limits
from docs_import.sniff import too_large


@dataclass(frozen=True)
class Unpacked:
    """One file of an archive.

    :ivar name: cleaned; data, never a path to write to.
    :ivar path: where its bytes lie.
    :ivar problem: why there are none; `path` is then of no file.
    """

    name: str
    path: Path
    problem: DocumentUnreadable | None = None


def unpack(path: Path, folder: Path, limits: Limits | None = None) -> list[Unpacked]:
    """Unpack the ZIP at `path` into `folder`, which must be empty.

    :raises DocumentUnreadable: as `docs_import.archive.zip_entries`, and timeout, out_of_memory,
        crashed when the child did not survive.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise too_large(size, limits)
    header = json.dumps({"limits": asdict(limits)}).encode() + b"\n"
    output = run_child_in(folder, "docs_import.unpack_child", header + path.read_bytes(), limits)
    answer = json.loads(output)
    raise_error(answer)
    return [
        Unpacked(entry["name"], folder / str(place), _problem(entry))
        for place, entry in enumerate(answer["entries"])
    ]


def _problem(entry: dict[str, object]) -> DocumentUnreadable | None:
    try:
        raise_error(entry)
    except DocumentUnreadable as error:
        return error
    return None
