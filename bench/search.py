"""Search speed beside other engines: the same passages, tokens and questions, one process.

    python -m bench.search --passages 20000 [--queries FILE] [--peers tantivy,fts5,whoosh] --json

Every engine gets the question as the same list of terms (search-mode words, joined by OR) and
returns the ids of the ten best passages; titles are part of every passage for all of them.
Ours is measured twice: `ours_terms` ranks those plain terms like the peers; `ours` is the whole
search (reading the question, filters, candidates, every feature, hits). Engines take turns
question by question, so that whatever else the machine does touches all alike. A peer that is
not installed is skipped and named. `--index FOLDER` keeps our index there, or uses it again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from bench.corpus import Passage, read_passages, read_questions
from bench.hostile import HOSTILE
from bench.memory import rss_mb
from bench.peers import PEERS, Peer
from indexer.clauses import Space, clauses_of, passages_of, scaled_term
from indexer.engine import Filters
from indexer.errors import InvalidQuery
from indexer.lexicon import default_lexicon
from indexer.metrics import percentile
from indexer.normalise import normalise
from indexer.rank import top_k
from indexer.records import ItemRecord, PassageRecord
from indexer.segment import build_segmenter, search_words
from indexer.whoosh_engine import WhooshEngine

PASSAGES_PER_ITEM = 10
COMMITTED = 10  # entries changed before asking again

Ask = Callable[[int], object]


def folder_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def milliseconds(ask: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    ask(*given)
    return (time.perf_counter() - began) * 1000


def timed(engines: Mapping[str, Ask], questions: int) -> dict[str, dict[str, float]]:
    """Ask every engine every question, once for warming and once for measuring."""
    times: dict[str, list[float]] = {name: [] for name in engines}
    for ask in engines.values():
        for number in range(questions):
            ask(number)
    for number in range(questions):
        for name, ask in engines.items():
            times[name].append(milliseconds(ask, number))
    return {name: summary(values) for name, values in times.items()}


def summary(times: Sequence[float]) -> dict[str, float]:
    return {
        "p50_ms": percentile(times, 0.50),
        "p95_ms": percentile(times, 0.95),
        "p99_ms": percentile(times, 0.99),
        "mean_ms": sum(times) / len(times),
        "max_ms": max(times),
    }


def records(passages: Sequence[Passage]) -> list[ItemRecord]:
    """Passages of one document as items of a few passages each."""
    out = []
    for at in range(0, len(passages), PASSAGES_PER_ITEM):
        part = passages[at : at + PASSAGES_PER_ITEM]
        texts = tuple(PassageRecord(n, "", passage.text) for n, passage in enumerate(part))
        out.append(ItemRecord(f"item-{at}", 1, "policy", part[0].title, texts))
    return out


class Ours:
    """Our engine over a folder, built if it is not there yet."""

    def __init__(self, folder: Path, items: Sequence[ItemRecord]) -> None:
        self.folder, self._items = folder, items
        self._segmenter = build_segmenter(default_lexicon().user_words)
        self._filters = Filters(as_of=date.today())
        self.built = self._build() if not folder.exists() else {}
        self.engine = WhooshEngine.open(folder, self._segmenter)
        self._view = self.engine._readers.current()  # the peers, too, hold one state of theirs

    def _build(self) -> dict[str, float]:
        engine = WhooshEngine.create(self.folder, self._segmenter)
        began = time.perf_counter()
        engine.build(self._items, marker=1)
        engine.close()
        return {"index_s": time.perf_counter() - began, "index_mb": folder_mb(self.folder)}

    def whole(self, question: str) -> object:
        try:
            return self.engine.search(question, self._filters)
        except InvalidQuery:
            return None

    def terms(self, words: Sequence[str]) -> list[int]:
        """The ten best passages for plain terms, as the peers do it."""
        layout, weights = self._view.collection.layout, self.engine.weights
        space = Space(passages_of, layout.passages_live)
        clauses = [
            clause
            for word in dict.fromkeys(words)
            for clause in clauses_of(
                [[scaled_term(self._view.postings("words", word, weights).passages, 1.0, space)]]
            )
        ]
        return list(map(int, top_k(clauses, layout.live, 10).ids))

    def after_start(self, questions: Sequence[str]) -> dict[str, float]:
        """Opened and warmed anew: the first question, and the slowest of the first thirty."""
        self.engine.close()
        self.engine = WhooshEngine.open(self.folder, self._segmenter)
        warm_ms = milliseconds(self.engine.warm)
        times = [milliseconds(self.whole, q) for q in questions[:30]]
        return {"warm_s": warm_ms / 1000, "first_ms": times[0], "first_30_max_ms": max(times)}

    def after_commit(self, questions: Sequence[str]) -> dict[str, float]:
        """Ten entries changed: the first question, and the slowest of all, asked once each."""
        changed = [replace(item, rev=item.rev + 1) for item in self._items[:COMMITTED]]
        marker = self.engine.marker() + 1
        commit_ms = milliseconds(lambda: self.engine.apply(changed, [], marker=marker))
        times = [milliseconds(self.whole, q) for q in questions]
        return {"commit_ms": commit_ms, "first_ms": times[0]} | summary(times)


def memory(folder: Path, queries: Path | None) -> dict[str, float]:
    """What `bench.memory` prints, from a process of its own."""
    command = [sys.executable, "-m", "bench.memory", str(folder)]
    command += [str(queries)] if queries else []
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(printed)
    return found


def run(
    count: int, queries: Path | None, peers: Sequence[str], index: Path | None
) -> dict[str, Any]:
    """All engines over one corpus; the report that `--json` prints."""
    passages, source = read_passages(count)
    questions = read_questions(queries)
    segmenter = build_segmenter(default_lexicon().user_words)
    terms = [search_words(segmenter, normalise(question)) for question in questions]
    report: dict[str, Any] = {
        "corpus": source,
        "passages": len(passages),
        "queries": len(questions),
        "engines": {},
        "skipped": {},
    }
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(index or Path(folder, "ours"), records(passages))
        report["memory"] = memory(ours.folder, queries)
        asks: dict[str, Ask] = {
            "ours": lambda number: ours.whole(questions[number]),
            "ours_terms": lambda number: ours.terms(terms[number]),
        }
        sizes: dict[str, dict[str, float]] = {"ours": ours.built, "ours_terms": ours.built}
        tokens = tokens_of(passages)
        for name in peers:
            made = build_peer(PEERS[name], tokens, Path(folder, name))
            if isinstance(made, str):
                report["skipped"][name] = made
                continue
            engine, sizes[name] = made
            asks[name] = partial(ask_peer, engine, terms)
        for name, figures in timed(asks, len(questions)).items():
            report["engines"][name] = sizes[name] | figures
        report["hostile_max_ms"] = max(milliseconds(ours.whole, t) for t in HOSTILE)
        report["after_start"] = ours.after_start(questions)
        report["after_commit"] = ours.after_commit(questions)
    report["ratios"] = ratios(report["engines"])
    return report


def ask_peer(engine: Peer, terms: Sequence[list[str]], number: int) -> list[int]:
    return engine.search(terms[number])


def tokens_of(passages: Sequence[Passage]) -> list[list[str]]:
    """What every peer is given: the words of a passage under its item's title, as we index it."""
    segmenter = build_segmenter(default_lexicon().user_words)
    out = []
    for at, passage in enumerate(passages):
        title = passages[at - at % PASSAGES_PER_ITEM].title
        out.append(search_words(segmenter, normalise(f"{title}\n{passage.text}")))
    return out


