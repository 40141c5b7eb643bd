"""How fast the index is built, beside other engines in the same run.

    python -m bench.index --passages 100000 [--peers tantivy,whoosh] [--processes N] [--json]

`ours` is a full rebuild as `kb rebuild-index` makes it, from texts: normalising, cutting, words,
character pairs, sounds, columns, synced to disk. The peers are given the words ready cut (their
time without cutting is `index_s`, cutting alone in one process is `cutting_s`) and index nothing
else. `publish_ms` is one more entry of ten passages from apply to found by a search; the first
figure is the median, the second the slowest of twenty-four, the first one of the process
included. After each the index is merged as the worker does; `merge_ms_most` is the longest that
a publication may have to wait for. A peer that is not installed is named.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from bench.corpus import Passage, read_passages
from bench.peers import PEERS, Peer
from bench.search import folder_mb, records
from indexer.engine import Filters
from indexer.lexicon import default_lexicon
from indexer.normalise import normalise
from indexer.records import ItemRecord, PassageRecord
from indexer.segment import Segmenter, build_segmenter, search_words
from indexer.whoosh_engine import WhooshEngine
from kb.outbox.merging import AT_MOST

_PUBLISHED = 24


def measure_ours(
    passages: Sequence[Passage], segmenter: Segmenter, folder: Path, processes: int | None
) -> dict[str, float]:
    """Build our index, then publish some more entries one by one."""
    items = records(passages)
    engine = WhooshEngine.create(folder, segmenter)
    began = time.perf_counter()
    engine.build(items, marker=1, progress=_show(len(passages)), processes=processes)
    seconds = time.perf_counter() - began
    figures = {
        "index_s": round(seconds, 2),
        "passages_per_s": round(len(passages) / seconds, 1),
        "index_mb": round(folder_mb(folder), 1),
        "rss_mb": round(_peak_mb(resource.RUSAGE_SELF)),
        "rss_mb_each_process": round(_peak_mb(resource.RUSAGE_CHILDREN)),
        "cpu_s": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, 1),
    }
    took, merging = [], []
    for number in range(_PUBLISHED):
        took.append(_publish(engine, number, items[number % len(items)]))
        merging.append(_merge(engine))
    engine.close()
    return figures | {
        "publish_ms": round(median(took)),
        "publish_ms_most": round(max(took)),
        "merge_ms_most": round(max(merging)),
    }


def _publish(engine: WhooshEngine, number: int, like: ItemRecord) -> float:
    """Milliseconds from apply to found."""
    texts = [f"{passage.text}第{number}次试验" for passage in like.passages]
    passages = tuple(PassageRecord(n, "", text) for n, text in enumerate(texts))
    item = ItemRecord(f"published-{number}", 1, "notice", f"新发布{number}号", passages)
    began = time.perf_counter()
    engine.apply([item], [], marker=2 + number)
    found = engine.search(f"新发布{number}号", Filters(as_of=date.today())).hits
    if item.item_id not in {hit.item_id for hit in found}:
        raise SystemExit(f"{item.item_id} was published and is not found")
    return (time.perf_counter() - began) * 1000


def _merge(engine: WhooshEngine) -> float:
    """Milliseconds of what the worker does once nothing waits; 0 when nothing was to be merged."""
    began = time.perf_counter()
    merged = engine.merge(at_most=AT_MOST)
    return (time.perf_counter() - began) * 1000 if merged else 0.0


def _show(total: int) -> Any:
    def show(done: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done}/{total}")

    return show


def _peak_mb(whose: int) -> float:
    return resource.getrusage(whose).ru_maxrss / 1024


def measure_peer(
    peer: type[Peer], tokens: Sequence[list[str]], folder: Path
) -> dict[str, float] | str:
    """A peer's figures, or why it was skipped."""
    folder.mkdir()
    began = time.perf_counter()
    try:
        peer(folder, tokens)
    except ModuleNotFoundError as error:
        return f"not installed: {error.name}"
    seconds = time.perf_counter() - began
    return {
        "index_s": round(seconds, 2),
        "passages_per_s": round(len(tokens) / seconds, 1),
        "index_mb": round(folder_mb(folder), 1),
    }


def run(count: int, peers: Sequence[str], processes: int | None) -> dict[str, Any]:
    """All engines over one corpus; the report that is printed."""
    passages, source = read_passages(count)
    segmenter = build_segmenter(default_lexicon().user_words)
    report: dict[str, Any] = {
        "corpus": source,
        "passages": len(passages),
        "cores": len(os.sched_getaffinity(0)),
        "load_before": round(os.getloadavg()[0], 1),
        "engines": {},
        "skipped": {},
    }
    with tempfile.TemporaryDirectory() as scratch:
        ours = measure_ours(passages, segmenter, Path(scratch, "ours"), processes)
        report["engines"]["ours"] = ours
        began = time.perf_counter()
        tokens = [search_words(segmenter, normalise(passage.text)) for passage in passages]
        report["cutting_s"] = round(time.perf_counter() - began, 2)
        for name in peers:
            made = measure_peer(PEERS[name], tokens, Path(scratch, name))
            report["skipped" if isinstance(made, str) else "engines"][name] = made
    report["load_after"] = round(os.getloadavg()[0], 1)
    report["ratios"] = {
        f"ours/{name}": {key: round(ours[key] / figures[key], 2) for key in ("index_s", "index_mb")}
        for name, figures in report["engines"].items()
        if name != "ours"
    }
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.index",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--passages", type=int, required=True)
    parser.add_argument("--peers", default="tantivy,whoosh")
    parser.add_argument("--processes", type=int, help="one for each core unless told")
    parser.add_argument("--json", action="store_true", help="the same report on one line")
    options = parser.parse_args(arguments)
    peers = [name for name in options.peers.split(",") if name]
    unknown = [name for name in peers if name not in PEERS]
    if options.passages < 1 or unknown:
        parser.error(f"unknown peers {unknown}" if unknown else "--passages must be at least 1")
    report = run(options.passages, peers, options.processes)
    print(json.dumps(report, ensure_ascii=False, indent=None if options.json else 2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
