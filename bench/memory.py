"""Memory of one worker: open an index, warm it, ask questions from several threads.

    python -m bench.memory INDEX_FOLDER [QUERIES.jsonl]

Prints one JSON line: resident megabytes after opening, after warming and after the questions,
and the milliseconds of the first question. A process of its own, so that nothing else counts.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path

from bench.corpus import read_questions
from indexer.engine import Filters
from indexer.errors import InvalidQuery
from indexer.lexicon import default_lexicon
from indexer.segment import build_segmenter
from indexer.whoosh_engine import WhooshEngine

THREADS = 4


def rss_mb() -> float:
    """Resident memory of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def measure(folder: Path, questions: Sequence[str]) -> dict[str, float]:
    """Everything one worker does, in order."""
    engine = WhooshEngine.open(folder, build_segmenter(default_lexicon().user_words))
    filters = Filters(as_of=date.today())

    def ask(question: str) -> float:
        began = time.perf_counter()
        with suppress(InvalidQuery):
            engine.search(question, filters)
        return (time.perf_counter() - began) * 1000

    out = {"opened_mb": rss_mb()}
    began = time.perf_counter()
    engine.warm()
    out |= {"warm_s": round(time.perf_counter() - began, 2), "warm_mb": rss_mb()}
    first = [ask(question) for question in questions[:30]]
    out |= {"first_ms": round(first[0], 1), "first_30_max_ms": round(max(first), 1)}
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(ask, questions))
    out |= {"asked_mb": rss_mb()}
    engine.close()
    return out


def main(arguments: Sequence[str]) -> int:
    questions = read_questions(Path(arguments[1]) if len(arguments) > 1 else None)
    print(json.dumps(measure(Path(arguments[0]), questions)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
