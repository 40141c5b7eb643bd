"""Judged questions through the production path: index, analysis, query, answer.

    python -m indexer.evaluate --corpus C.jsonl --queries Q.jsonl --run RUN.jsonl
        [--distractors MORE.jsonl ...] [--engine whoosh] [--cutter docs_import.structure:cut_text]
        [--without synonyms]     what the shipped word list is worth: the same run without it

The cutter (text → passages) belongs to another library, so it is named, not imported.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from .answer import PassageText, best_answer
from .engine import Engine, Filters, Hit
from .errors import IndexerError, InvalidQuery
from .lexicon import Lexicon, default_lexicon
from .metrics import answer_hit, hit, ndcg, percentile, recall, reciprocal_rank
from .query import Understood
from .records import ItemRecord, PassageRecord
from .segment import build_segmenter
from .whoosh_engine import WhooshEngine

DEFAULT_CUTTER = "docs_import.structure:cut_text"
RESULTS = 10


class CutPassage(Protocol):
    """What a cutter returns for each passage."""

    ordinal: int
    heading_path: Any
    text: str


Cutter = Callable[[str, str], Sequence[CutPassage]]


@dataclass
class Corpus:
    """The passages that answers are taken from, as a database would hold them."""

    texts: dict[str, dict[int, PassageText]]
    titles: dict[str, str] = field(default_factory=dict)
    items: int = 0
    passages: int = 0


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON objects of a JSON Lines file.

    :raises IndexerError: a line is not one; names file and line.
    """
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise IndexerError(f"{path.name} 第 {number} 行不是有效的 JSON。") from error


def record_of(entry: Mapping[str, Any], cut: Cutter) -> ItemRecord:
    """A corpus line as the record that publishing it would index."""
    title = str(entry["title"])
    passages = tuple(
        PassageRecord(passage.ordinal, _heading(passage.heading_path), passage.text)
        for passage in cut(title, str(entry["text"]))
    )
    issued = entry.get("issued_on")
    return ItemRecord(
        item_id=str(entry["id"]),
        rev=1,
        kind=str(entry.get("kind") or "policy"),
        title=title,
        passages=passages or (PassageRecord(0, "", title),),
        variants=tuple(entry.get("variants") or ()),
        document_number=str(entry.get("document_number") or ""),
        issuing_authority=str(entry.get("issuing_authority") or ""),
        issued_on=date.fromisoformat(issued) if issued else None,
    )


def _heading(path: object) -> str:
    return path if isinstance(path, str) else " / ".join(path)  # type: ignore[arg-type]


def index_corpus(engine: Engine, entries: Iterable[Mapping[str, Any]], cut: Cutter) -> Corpus:
    """Index every entry, as a rebuild does."""
    corpus = Corpus({})
    engine.build(_kept(entries, cut, corpus), marker=1)
    return corpus


def _kept(
    entries: Iterable[Mapping[str, Any]], cut: Cutter, corpus: Corpus
) -> Iterator[ItemRecord]:
    for entry in entries:
        record = record_of(entry, cut)
        corpus.texts[record.item_id] = {
            p.ordinal: PassageText(p.ordinal, p.heading_path, p.text) for p in record.passages
        }
        corpus.titles[record.item_id] = record.title
        corpus.items += 1
        corpus.passages += len(record.passages)
        yield record


def answer_of(understood: Understood, found: Hit, corpus: Corpus) -> str:
    """Exactly what the card shows for this hit."""
    texts = corpus.texts[found.item_id]
    candidates = [texts[ordinal] for ordinal in (found.ordinal, *found.more)]
    return best_answer(understood, candidates, title=corpus.titles[found.item_id])[1].text


def run_query(engine: Engine, corpus: Corpus, query: Mapping[str, Any]) -> dict[str, Any]:
    """Ask one question once; only its text is looked at."""
    began = time.perf_counter()
    try:
        result = engine.search(str(query["query"]), Filters(as_of=date.today()), RESULTS)
    except InvalidQuery:
        return {"id": query["id"], "results": [], "answered": False, "ms": _ms(began)}
    results = [
        {
            "id": found.item_id,
            "score": round(found.score, 4),
            "answer": answer_of(result.understood, found, corpus),
        }
        for found in result.hits
    ]
    return {"id": query["id"], "results": results, "answered": result.answered, "ms": _ms(began)}


def _ms(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 3)


