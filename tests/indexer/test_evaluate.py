from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from indexer import evaluate, metrics
from indexer.errors import IndexerError


def test_reciprocal_rank_stops_at_k() -> None:
    assert metrics.reciprocal_rank(["x", "a"], {"a"}) == 0.5
    assert metrics.reciprocal_rank(["x"] * 10 + ["a"], {"a"}) == 0.0


def test_ndcg_by_hand() -> None:
    # Relevant at ranks 2 and 3; ideal is ranks 1 and 2.
    gained = 1 / math.log2(3) + 1 / math.log2(4)
    ideal = 1 + 1 / math.log2(3)
    assert metrics.ndcg(["x", "a", "b"], {"a", "b"}) == pytest.approx(gained / ideal)
    assert metrics.ndcg(["x"], set()) == 0.0


def test_hits_and_recall() -> None:
    assert (metrics.hit(["x", "a"], {"a"}, 1), metrics.hit(["x", "a"], {"a"}, 3)) == (0.0, 1.0)
    assert metrics.recall(["a", "x"], {"a", "b"}) == 0.5


def test_an_answer_hits_with_four_of_five_pairs() -> None:
    # 每月发放一千 has the pairs 每月 月发 发放 放一 一千.
    assert metrics.answer_hit("每月发放一百", "每月发放一千")
    assert not metrics.answer_hit("每月发给一百", "每月发放一千")
    assert metrics.answer_hit("x" * 300, "x" * 300 + "y" * 900)
    assert metrics.answer_hit("共3元", "3")


def test_percentiles_are_nearest_rank() -> None:
    assert metrics.percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert metrics.percentile([4.0, 1.0, 3.0, 2.0], 0.95) == 4.0
    assert metrics.percentile([], 0.5) == 0.0


def test_figures_by_hand() -> None:
    queries = [
        {"id": "1", "relevant": ["a"], "answer": "十元"},
        {"id": "2", "relevant": ["b"], "answer": None},
        {"id": "3", "relevant": [], "answer": None},
        {"id": "4", "relevant": [], "answer": None},
    ]
    runs: list[dict[str, Any]] = [
        {"results": [{"id": "a", "answer": "十元"}], "answered": True, "ms": 1.0},
        {
            "results": [{"id": "x", "answer": ""}, {"id": "b", "answer": ""}],
            "answered": False,
            "ms": 3.0,
        },
        {"results": [], "answered": False, "ms": 2.0},
        {"results": [{"id": "x", "answer": ""}], "answered": True, "ms": 4.0},
    ]  # fmt: skip
    figures = evaluate.summarise(queries, runs)
    assert (figures["queries"], figures["judged"]) == (4, 2)
    assert figures["mrr@10"] == 0.75
    assert (figures["hit@1"], figures["hit@3"]) == (0.5, 1.0)
    assert figures["answer_hit@1"] == 1.0
    # Refused 2 and 3; 3 and 4 should be.
    assert (figures["refusal_precision"], figures["refusal_recall"]) == (0.5, 0.5)
    assert figures["wrongly_refused"] == 0.5
    assert (figures["p50_ms"], figures["p95_ms"]) == (2.0, 4.0)


@dataclass
class _Cut:
    ordinal: int
    heading_path: str
    text: str


def cut_by_line(title: str, text: str) -> list[_Cut]:
    return [_Cut(number, "", line) for number, line in enumerate(text.split("\n"))]


