"""How much of the text of digital files the readers find.

`python -m docs_import.recall DIR [--reference CORPUS.jsonl] [--json]`

Prints one line a file: the share of the reference's characters found (in any order, as often as
they stand there) and of its runs of three. White space, punctuation and widths do not count. The
reference is the text of the corpus that shares most with the file, or without a corpus what
another way of reading gives (`docs_import.recall_reference`). The exit code is 1 when a file is
below the bar.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from docs_import.document import ParsedDocument
from docs_import.errors import DocumentUnreadable
from docs_import.isolated import read_isolated
from docs_import.recall_reference import reference_text

BAR = 0.99
_SAME = 0.5  # share of runs of three that makes a text of the corpus the file's


@dataclass(frozen=True)
class Row:
    """One file.

    :ivar state: read, refused with its code and sentence, or why it is not judged.
    :ivar characters: of the reference, without white space and punctuation.
    :ivar found: share of them found, 0 to 1; None when not judged. `runs` likewise.
    """

    file: str
    state: str
    seconds: float
    characters: int = 0
    found: float | None = None
    runs: float | None = None
    reference: str = ""


def measure(folder: Path, corpus: Path | None = None) -> list[Row]:
    """Read every file of a folder through the child process and compare."""
    known = _corpus(corpus) if corpus else []
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [_row(path, folder, known) for path in paths]


def _row(path: Path, folder: Path, known: Sequence[dict[str, Any]]) -> Row:
    name, began = str(path.relative_to(folder)), time.perf_counter()
    try:
        document = read_isolated(path, path.name)
    except DocumentUnreadable as error:
        return Row(name, f"{error.code}：{error.message}", time.perf_counter() - began)
    seconds = time.perf_counter() - began
    if document.needs_ocr:
        return Row(name, "扫描件，由文字识别计量", seconds)
    text = normal(plain_text(document))
    where, reference = _reference(path, text, known)
    if reference is None:
        return Row(name, "已读，没有参照文本", seconds)
    wanted = normal(reference)
    return Row(
        name, "已读", seconds, len(wanted), share(wanted, text, 1), share(wanted, text, 3), where
    )


def _corpus(path: Path) -> list[dict[str, Any]]:
    known = []
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            item = json.loads(line)
            item["runs"] = set(_runs(normal(item["text"]), 3))
            known.append(item)
    return known


def _reference(path: Path, text: str, known: Sequence[dict[str, Any]]) -> tuple[str, str | None]:
    if not known:
        return "", reference_text(path)
    mine = set(_runs(text, 3))
    scores = [len(mine & item["runs"]) / max(len(item["runs"]), 1) for item in known]
    if max(scores) >= _SAME:
        item = known[scores.index(max(scores))]
        return str(item.get("id") or item["title"]), item["text"]
    return "", None


def plain_text(document: ParsedDocument) -> str:
    """Return what a document says, without the marks of Markdown."""
    body = re.sub(r"<!--.*?-->|<br>", " ", document.markdown)
    rows = [
        " ".join([r.title, r.body, *map(str, r.facts.values()), *r.variants, *r.values.values()])
        for r in document.records
    ]
    return "\n".join([document.title, body, *rows])


def normal(text: str) -> str:
    """Return the letters, digits and Chinese of a text in one width."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\W_]+", "", text).casefold()


def share(wanted: str, found: str, length: int) -> float:
    """Return the share of the runs of `length` characters that are found, each as often."""
    runs, have = Counter(_runs(wanted, length)), Counter(_runs(found, length))
    return (runs & have).total() / runs.total() if runs else 1.0


def _runs(text: str, length: int) -> list[str]:
    return [text[at : at + length] for at in range(len(text) - length + 1)]


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """Return counts, the weighted share, and the files below the bar."""
    judged = [row for row in rows if row.found is not None]
    characters = sum(row.characters for row in judged)
    found = sum(row.characters * (row.found or 0.0) for row in judged)
    return {
        "files": len(rows),
        "judged": len(judged),
        "characters": characters,
        "found": round(found / characters, 4) if characters else None,
        "bar": BAR,
        "below": [row.file for row in judged if (row.found or 0.0) < BAR],
    }


def main(arguments: list[str] | None = None) -> int:
    """Print one line a file and the summary; 1 when a file is below the bar."""
    parser = argparse.ArgumentParser(prog="docs_import.recall", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    rows = measure(options.folder, options.reference)
    result = summary(rows)
    if options.json:
        rows_json = [asdict(row) for row in rows]
        text = json.dumps({"summary": result, "rows": rows_json}, ensure_ascii=False, indent=1)
        sys.stdout.write(text + "\n")
    else:
        for row in rows:
            sys.stdout.write(_line(row) + "\n")
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    return 1 if result["below"] else 0


def _line(row: Row) -> str:
    if row.found is None or row.runs is None:
        return f"{row.file} | {row.state} | {row.seconds:.2f}s"
    shares = f"字 {row.found:.4f} | 三字 {row.runs:.4f}"
    return f"{row.file} | {row.state} | {row.characters} | {shares} | {row.seconds:.2f}s"


if __name__ == "__main__":
    raise SystemExit(main())
