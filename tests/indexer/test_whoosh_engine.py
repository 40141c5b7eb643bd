"""What this engine adds to the contract: durable files, one writer, nothing made by accident."""

from __future__ import annotations

import math
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

import indexer
from indexer.errors import (
    IndexCorrupt,
    IndexExists,
    IndexLocked,
    IndexStale,
    IndexUnavailable,
    IndexWriteFailed,
)
from indexer.segment import JiebaSegmenter, build_segmenter
from indexer.whoosh_engine import WhooshEngine
from indexer.whoosh_engine import engine as engine_module
from indexer.whoosh_engine.postings import read_postings
from indexer.whoosh_engine.segments import BoundedCache
from indexer.whoosh_engine.writing import MAX_SEGMENTS, remove_strays

from .conftest import item, public


def ids(engine: WhooshEngine, text: str) -> list[str]:
    return [hit.item_id for hit in engine.search(text, public()).hits]


def test_every_file_of_a_commit_is_synced_before_its_table_of_contents_appears(
    engine: WhooshEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[tuple[str, str]] = []
    real_fsync, real_rename = os.fsync, FileStorage.rename_file

    def fsync(handle: int) -> None:
        events.append(("sync", Path(f"/proc/self/fd/{handle}").readlink().name))
        real_fsync(handle)

    def rename(self: Any, old: str, new: str, safe: bool = False) -> None:
        events.append(("rename", new))
        real_rename(self, old, new, safe=safe)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(FileStorage, "rename_file", rename)
    engine.apply([item("a", "停水通知")], [], marker=1)

    renamed = next(at for at, (what, _) in enumerate(events) if what == "rename")
    before = {name for what, name in events[:renamed] if what == "sync"}
    segments = {path.name for path in (tmp_path / "index").glob("*.seg")}
    assert segments & before
    assert any(".toc." in name for name in before)
    assert events[renamed - 1] == ("sync", "index")
    assert events[renamed + 1] == ("sync", "index")


def test_a_failing_sync_fails_the_batch(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.apply([item("a", "停水通知")], [], marker=1)

    def broken(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(IndexWriteFailed, match="未生效"):
            engine.apply([item("b", "停电通知")], ["a"], marker=2)
    assert (engine.manifest(), engine.marker()) == ({"a": [1]}, 1)


def test_an_exception_in_the_writer_leaves_the_old_index_whole(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.apply([item("a", "停水通知")], [], marker=1)
    real = StructFile.write
    calls = []

    def fail_in_the_middle(self: Any, data: bytes) -> None:
        calls.append(1)
        if len(calls) == 9:
            raise OSError(28, "No space left on device")
        real(self, data)

    with monkeypatch.context() as patch:
        patch.setattr(StructFile, "write", fail_in_the_middle)
        with pytest.raises(IndexWriteFailed):
            engine.apply([item("b", "停电通知", "一", "二", "三")], ["a"], marker=2)
    assert ids(engine, "停水") == ["a"]
    assert (engine.manifest(), engine.marker()) == ({"a": [1]}, 1)
    engine.apply([item("b", "停电通知")], [], marker=2)
    assert engine.manifest() == {"a": [1], "b": [1]}


def test_a_second_writer_is_told_so(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "LOCK_WAIT_SECONDS", 0.0)
    writer = engine._index.writer()
    try:
        with pytest.raises(IndexLocked, match="另一个索引进程"):
            engine.apply([item("a", "停水通知")], [], marker=1)
    finally:
        writer.cancel()


def test_opening_never_creates_an_index(tmp_path: Path, segmenter: JiebaSegmenter) -> None:
    with pytest.raises(IndexUnavailable, match="重建索引"):
        WhooshEngine.open(tmp_path / "nothing", segmenter)
    assert not (tmp_path / "nothing").exists()
    (tmp_path / "empty").mkdir()
    with pytest.raises(IndexUnavailable):
        WhooshEngine.open(tmp_path / "empty", segmenter)
    assert list((tmp_path / "empty").iterdir()) == []


def test_creating_never_touches_an_existing_index(
    engine: WhooshEngine, tmp_path: Path, segmenter: JiebaSegmenter
) -> None:
    engine.apply([item("a", "停水通知")], [], marker=1)
    with pytest.raises(IndexExists):
        WhooshEngine.create(tmp_path / "index", segmenter)
    assert engine.manifest() == {"a": [1]}


def test_the_folder_is_closed_to_others(engine: WhooshEngine, tmp_path: Path) -> None:
    assert (tmp_path / "index").stat().st_mode & 0o777 == 0o700


def test_an_open_reader_survives_a_folder_that_cannot_be_listed(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.apply([item("a", "停水通知")], [], marker=1)
    assert ids(engine, "停水") == ["a"]
    monkeypatch.setattr(FileStorage, "list", lambda self: [])
    assert ids(engine, "停水") == ["a"]


def test_other_words_make_another_fingerprint_and_refuse_to_write(
    engine: WhooshEngine, tmp_path: Path
) -> None:
    other = WhooshEngine.open(tmp_path / "index", build_segmenter(["云湖办"]))
    assert other.fingerprint() == engine.fingerprint() != other.expected_fingerprint()
    generation = engine._index.latest_generation()
    with pytest.raises(IndexStale, match="重建索引"):
        other.apply([item("a", "停水通知")], [], marker=1)
    assert engine._index.latest_generation() == generation
    engine.apply([item("a", "停水通知")], [], marker=1)  # the lock is free again
    other.close()


def test_a_closed_engine_says_so(engine: WhooshEngine) -> None:
    engine.close()
    with pytest.raises(IndexUnavailable, match="已关闭"):
        engine.search("停水", public())


def test_postings_read_by_block_are_those_that_were_written(engine: WhooshEngine) -> None:
    # 1,300 passages fill three blocks; every 7th says the word twice.
    texts = ["停水 停水" if n % 7 == 0 else "停水" for n in range(1300)]
    engine.apply([item("a", "通知", *texts)], [], marker=1)
    leaves = engine._readers.current().leaves
    read = [read_postings(leaf, "body", "停水") for leaf in leaves]
    found = next(postings for postings in read if len(postings.ids))
    assert np.array_equal(found.ids, np.arange(1300))
    assert np.array_equal(found.counts, [2.0 if n % 7 == 0 else 1.0 for n in range(1300)])


def segments(engine: WhooshEngine) -> list[str]:
    return list(engine._readers.current().collection.numbering.segments)


def test_a_batch_leaves_every_older_segment_as_it_is(engine: WhooshEngine) -> None:
    for number in range(12):
        engine.apply([item(str(number), f"第{number}号停水通知")], [], marker=number)
        before = segments(engine)
    engine.apply([item("0", "改过的停水通知", rev=2)], ["1"], marker=12)
    after = segments(engine)
    # The two segments of which nothing is left are dropped, nothing is written anew.
    assert after[:-1] == before[2:]


def test_merging_leaves_few_segments_and_finds_the_same(engine: WhooshEngine) -> None:
    for number in range(30):
        engine.apply([item(str(number), f"第{number}号停水通知")], [], marker=number)
    before, manifest = ids(engine, "第17号停水"), engine.manifest()
    while engine.merge():
        pass
    assert len(segments(engine)) < MAX_SEGMENTS
    assert ids(engine, "第17号停水")[0] == before[0] == "17"
    assert (engine.manifest(), engine.marker()) == (manifest, 29)
    generation = engine._index.latest_generation()
    assert not engine.merge()
    assert engine._index.latest_generation() == generation
    engine.apply([], ["3"], marker=30)
    assert (engine.marker(), set(engine.manifest())) == (30, set(manifest) - {"3"})


def test_a_merge_that_fails_leaves_the_index_whole(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(MAX_SEGMENTS):
        engine.apply([item(str(number), f"第{number}号停水通知")], [], marker=number)
    before = segments(engine)

    def broken(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(IndexWriteFailed):
            engine.merge()
    assert segments(engine) == before
    assert engine.merge()
    assert len(engine.manifest()) == MAX_SEGMENTS


def test_only_old_strays_of_killed_commits_are_removed(tmp_path: Path) -> None:
    old, fresh = tmp_path / "_MAIN_3.toc.1.5", tmp_path / "_MAIN_4.toc.2.5"
    for path in (old, fresh, tmp_path / "_MAIN_2.toc"):
        path.touch()
    os.utime(old, (0, 0))
    assert remove_strays(tmp_path) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["_MAIN_2.toc", "_MAIN_4.toc.2.5"]


def test_the_cache_forgets_what_was_not_used_lately() -> None:
    cache: BoundedCache[str] = BoundedCache(limit=2)
    cache.put(("a",), "A", 1)
    cache.put(("b",), "B", 1)
    cache.get(("a",))
    cache.put(("c",), "C", 1)
    assert [cache.get((key,)) for key in "abc"] == ["A", None, "C"]


def test_no_file_uses_the_parts_of_whoosh_that_lose_or_mix_results() -> None:
    banned = re.compile(
        r"\.refresh\(|reader\(reuse|QueryParser|AsyncWriter|BufferedWriter|create_in\("
    )
    for path in Path(indexer.__file__).parent.rglob("*.py"):
        assert not banned.search(path.read_text(encoding="utf-8")), path.name


def test_a_word_said_more_often_than_16_bits_can_count_still_ranks(engine: WhooshEngine) -> None:
    engine.apply([item("a", "渡轮", "ferry " * 70_000), item("b", "桥", "ferry")], [], marker=1)
    hits = engine.search("ferry", public()).hits
    assert {hit.item_id for hit in hits} == {"a", "b"}
    assert all(np.isfinite(hit.score) for hit in hits)


def test_a_segment_that_is_damaged_while_it_is_open_is_named(
    engine: WhooshEngine, tmp_path: Path
) -> None:
    engine.apply([item("a", "停水通知"), item("b", "供暖时间")], [], marker=1)
    assert ids(engine, "停水") == ["a"]
    for segment in (tmp_path / "index").glob("*.seg"):
        os.truncate(segment, 0)
    with pytest.raises(IndexCorrupt, match="重建索引"):
        ids(engine, "供暖")


def test_function_words_neither_part_nor_lengthen_a_piece_of_the_question(
    engine: WhooshEngine,
) -> None:
    said = item("said", "", "图书证丢了怎么补办")
    parted = item("parted", "", "图书证丢了在云湖怎么补办")
    engine.apply([said, parted], [], marker=1)
    found = engine.explain("图书证丢了怎么补办", public()).candidates
    phrase = {one.item_id: one.parts["phrase"] for one in found}
    # 图书 书证 证丢 丢了 count 1 2 3 4, 么补 补办 go on with 5 6; 了怎 (not in the second) and
    # 怎么 count 1 each: 23 and 22 of 8 pairs.
    assert phrase["said"] == pytest.approx(math.exp(0.4 * 23 / 8), rel=1e-5)
    assert phrase["parted"] == pytest.approx(math.exp(0.4 * 22 / 8), rel=1e-5)
