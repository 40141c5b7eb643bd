"""What is read of a folder of documents, and how much of it is right.

`python -m docs_import.measure DIR [--reference REFERENCE.jsonl] [--json]`

The reference has one JSON object a line with `title`, `text`, `document_number`,
`issuing_authority`, `issued_on`. A file belongs to the reference whose text shares most of its
character triples. A value counts only where the file prints it.

Optional in the reference, once somebody has read the text by hand: `valid_from` and `valid_until`,
"" where the document prints none. Precision asks how many of the values found are right, recall
how many of the printed ones were found.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from docs_import.charset import decode
from docs_import.document import ParsedDocument
from docs_import.document_numbers import normal_number
from docs_import.errors import DocumentUnreadable
from docs_import.head_lines import is_organ_line
from docs_import.isolated import read_isolated

FIELDS = ("document_number", "issuing_authority", "issued_on", "valid_from", "valid_until")
_BY_HAND = ("valid_from", "valid_until")
_ENOUGH = 0.5
PRECISION, RECALL = 0.98, 0.95


@dataclass
class Row:
    """One file: what was read, or why not; and per field whether it is right."""

    file: str
    state: str
    seconds: float
    title: str = ""
    values: dict[str, str] = field(default_factory=dict)
    reference: str = ""
    right: dict[str, bool] = field(default_factory=dict)
    expected: dict[str, str] = field(default_factory=dict)


def measure(folder: Path, reference: Path | None) -> list[Row]:
    """Read every file of a folder through the child process and compare."""
    known = _references(reference) if reference else []
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [_row(path, folder, known) for path in paths]


def _row(path: Path, folder: Path, known: list[dict[str, Any]]) -> Row:
    started = time.perf_counter()
    name = str(path.relative_to(folder))
    try:
        document = read_isolated(path, path.name)
    except DocumentUnreadable as error:
        seconds = time.perf_counter() - started
        return Row(name, f"{error.code}: {error.message}", seconds)
    row = Row(name, "ok", time.perf_counter() - started, document.title)
    if document.needs_ocr:
        row.state = "needs_ocr"
    for key in (*FIELDS, "published_on"):
        found = getattr(document.metadata, key)
        row.values[key] = found.value if found else ""
    _compare(row, document, path, known)
    return row


def _references(path: Path) -> list[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    known = [json.loads(line) for line in lines if line.strip()]
    for item in known:
        item["triples"] = _triples(item["text"])
    return known


def _triples(text: str) -> set[str]:
    text = re.sub(r"\W+", "", text)
    return {text[i : i + 3] for i in range(len(text) - 2)}


def _compare(row: Row, document: ParsedDocument, path: Path, known: list[dict[str, Any]]) -> None:
    mine = _triples(document.markdown)
    if not known or not mine:
        return
    scores = [len(mine & item["triples"]) / max(len(item["triples"]), 1) for item in known]
    best = max(range(len(known)), key=lambda i: scores[i])
    if scores[best] < _ENOUGH:
        return
    item = known[best]
    row.reference = str(item.get("id") or item["title"])
    page = re.sub(r"\s+", "", decode(path.read_bytes())[0])
    for key in FIELDS:
        expected = str(item.get(key) or "")
        is_read = key in _BY_HAND and key in item and bool(expected or row.values[key])
        if is_read or (expected and _prints(page, key, expected)):
            row.expected[key] = expected
            row.right[key] = same(key, row.values[key], expected)


def _prints(page: str, key: str, expected: str) -> bool:
    if key in _BY_HAND:
        return False
    if key == "issued_on":
        year, month, day = (int(part) for part in expected.split("-"))
        forms = (f"{year}年{month}月{day}日", f"{year}年{month:02}月{day:02}日", expected)
        return any(form in page for form in forms)
    if key == "issuing_authority":
        # A web site that is named as the source is no authority.
        leading = re.split("[、（]", expected)[0]
        return leading in page and is_organ_line(leading)
    return expected in normal_number(page)


def same(key: str, found: str, expected: str) -> bool:
    """Compare a value with the reference; of joint authorities the leading one must agree."""
    if key == "document_number":
        return normal_number(found) == normal_number(expected)
    if key == "issuing_authority":
        return re.split("[、（]", found)[0] == re.split("[、（]", expected)[0]
    return found == expected


def summary(rows: list[Row]) -> dict[str, Any]:
    """Return counts and shares."""
    shares: dict[str, Any] = {}
    for key in FIELDS:
        judged = [row for row in rows if key in row.right]
        right = sum(row.right[key] for row in judged)
        found = sum(bool(row.values[key]) for row in judged)
        printed = sum(bool(row.expected[key]) for row in judged)
        shares[key] = {
            "right": right,
            "found": found,
            "printed": printed,
            "precision": round(right / found, 4) if found else None,
            "recall": round(right / printed, 4) if printed else None,
        }
    read = sum(row.state == "ok" for row in rows)
    return {"files": len(rows), "read": read, "refused": len(rows) - read, **shares}


def main(arguments: list[str] | None = None) -> int:
    """Print one line a file and the shares; exit 0."""
    parser = argparse.ArgumentParser(prog="docs_import.measure", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    rows = measure(options.folder, options.reference)
    if options.json:
        result = {"summary": summary(rows), "rows": [asdict(row) for row in rows]}
        sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
        return 0
    for row in rows:
        sys.stdout.write(_line(row) + "\n")
    for line in _shares(summary(rows)):
        sys.stdout.write(line + "\n")
    return 0


def _shares(counts: dict[str, Any]) -> list[str]:
    read, files = counts["read"], counts["files"]
    lines = [f"files read: {read} of {files}"]
    for key in FIELDS:
        share = counts[key]
        lines += [
            f"{key} precision: {share['precision']} (>= {PRECISION}), "
            f"{share['right']} of {share['found']} found",
            f"{key} recall: {share['recall']} (>= {RECALL}), "
            f"{share['right']} of {share['printed']} printed",
        ]
    return lines


def _line(row: Row) -> str:
    parts = [row.file, row.state, row.title, *row.values.values(), row.reference]
    wrong = [f"{key} 应为 {row.expected[key]}" for key, ok in row.right.items() if not ok]
    return " | ".join([*parts, f"{row.seconds:.2f}s", *wrong])


if __name__ == "__main__":
    raise SystemExit(main())
