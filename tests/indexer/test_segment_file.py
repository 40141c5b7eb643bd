"""Segments written from arrays are Whoosh's own: read, deleted in and merged by stock Whoosh."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from whoosh.index import FileIndex

from indexer.records import ItemRecord, PassageRecord
from indexer.schema import NUMBER_COLUMNS, TEXT_COLUMNS, prepare
from indexer.segment import JiebaSegmenter
from indexer.whoosh_engine import WhooshEngine, writing
from indexer.whoosh_engine.fields import whoosh_schema
from indexer.whoosh_engine.segment_file import BLOCK
from indexer.whoosh_engine.storage import DurableStorage

from .conftest import COLLECTION, item

Facts = dict[str, Any]
LONG = item(
    "long", "通知", *["停水停水" if n % 7 == 0 else "停水" for n in range(2 * BLOCK + 5)]
)  # fmt: skip


def stock_index(folder: Path, records: list[ItemRecord], segmenter: JiebaSegmenter) -> FileIndex:
    """The same documents through Whoosh's own writer, document by document."""
    folder.mkdir()
    index = FileIndex.create(DurableStorage(str(folder)), whoosh_schema(), "MAIN")
    writer = index.writer()
    for record in records:
        prepared = prepare(record, segmenter)
        texts = {name: text.encode() for name, text in prepared.texts.items()}
        ref = (prepared.item_id, prepared.rev)
        for passage in prepared.passages:
            values = passage.counts() | passage.numbers | texts
            writer.add_document(key=prepared.item_id, ref=ref, **values)
    writer.commit()
    return index


def facts(index: FileIndex) -> Facts:
    """Everything in an index but the marker, through stock Whoosh; documents by their place."""
    reader = index.reader()
    live = [n for n in reader.all_doc_ids() if isinstance(reader.stored_fields(n)["ref"][0], str)]
    place = {document: at for at, document in enumerate(live)}
    postings: Facts = {}
    for field, term in reader.all_terms():
        matcher, found = reader.postings(field, term), []
        while matcher.is_active():
            if matcher.id() in place:
                found.append((place[matcher.id()], matcher.weight()))
            matcher.next()
        if found:
            postings[field, term] = found
            assert (field, term) in reader
    columns: Facts = {"ref": [reader.stored_fields(n)["ref"] for n in live]}
    for name in (*NUMBER_COLUMNS, *TEXT_COLUMNS):
        column = reader.column_reader(name, translate=False)
        columns[name] = [column[n] for n in live]
    reader.close()
    return {"postings": postings, "columns": columns}


@pytest.fixture
def ours(engine: WhooshEngine) -> FileIndex:
    return engine._index


@pytest.mark.parametrize("records", [list(COLLECTION), [LONG]], ids=["collection", "long lists"])
def test_stock_whoosh_reads_what_its_own_writer_would_have_written(
    engine: WhooshEngine,
    ours: FileIndex,
    tmp_path: Path,
    segmenter: JiebaSegmenter,
    records: list[ItemRecord],
) -> None:
    engine.apply(records, [], marker=0)
    stock = stock_index(tmp_path / "stock", records, segmenter)
    assert facts(ours) == facts(stock)
    with stock.reader() as theirs, ours.reader() as reader:
        for field, term in theirs.all_terms():
            if field != "key":
                expected, found = theirs.term_info(field, term), reader.term_info(field, term)
                for name in ("weight", "doc_frequency", "max_weight", "min_id", "max_id"):
                    assert getattr(found, name)() == getattr(expected, name)()


def test_stock_whoosh_deletes_in_and_merges_our_segments(
    engine: WhooshEngine, ours: FileIndex, tmp_path: Path, segmenter: JiebaSegmenter
) -> None:
    more = item("more", "停水通知", "停水", "恢复供水")
    engine.apply(list(COLLECTION), [], marker=1)
    engine.apply([more], [], marker=2)
    writer = ours.writer()
    writer.delete_by_term("key", "water")
    writer.commit(optimize=True)
    assert len(engine._readers.current().leaves) == 1
    left = [*(record for record in COLLECTION if record.item_id != "water"), more]
    assert facts(ours) == facts(stock_index(tmp_path / "stock", left, segmenter))


