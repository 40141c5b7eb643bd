"""All 72 files and their manifest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from bench.hostile_files.containers import containers
from bench.hostile_files.made import Hostile, Traps
from bench.hostile_files.office import documents, layouts
from bench.hostile_files.pdf import pdfs
from bench.hostile_files.rest import images, names, sheets
from bench.hostile_files.web import pages, texts


def corpus() -> list[Hostile]:
    """The whole corpus in a fixed order."""
    groups = (containers, documents, layouts, pdfs, pages, texts, sheets, images, names)
    return [each for group in groups for each in group()]


def write(folder: Path, traps: Traps) -> list[tuple[Hostile, Path]]:
    """Make every file, and a manifest with a line of JSON for each: name, expected verdicts."""
    made: list[tuple[Hostile, Path]] = []
    lines: list[str] = []
    for number, each in enumerate(corpus(), 1):
        data = each.make(traps)
        path = folder / f"{number:02}"
        path.write_bytes(data)
        made.append((each, path))
        line = {
            "file": path.name,
            "group": each.group,
            "name": each.name,
            "upload": each.upload,
            "expected": sorted(each.expected),
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        lines.append(json.dumps(line, ensure_ascii=False))
    (folder / "manifest.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return made
