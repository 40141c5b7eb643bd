"""A whole index at once, by one process or several: the same index, or none."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.engine import Filters
from indexer.errors import IndexExists, IndexWriteFailed, InvalidRecord
from indexer.records import ItemRecord
from indexer.segment import JiebaSegmenter
from indexer.whoosh_engine import WhooshEngine, building

from .conftest import COLLECTION, DAY, item

MATTERS = ("停水", "停电", "供热", "公租房轮候", "失业保险金", "长者饭堂", "简易注销", "测温退费")
PLACES = ("滨河路", "学府路", "云湖大道", "东门街", "西门街", "北站")
RECORDS = [
    item(
        f"{matter}-{place}-{year}",
        f"{place}{matter}通知{year}",
        *(f"{place}{matter}安排第{n}项：{year}年{n + 1}月办理，请到窗口{n}号。" for n in range(5)),
        variants=(f"{place}什么时候{matter}",),
        kind="notice" if year % 2 else "guide",
    )
    for matter in MATTERS
    for place in PLACES
    for year in range(2020, 2026)
]
ASKED = ("滨河路什么时候停水", "北站供热", "tingdian", "学府路公租房轮候", "窗口3号", "2024年停水")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few records are enough for several processes."""
    monkeypatch.setattr(building, "SMALL", 100)


def build(folder: Path, segmenter: JiebaSegmenter, processes: int) -> WhooshEngine:
    engine = WhooshEngine.create(folder, segmenter)
    engine.build(RECORDS, marker=3, processes=processes)
    return engine


def postings(engine: WhooshEngine, field: str) -> dict[bytes, list[tuple[str, int, float]]]:
    """Term -> entry, passage and count of every posting, over all segments."""
    found: dict[bytes, list[tuple[str, int, float]]] = {}
    for leaf, _ in engine._index.reader().leaf_readers():
        ordinals = leaf.column_reader("ordinal", translate=False)
        for name, term in leaf.all_terms():
            matcher = leaf.postings(name, term) if name == field else None
            while matcher is not None and matcher.is_active():
                document = matcher.id()
                entry = leaf.stored_fields(document)["ref"][0]
                found.setdefault(term, []).append((entry, ordinals[document], matcher.weight()))
                matcher.next()
    return {term: sorted(places) for term, places in found.items()}


def test_two_processes_make_the_index_that_one_makes(
    tmp_path: Path, segmenter: JiebaSegmenter
) -> None:
    one, two = build(tmp_path / "1", segmenter, 1), build(tmp_path / "2", segmenter, 2)
    assert len(two._readers.current().leaves) == 3  # one of each, and the marker
    assert two.manifest() == one.manifest() == {record.item_id: [1] for record in RECORDS}
    assert (two.marker(), two.fingerprint()) == (3, one.fingerprint())
    for field in ("title", "body", "body_grams", "sound"):
        assert postings(two, field) == postings(one, field)
    for text in ASKED:
        results = [engine.search(text, Filters(as_of=DAY), len(RECORDS)) for engine in (one, two)]
        scores = [{h.item_id: round(h.score, 4) for h in result.hits} for result in results]
        assert len(scores[0]) > 5
        assert scores[0] == scores[1]
    one.close()
    two.close()


def test_what_was_built_is_changed_like_any_index(
    tmp_path: Path, segmenter: JiebaSegmenter
) -> None:
    engine = build(tmp_path / "index", segmenter, 2)
    engine.apply([item("new", "新开通地铁一号线")], [RECORDS[0].item_id], marker=4)
    assert engine.search("地铁一号线", Filters(as_of=DAY)).hits[0].item_id == "new"
    assert RECORDS[0].item_id not in engine.manifest()
    assert engine.marker() == 4
    engine.close()


def test_progress_ends_with_every_passage(tmp_path: Path, segmenter: JiebaSegmenter) -> None:
    seen: list[int] = []
    engine = WhooshEngine.create(tmp_path / "index", segmenter)
    engine.build(RECORDS, marker=1, processes=2, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 5 * len(RECORDS)
    engine.close()


def test_the_last_record_of_an_id_counts(engine: WhooshEngine) -> None:
    newer = item("water", "停水通知", "学府路停水", rev=7)
    engine.build([*COLLECTION, item("water", "旧通知", rev=6), newer], marker=2)
    assert engine.manifest()["water"] == [7]
    assert engine.marker() == 2


def test_an_index_that_holds_entries_is_not_built_over(engine: WhooshEngine) -> None:
    engine.apply(COLLECTION, [], marker=1)
    with pytest.raises(IndexExists, match="已有内容"):
        engine.build(RECORDS, marker=2)
    assert set(engine.manifest()) == {record.item_id for record in COLLECTION}


@pytest.mark.parametrize("processes", [1, 2])
def test_a_record_that_cannot_be_indexed_fails_the_build(
    engine: WhooshEngine, processes: int
) -> None:
    faulty = ItemRecord("faulty", 1, "policy", "无正文", ())
    with pytest.raises(InvalidRecord, match="没有正文"):
        engine.build([*RECORDS, faulty], marker=2, processes=processes)
    assert (engine.manifest(), engine.marker()) == ({}, 0)
    engine.apply(COLLECTION, [], marker=1)  # the lock is free again
    assert len(engine.manifest()) == len(COLLECTION)


def test_a_killed_process_fails_the_build_in_plain_words(engine: WhooshEngine) -> None:
    def killing() -> Iterator[ItemRecord]:
        yield from RECORDS[: len(RECORDS) // 2]
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        victim = next(
            int(child)
            for child in children
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
        )
        os.kill(victim, signal.SIGKILL)
        yield from RECORDS[len(RECORDS) // 2 :]

    with pytest.raises(IndexWriteFailed, match="意外中止"):
        engine.build(killing(), marker=2, processes=2)
    assert (engine.manifest(), engine.marker()) == ({}, 0)


def test_a_full_disk_in_a_process_fails_the_build(engine: WhooshEngine, tmp_path: Path) -> None:
    (tmp_path / "index").rename(tmp_path / "moved")
    with pytest.raises(IndexWriteFailed, match="新索引未启用"):
        building.build_segments(
            building.Place(str(tmp_path / "index"), "MAIN", engine._words.segmenter),
            RECORDS,
            2,
            lambda done: None,
        )
    (tmp_path / "moved").rename(tmp_path / "index")