def test_merged_segments_hold_the_live_postings_and_no_others(
    engine: WhooshEngine,
    ours: FileIndex,
    tmp_path: Path,
    segmenter: JiebaSegmenter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    long = ItemRecord("long", 1, "notice", "通知", LONG.passages[: BLOCK + 40])
    engine.apply([long, *COLLECTION], [], marker=1)
    engine.apply([item("gone", "停电通知", "只此一词")], [], marker=2)
    engine.apply([item("more", "停水通知", "停水", "停水")], ["gone", "water"], marker=3)
    engine.apply([], ["long"], marker=4)
    monkeypatch.setattr(writing, "to_merge", lambda segments, at_most: list(segments))
    engine.merge()
    assert len(engine._readers.current().leaves) == 1
    left = [
        *(record for record in COLLECTION if record.item_id != "water"),
        item("more", "停水通知", "停水", "停水"),
    ]
    assert facts(ours) == facts(stock_index(tmp_path / "stock", left, segmenter))
    assert engine.marker() == 4


def test_every_one_of_many_terms_is_found_by_its_hash(
    engine: WhooshEngine, segmenter: JiebaSegmenter
) -> None:
    texts = ["".join(map(chr, range(start, start + 60))) for start in range(0x4E00, 0x9000, 60)]
    engine.apply([item("many", "通知", *texts)], [], marker=1)
    leaves = [leaf for leaf, _ in engine._index.reader().leaf_readers()]
    leaf = max(leaves, key=lambda leaf: leaf.doc_count_all())
    terms = list(leaf.all_terms())
    assert len(terms) > 16_000
    assert all(term in leaf for term in terms)
    assert ("body", b"nothing") not in leaf
    assert [key for key in terms if key[0] == "body"] == sorted(k for k in terms if k[0] == "body")


def test_an_entry_said_differently_at_each_passage_keeps_its_order(engine: WhooshEngine) -> None:
    passages = tuple(PassageRecord(9 - n, f"第{n}章", f"第{n}条停水") for n in range(5))
    engine.apply([ItemRecord("a", 2, "law", "供水条例", passages)], [], marker=1)
    leaves = [leaf for leaf, _ in engine._index.reader().leaf_readers()]
    leaf = next(leaf for leaf in leaves if leaf.doc_count_all() > 1)
    column = leaf.column_reader("ordinal", translate=False)
    assert [column[n] for n in range(5)] == [9, 8, 7, 6, 5]


class _Segment:
    def __init__(self, name: str, documents: int, deleted: int = 0) -> None:
        self.name, self._documents, self._deleted = name, documents, deleted

    def doc_count_all(self) -> int:
        return self._documents

    def deleted_count(self) -> int:
        return self._deleted


@pytest.mark.parametrize(
    ("sizes", "merged"),
    [
        ([9, 9, 9], []),
        ([50_000, 50_000, 3, 2, 1, 1, 1, 1], [1, 1, 1, 1, 2, 3]),
        ([50_000, 40_000, 900, 100, 90, 60, 30, 1], [1, 30, 60, 90, 100]),
        ([50_000, 40_000, 9_000, 2_000, 400, 80, 10, 1], [1, 10]),
    ],
)
def test_a_merge_leaves_large_segments_alone(sizes: list[int], merged: list[int]) -> None:
    segments = [_Segment("", size) for size in sizes]
    assert [s.doc_count_all() for s in writing.to_merge(segments)] == merged


@pytest.mark.parametrize(
    ("sizes", "merged"),
    [
        ([9_000, *[1_000] * 8], [1_000] * 4),  # as many as the bound allows
        ([9_000, *[1_001] * 8, 1], []),  # each large for the bound: not again for a small one
        ([*[1_001] * 20, *[5] * 8], [5] * 8),
    ],
)
def test_a_bounded_merge_reads_no_more_than_its_bound(sizes: list[int], merged: list[int]) -> None:
    segments = [_Segment("", size) for size in sizes]
    assert [s.doc_count_all() for s in writing.to_merge(segments, 4_000)] == merged


def test_a_segment_of_which_half_is_deleted_is_written_anew() -> None:
    segments = [_Segment("whole", 100, 40), _Segment("worn", 100, 50), _Segment("new", 1)]
    assert [segment.name for segment in writing.to_merge(segments)] == ["worn"]
    assert [segment.name for segment in writing.to_merge(segments, 100)] == ["worn"]
    assert writing.to_merge(segments, 99) == []
    assert writing.to_merge([_Segment("one entry and an older marker", 2, 1)]) == []
