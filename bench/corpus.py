"""Text to measure on: real laws and notices where they are, else the demo city repeated."""

from __future__ import annotations

import json
import lzma
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PASSAGE_CHARS = 300
MAX_QUESTIONS = 300


@dataclass(frozen=True)
class Passage:
    title: str
    text: str


def data_folder() -> Path:
    """`BENCH_DATA`, else `../shared/data` beside the project."""
    return Path(os.environ.get("BENCH_DATA") or ROOT.parent / "shared" / "data")


def read_passages(count: int) -> tuple[list[Passage], str]:
    """The first `count` passages of some 300 characters, and where they came from.

    :raises SystemExit: there is neither data nor a demo city.
    """
    folder = data_folder()
    names = ("ncp/corpus.jsonl", "laws/laws.jsonl.xz", "statutes/corpus.jsonl")
    sources = [folder / name for name in names]
    found = list(islice(_passages(_documents(sources)), count))
    if found:
        return found, str(folder)
    demo = list(_passages(_demo()))
    if not demo:
        raise SystemExit("no data: set BENCH_DATA to a folder with ncp/ and laws/")
    return [demo[at % len(demo)] for at in range(count)], "demo, repeated"


def read_questions(path: Path | None) -> list[str]:
    """Questions of a JSON Lines file (`query`), by default the public ones of `ncp`."""
    path = path or data_folder() / "ncp" / "queries.jsonl"
    if not path.is_file():
        return [passage.text[:18] for passage in islice(_passages(_demo()), MAX_QUESTIONS)]
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line)["query"] for line in islice(lines, MAX_QUESTIONS)]


def _documents(paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        if not path.is_file():
            continue
        opened: Any = lzma.open if path.suffix == ".xz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                entry = json.loads(line)
                yield entry["title"], entry["text"]


def _demo() -> Iterator[tuple[str, str]]:
    """The demo city's own entries: every long string of its knowledge files."""
    for path in sorted((ROOT / "demo" / "knowledge").glob("*.toml")):
        with path.open("rb") as content:
            yield from ((path.stem, text) for text in _strings(tomllib.load(content)))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, str) and len(value) >= 20:
        yield value


def _passages(documents: Iterator[tuple[str, str]]) -> Iterator[Passage]:
    for title, text in documents:
        held = ""
        for line in text.split("\n"):
            held += line.strip() + "\n"
            while len(held) >= PASSAGE_CHARS:
                yield Passage(title, held[:PASSAGE_CHARS])
                held = held[PASSAGE_CHARS:]
        if held.strip():
            yield Passage(title, held)
