"""Search speed beside other engines: the same passages, tokens and questions, one process.

    python -m bench.search --passages 20000 [--queries FILE] [--peers tantivy,fts5,whoosh] --json

Every engine gets the question as the same list of terms (search-mode words, joined by OR) and
returns the ids of the ten best passages or items. Ours is measured twice: `ours` is the whole
search (reading the question, filters, evidence), `ours_terms` scores the same plain terms as
the peers. A peer that is not installed is skipped and named.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bench.corpus import Passage, read_passages, read_questions
from bench.peers import PEERS, Peer
from indexer.engine import Filters
from indexer.errors import InvalidQuery
from indexer.lexicon import default_lexicon
from indexer.metrics import percentile
from indexer.normalise import normalise
from indexer.query import Alternative, Concept, Understood
from indexer.rank import Scorer, TermPostings, top_items
from indexer.records import ItemRecord, PassageRecord
from indexer.segment import Segmenter, build_segmenter, search_words
from indexer.whoosh_engine import WhooshEngine

BATCH_ITEMS = 300
PASSAGES_PER_ITEM = 10


def rss_mb() -> float:
    """Resident memory of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def folder_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def timed(ask: Callable[[Any], object], questions: Sequence[Any]) -> dict[str, float]:
    """Ask every question once for warming and once for measuring; milliseconds."""
    for question in questions:
        ask(question)
    times = []
    for question in questions:
        began = time.perf_counter()
        ask(question)
        times.append((time.perf_counter() - began) * 1000)
    return {
        "p50_ms": percentile(times, 0.50),
        "p95_ms": percentile(times, 0.95),
        "p99_ms": percentile(times, 0.99),
        "mean_ms": sum(times) / len(times),
    }


def records(passages: Sequence[Passage]) -> list[ItemRecord]:
    """Passages of one document as items of a few passages each."""
    out = []
    for at in range(0, len(passages), PASSAGES_PER_ITEM):
        part = passages[at : at + PASSAGES_PER_ITEM]
        texts = tuple(PassageRecord(n, "", passage.text) for n, passage in enumerate(part))
        out.append(ItemRecord(f"item-{at}", 1, "policy", part[0].title, texts))
    return out


def measure_ours(
    passages: Sequence[Passage],
    questions: Sequence[str],
    terms: Sequence[list[str]],
    segmenter: Segmenter,
    folder: Path,
) -> dict[str, dict[str, float]]:
    """Build our index and measure it both ways."""
    before = rss_mb()
    engine = WhooshEngine.create(folder, segmenter)
    began = time.perf_counter()
    items = records(passages)
    for marker, at in enumerate(range(0, len(items), BATCH_ITEMS), start=1):
        engine.apply(items[at : at + BATCH_ITEMS], [], marker=marker)
    size = {"index_s": time.perf_counter() - began, "index_mb": folder_mb(folder)}
    filters = Filters(as_of=date.today())

    def whole(question: str) -> object:
        try:
            return engine.search(question, filters)
        except InvalidQuery:
            return None

    ours = size | timed(whole, questions)
    plain = size | timed(lambda words: plain_search(engine, words), terms)
    memory = {"rss_mb": rss_mb() - before}
    engine.close()
    return {"ours": ours | memory, "ours_terms": plain | memory}


def plain_search(engine: WhooshEngine, words: Sequence[str]) -> list[int]:
    """The ten best passages for plain terms, as the peers do it."""
    view = engine._readers.current()
    collection = view.collection

    def lookup(group: str, term: str) -> TermPostings:
        return collection.postings(view.leaves, group, term)

    concepts = tuple(
        Concept(word, 1.0, (Alternative((word,), "exact", word),)) for word in dict.fromkeys(words)
    )
    scores = Scorer(collection.layout, lookup, engine.weights).score(Understood("", concepts, ()))
    return [int(n) for n in top_items(scores.passages, scores.passages > 0, 10)]


def run(count: int, queries: Path | None, peers: Sequence[str]) -> dict[str, Any]:
    """All engines over one corpus; the report that `--json` prints."""
    passages, source = read_passages(count)
    questions = read_questions(queries)
    segmenter = build_segmenter(default_lexicon().user_words)
    terms = [search_words(segmenter, normalise(question)) for question in questions]
    tokens = [search_words(segmenter, normalise(passage.text)) for passage in passages]
    report: dict[str, Any] = {
        "corpus": source,
        "passages": len(passages),
        "queries": len(questions),
        "engines": {},
        "skipped": {},
    }
    with tempfile.TemporaryDirectory() as folder:
        ours = Path(folder, "ours")
        report["engines"] |= measure_ours(passages, questions, terms, segmenter, ours)
        for name in peers:
            made = measure_peer(PEERS[name], tokens, terms, Path(folder, name))
            report["skipped" if isinstance(made, str) else "engines"][name] = made
    report["ratios"] = ratios(report["engines"])
    return report


def measure_peer(
    peer: type[Peer], tokens: Sequence[list[str]], terms: Sequence[list[str]], folder: Path
) -> dict[str, float] | str:
    """A peer's figures, or why it was skipped."""
    before = rss_mb()
    folder.mkdir()
    began = time.perf_counter()
    try:
        engine = peer(folder, tokens)
    except ModuleNotFoundError as error:
        return f"not installed: {error.name}"
    size = {"index_s": time.perf_counter() - began, "index_mb": folder_mb(folder)}
    return size | timed(engine.search, terms) | {"rss_mb": rss_mb() - before}


def ratios(engines: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """ours / peer for each measure (below 1: ours is faster or smaller)."""
    keys = ("p50_ms", "p95_ms", "p99_ms", "mean_ms", "index_s", "index_mb")
    return {
        f"{mine}/{name}": {key: round(engines[mine][key] / figures[key], 3) for key in keys}
        for mine in ("ours", "ours_terms")
        for name, figures in engines.items()
        if name not in ("ours", "ours_terms")
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--passages", type=int, required=True)
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--peers", default="tantivy,fts5,whoosh")
    parser.add_argument("--json", action="store_true", help="the same report on one line")
    options = parser.parse_args(arguments)
    peers = [name for name in options.peers.split(",") if name]
    unknown = [name for name in peers if name not in PEERS]
    if options.passages < 1 or unknown:
        parser.error(f"unknown peers {unknown}" if unknown else "--passages must be at least 1")
    report = run(options.passages, options.queries, peers)
    print(json.dumps(report, ensure_ascii=False, indent=None if options.json else 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