def _write(path: Path, *lines: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return path


def test_the_command_writes_the_run_and_prints_one_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = _write(
        tmp_path / "c.jsonl",
        {"id": "a", "title": "停水通知", "text": "滨河路停水。\n恢复时间为周五。"},
    )
    more = _write(tmp_path / "m.jsonl", {"id": "b", "title": "停电通知", "text": "学府路停电。"})
    queries = _write(
        tmp_path / "q.jsonl",
        {
            "id": "1",
            "query": "滨河路停水",
            "relevant": ["a"],
            "answer": "滨河路停水",
            "kind": "keyword",
        },
        {"id": "2", "query": "？？", "relevant": [], "answer": None},
    )
    run = tmp_path / "run.jsonl"
    code = evaluate.main(
        ["--corpus", str(corpus), "--queries", str(queries), "--run", str(run),
         "--distractors", str(more), "--cutter", f"{__name__}:cut_by_line"]
    )  # fmt: skip
    figures = json.loads(capsys.readouterr().out)
    assert (code, figures["items"], figures["passages"]) == (0, 2, 3)
    assert figures["hit@1"] == figures["answer_hit@1"] == figures["refusal_recall"] == 1.0
    assert figures["kinds"]["keyword"]["hit@1"] == 1.0
    first, second = map(json.loads, run.read_text("utf-8").splitlines())
    assert first["results"][0]["id"] == "a"
    assert set(first) == {"id", "results", "answered", "ms"}
    assert (second["results"], second["answered"]) == ([], False)


def test_judgements_do_not_influence_a_run(tmp_path: Path) -> None:
    corpus = _write(tmp_path / "c.jsonl", {"id": "a", "title": "停水通知", "text": "滨河路停水。"})
    runs = []
    for relevant in (["a"], ["nothing"]):
        line = {"id": "1", "query": "停水", "relevant": relevant, "answer": relevant[0]}
        out = tmp_path / "r.jsonl"
        evaluate.evaluate([corpus], _write(tmp_path / "q.jsonl", line), out, cut_by_line)
        runs.append({k: v for k, v in json.loads(out.read_text("utf-8")).items() if k != "ms"})
    assert runs[0] == runs[1]


def test_a_run_without_synonyms_shows_what_they_are_worth(tmp_path: Path) -> None:
    corpus = _write(
        tmp_path / "c.jsonl",
        {"id": "shore", "title": "滨河步道开放公告", "text": "步道每日开放。"},
        {"id": "lender", "title": "住房出租须知", "text": "出租人应当按时交付住房。"},
    )
    queries = _write(
        tmp_path / "q.jsonl", {"id": "1", "query": "房东", "relevant": ["lender"], "answer": None}
    )
    found = []
    for extra in ([], ["--without", "synonyms"]):
        out = tmp_path / "run.jsonl"
        files = ["--corpus", str(corpus), "--queries", str(queries), "--run", str(out)]
        assert evaluate.main([*files, "--cutter", f"{__name__}:cut_by_line", *extra]) == 0
        found.append([hit["id"] for hit in json.loads(out.read_text("utf-8"))["results"]])
    assert found == [["lender"], []]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text('{"id": 1}\n{oops\n', "utf-8")
    with pytest.raises(IndexerError, match=r"c\.jsonl 第 2 行"):
        list(evaluate.read_lines(tmp_path / "c.jsonl"))
    with pytest.raises(IndexerError, match="找不到切分函数"):
        evaluate.load_cutter("nowhere:cut")


DATA = Path(os.environ.get("BENCH_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")


@pytest.mark.skipif(not (DATA / "guangzhou").is_dir(), reason="no judged questions (BENCH_DATA)")
def test_callers_questions_find_real_policy_documents(tmp_path: Path) -> None:
    figures = evaluate.evaluate(
        [DATA / "guangzhou" / "corpus.jsonl"],
        DATA / "guangzhou" / "queries.jsonl",
        tmp_path / "run.jsonl",
        evaluate.load_cutter(evaluate.DEFAULT_CUTTER),
    )
    # Just under the figures reached: a change that loses a question says so. Word lists hold no
    # wording of these questions; docs/relevance.md has the figures.
    floors = {
        "spoken": 0.89,
        "keyword": 0.99,
        "filler": 0.91,
        "typo": 0.83,
        "pinyin": 0.92,
        "reworded": 0.95,
    }
    reached = {kind: figures["kinds"][kind]["hit@1"] for kind in floors}
    assert all(reached[kind] >= floor for kind, floor in floors.items()), reached
    assert figures["answer_hit@1"] >= 0.6
    # Both ways of a wrong verdict: a caller turned away, and a near entry read out.
    assert figures["wrongly_refused"] <= 0.05
    assert figures["refusal_recall"] >= 0.43