def summarise(
    queries: Sequence[Mapping[str, Any]], runs: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """The metrics over all queries; ranking over those with a relevant entry, refusal over all."""
    pairs = list(zip(queries, runs, strict=True))
    judged = [(_ids(run), set(query["relevant"])) for query, run in pairs if query["relevant"]]
    golds = [(run, query["answer"]) for query, run in pairs if query.get("answer")]
    refused = [not run["answered"] for _, run in pairs]
    should = [not query["relevant"] for query, _ in pairs]
    right = sum(did and ought for did, ought in zip(refused, should, strict=True))
    times = [run["ms"] for run in runs]
    return {
        "queries": len(pairs),
        "judged": len(judged),
        "mrr@10": _mean(reciprocal_rank(ids, relevant) for ids, relevant in judged),
        "ndcg@10": _mean(ndcg(ids, relevant) for ids, relevant in judged),
        "hit@1": _mean(hit(ids, relevant, 1) for ids, relevant in judged),
        "hit@3": _mean(hit(ids, relevant, 3) for ids, relevant in judged),
        "recall@10": _mean(recall(ids, relevant) for ids, relevant in judged),
        "answer_hit@1": _mean(float(answer_hit(_shown(run), gold)) for run, gold in golds),
        "refusal_precision": right / sum(refused) if any(refused) else None,
        "refusal_recall": right / sum(should) if any(should) else None,
        "wrongly_refused": (sum(refused) - right) / len(judged) if judged else None,
        "p50_ms": percentile(times, 0.50),
        "p95_ms": percentile(times, 0.95),
    }


def _ids(run: Mapping[str, Any]) -> list[str]:
    return [result["id"] for result in run["results"]]


def _shown(run: Mapping[str, Any]) -> str:
    return run["results"][0]["answer"] if run["results"] else ""


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else None


def by_kind(
    queries: Sequence[Mapping[str, Any]], runs: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The same metrics for each `kind` of query, where the queries name kinds."""
    kinds = dict.fromkeys(str(query["kind"]) for query in queries if query.get("kind"))
    return {
        kind: summarise(
            [q for q in queries if q.get("kind") == kind],
            [r for q, r in zip(queries, runs, strict=True) if q.get("kind") == kind],
        )
        for kind in kinds
    }


def evaluate(
    corpus_files: Sequence[Path],
    queries_file: Path,
    run_file: Path,
    cut: Cutter,
    lexicon: Lexicon | None = None,
) -> dict[str, Any]:
    """Index, ask, write the RUN file and return the figures.

    :param lexicon: the word lists to ask with, the shipped ones if not given.
    """
    lexicon = lexicon or default_lexicon()
    segmenter = build_segmenter(lexicon.user_words)
    with tempfile.TemporaryDirectory() as folder:
        engine = WhooshEngine.create(Path(folder, "index"), segmenter, lexicon)
        try:
            began = time.perf_counter()
            entries = (entry for path in corpus_files for entry in read_lines(path))
            corpus = index_corpus(engine, entries, cut)
            index_seconds = time.perf_counter() - began
            queries = list(read_lines(queries_file))
            runs = [run_query(engine, corpus, query) for query in queries]
        finally:
            engine.close()
    with run_file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(run, ensure_ascii=False) + "\n" for run in runs)
    figures = summarise(queries, runs)
    figures |= {
        "items": corpus.items,
        "passages": corpus.passages,
        "index_seconds": round(index_seconds, 2),
    }
    return figures | {"kinds": by_kind(queries, runs)}


def load_cutter(name: str) -> Cutter:
    """`module:function` → the function.

    :raises IndexerError: there is no such module or function.
    """
    module, _, function = name.partition(":")
    try:
        cutter: Cutter = getattr(import_module(module), function)
        return cutter
    except (ImportError, AttributeError, ValueError) as error:
        raise IndexerError(f"找不到切分函数 {name}，请用 --cutter 指定 模块:函数。") from error


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m indexer.evaluate", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--distractors", type=Path, nargs="*", default=[])
    parser.add_argument("--engine", choices=["whoosh"], default="whoosh")
    parser.add_argument("--cutter", default=DEFAULT_CUTTER)
    parser.add_argument("--without", choices=["synonyms"])
    options = parser.parse_args(arguments)
    lexicon = default_lexicon()
    if options.without == "synonyms":
        lexicon = replace(lexicon, synonyms=())
    try:
        figures = evaluate(
            [options.corpus, *options.distractors],
            options.queries,
            options.run,
            load_cutter(options.cutter),
            lexicon,
        )
    except (IndexerError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