def build_peer(
    peer: type[Peer], tokens: Sequence[list[str]], folder: Path
) -> tuple[Peer, dict[str, float]] | str:
    """A peer with what building it cost, or why it is skipped."""
    before = rss_mb()
    folder.mkdir()
    began = time.perf_counter()
    try:
        engine = peer(folder, tokens)
    except ModuleNotFoundError as error:
        return f"not installed: {error.name}"
    seconds = time.perf_counter() - began
    return engine, {
        "index_s": seconds,
        "index_mb": folder_mb(folder),
        "rss_mb": rss_mb() - before,
    }


def ratios(engines: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """ours / peer for each measure (below 1: ours is faster or smaller)."""
    keys = ("p50_ms", "p95_ms", "p99_ms", "mean_ms", "index_s", "index_mb")
    return {
        f"{mine}/{name}": {
            key: round(engines[mine][key] / figures[key], 3) for key in keys if key in engines[mine]
        }
        for mine in ("ours", "ours_terms")
        for name, figures in engines.items()
        if name not in ("ours", "ours_terms")
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--passages", type=int, required=True)
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--peers", default="tantivy,fts5,whoosh")
    parser.add_argument("--index", type=Path, help="keep our index here, or use it again")
    parser.add_argument("--json", action="store_true", help="the same report on one line")
    options = parser.parse_args(arguments)
    peers = [name for name in options.peers.split(",") if name]
    unknown = [name for name in peers if name not in PEERS]
    if options.passages < 1 or unknown:
        parser.error(f"unknown peers {unknown}" if unknown else "--passages must be at least 1")
    report = run(options.passages, options.queries, peers, options.index)
    print(json.dumps(report, ensure_ascii=False, indent=None if options.json else 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
