"""What any Engine must do. Another engine joins by another parameter of `made`."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bench.hostile import HOSTILE
from indexer.engine import Engine, Filters
from indexer.errors import InvalidQuery, InvalidRecord
from indexer.features import Weights
from indexer.lexicon import BestBet, Lexicon, Synonym, default_lexicon
from indexer.records import ItemRecord, PassageRecord
from indexer.segment import JiebaSegmenter, build_segmenter
from indexer.whoosh_engine import WhooshEngine

from .conftest import COLLECTION, DAY, item, public

Reopen = Callable[[], Engine]


@pytest.fixture(params=["whoosh"])
def made(tmp_path: Path, segmenter: JiebaSegmenter) -> Iterator[tuple[Engine, Reopen]]:
    """An empty engine, and a way to open it a second time."""
    folder = tmp_path / "index"
    engines: list[Engine] = [WhooshEngine.create(folder, segmenter)]

    def reopen() -> Engine:
        engines.append(WhooshEngine.open(folder, segmenter))
        return engines[-1]

    yield engines[0], reopen
    for engine in engines:
        engine.close()


@pytest.fixture
def engine(made: tuple[Engine, Reopen]) -> Engine:
    return made[0]


def found(engine: Engine, text: str, filters: Filters | None = None) -> list[str]:
    return [hit.item_id for hit in engine.search(text, filters or public()).hits]


def test_a_new_index_is_empty_and_answers_nothing(engine: Engine) -> None:
    result = engine.search("供热", public())
    assert (result.hits, result.answered) == ((), False)
    assert (engine.manifest(), engine.marker()) == ({}, 0)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("请问一下暖气不热找谁测温啊", "heat"),
        ("被炒鱿鱼以后失业救济怎么申领", "unemployment"),
        ("公租房轮候是怎么个分配法", "rental"),
        ("社区食堂老年人就餐有没有补贴", "canteen"),
        ("自来水公司电话多少", "water"),
        ("8123456", "water"),
        ("云府规 2025 7号", "heat"),
        ("zhangzhefantang", "canteen"),
        ("长者饭糖 就餐", "canteen"),
    ],
)
def test_questions_as_callers_say_them_find_their_entry(
    filled: Engine, asked: str, expected: str
) -> None:
    result = filled.search(asked, public())
    assert result.hits[0].item_id == expected
    assert result.answered


def test_an_explanation_is_the_search_with_its_steps(filled: Engine) -> None:
    searched = filled.search("居民卧室温度", public())
    explained = filled.explain("居民卧室温度", public())
    assert explained.result.hits == searched.hits
    assert explained.result.understood == searched.understood
    assert [c.item_id for c in explained.candidates if c.allowed][: len(searched.hits)] == [
        hit.item_id for hit in searched.hits
    ]
    assert explained.candidates[0].score == searched.hits[0].score
    assert explained.stages
    assert all(stage.ms >= 0 for stage in explained.stages)


def test_an_explanation_names_what_only_a_filter_leaves_out(engine: Engine) -> None:
    engine.apply([item("a", "停水通知", audience="internal"), item("b", "停水通知")], [], marker=1)
    explained = engine.explain("停水", public())
    assert {(c.item_id, c.allowed) for c in explained.candidates} == {("a", False), ("b", True)}
    assert explained.masks == (("as_of", 2), ("audience", 1))


def test_other_word_lists_can_be_tried_without_adopting_them(filled: Engine) -> None:
    lexicon = Lexicon(synonyms=(Synonym("冻得慌", "集中供热"),))
    assert filled.explain("冻得慌", public(), lexicon=lexicon).result.hits[0].item_id == "heat"
    assert filled.search("冻得慌", public()).hits == ()


def test_adopted_word_lists_hold_from_the_next_question_on(
    engine: Engine, segmenter: JiebaSegmenter
) -> None:
    engine.warm()
    engine.apply([item("heat", "集中供热管理规定")], [], marker=1)
    before = engine.fingerprint()
    engine.adopt(segmenter, Lexicon(synonyms=(Synonym("冻得慌", "集中供热"),)))
    assert found(engine, "冻得慌") == ["heat"]
    engine.adopt(build_segmenter(["冻得慌"]), Lexicon())
    engine.apply([item("cold", "冻得慌怎么办")], [], marker=2)
    assert found(engine, "冻得慌") == ["cold"]
    assert engine.fingerprint() == before


def test_a_pinned_entry_comes_first_where_filters_allow_it(
    engine: Engine, segmenter: JiebaSegmenter
) -> None:
    engine.apply(
        [
            item("a", "停水通知", "停水停水停水"),
            item("b", "抢修热线"),
            item("c", "停水口径", audience="internal"),
        ],
        [],
        marker=1,
    )
    assert found(engine, "停水") == ["a"]
    pins = (BestBet("停水", "c"), BestBet("停水", "b"), BestBet("停水", "gone"))
    engine.adopt(segmenter, replace(default_lexicon(), best_bets=pins))
    result = engine.search("停水", public())
    assert [hit.item_id for hit in result.hits] == ["b", "a"]
    assert result.answered


def test_passages_that_say_the_same_are_given_once(engine: Engine) -> None:
    same = [f"滨河路停水，恢复时间为{n}日。" for n in range(1, 7)]
    engine.apply([item("a", "通知", *same, "学府路今日停水，请储水备用。")], [], marker=1)
    hit = engine.search("滨河路停水", public()).hits[0]
    assert (hit.ordinal, hit.more) == (0, (6,))


def test_what_was_removed_counts_nowhere(engine: Engine) -> None:
    engine.apply([item("a", "停水通知"), item("b", "停电通知", "停电")], [], marker=1)
    alone = engine.search("停水通知", public()).hits
    engine.apply([item(str(n), "停水通知", "停水停水") for n in range(20)], [], marker=2)
    assert engine.search("停水通知", public()).hits != alone
    engine.apply([], [str(n) for n in range(20)], marker=3)
    assert engine.search("停水通知", public()).hits == alone


def test_a_ranking_is_the_same_after_a_restart(made: tuple[Engine, Reopen]) -> None:
    engine, reopen = made
    for number, record in enumerate(COLLECTION, start=1):
        engine.apply([record], [], marker=number)
        engine.search("供热 失业保险金 补贴", public())
    for asked in ("采暖期温度", "失业保险金期限", "就餐补贴", "通知"):
        assert engine.search(asked, public()).hits == reopen().search(asked, public()).hits


def test_other_weights_can_be_tried(filled: Engine) -> None:
    plain = filled.explain("居民卧室温度", public()).result.hits
    for tried in (Weights(k1=0.3, b=0.9), Weights(coverage=3.0)):
        other = filled.explain("居民卧室温度", public(), weights=tried).result.hits
        assert other[0].score != plain[0].score
    assert filled.search("居民卧室温度", public()).hits == plain


def test_what_the_collection_does_not_hold_is_not_answered(filled: Engine) -> None:
    assert not filled.search("护照怎么换", public()).answered


def test_a_hit_names_passage_revision_and_why_it_matched(filled: Engine) -> None:
    hit = filled.search("卧室温度", public()).hits[0]
    assert (hit.item_id, hit.rev, hit.ordinal) == ("heat", 1, 1)
    assert {(match.term, match.via) for match in hit.matched} >= {("卧室", "exact")}
    assert 0.9 < hit.coverage <= 1.0
    synonyms = filled.search("失业金", public()).hits[0].matched
    assert ("失业保险金", "synonym", "失业金") in {(m.term, m.via, m.original) for m in synonyms}


def test_a_learned_question_finds_its_entry_and_is_worth_less_than_a_title(
    engine: Engine,
) -> None:
    engine.apply(
        [
            item("learned", "住房补助办法", "每月发放。", learned=("蜗居困难",)),
            item("named", "蜗居困难办法", "每月发放。"),
            item("other", "停水通知", "今日停水。"),
        ],
        [],
        marker=1,
    )
    hits = engine.search("蜗居困难", public()).hits
    assert [hit.item_id for hit in hits] == ["named", "learned"]
    assert "蜗居" in {match.term for match in hits[1].matched}


def test_a_search_after_a_commit_sees_it_in_the_same_engine(engine: Engine) -> None:
    engine.apply([item("a", "滨河路停水通知")], [], marker=1)
    assert found(engine, "停水") == ["a"]
    engine.apply([item("b", "学府路停水通知")], ["a"], marker=2)
    assert found(engine, "停水") == ["b"]
    assert engine.marker() == 2


def test_replacing_an_entry_leaves_no_trace_of_the_old_text(engine: Engine) -> None:
    engine.apply([item("a", "停水通知", "滨河路停水", "学府路停水")], [], marker=1)
    engine.apply([item("a", "恢复供水通知", "滨河路恢复供水", rev=2)], [], marker=2)
    assert found(engine, "学府路") == []
    assert engine.manifest() == {"a": [2]}


def test_the_same_batch_twice_gives_the_same_index(engine: Engine) -> None:
    for _ in range(2):
        engine.apply([item("a", "停水通知"), item("b", "停电通知")], ["c"], marker=5)
    assert engine.manifest() == {"a": [1], "b": [1]}
    assert engine.marker() == 5


def test_an_entry_given_twice_in_one_batch_is_indexed_once_as_given_last(engine: Engine) -> None:
    engine.apply([item("a", "停水通知"), item("a", "停电通知", rev=2)], [], marker=1)
    assert engine.manifest() == {"a": [2]}
    assert found(engine, "停水") == []


@pytest.mark.parametrize(
    ("as_of", "shown"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_an_entry_is_found_from_its_first_to_its_last_day(
    engine: Engine, as_of: date, shown: bool
) -> None:
    dated = item(
        "a", "采暖补贴通知", in_force_from=date(2026, 1, 1), in_force_until=date(2026, 12, 31)
    )
    engine.apply([dated], [], marker=1)
    assert found(engine, "采暖补贴", public(as_of)) == (["a"] if shown else [])


def test_internal_entries_reach_only_those_who_may_see_them(engine: Engine) -> None:
    engine.apply([item("a", "停水口径", audience="internal"), item("b", "停水通知")], [], marker=1)
    assert found(engine, "停水") == ["b"]
    staff = Filters(as_of=DAY, audiences=frozenset({"public", "internal"}))
    assert sorted(found(engine, "停水", staff)) == ["a", "b"]
    assert found(engine, "停水", Filters(as_of=DAY, audiences=frozenset())) == []


@pytest.mark.parametrize("column", ["kinds", "units", "categories", "regions"])
def test_a_chosen_value_leaves_the_others_out(engine: Engine, column: str) -> None:
    field = {"kinds": "kind", "units": "unit", "categories": "category", "regions": "region"}[
        column
    ]
    engine.apply(
        [item("a", "停水通知", **{field: "甲"}), item("b", "停水通知", **{field: "乙"})],
        [],
        marker=1,
    )
    assert found(engine, "停水", public(**{column: frozenset({"乙"})})) == ["b"]
    assert found(engine, "停水", public(**{column: frozenset({"丙"})})) == []
    assert sorted(found(engine, "停水", public(**{column: frozenset({"甲", "乙"})}))) == ["a", "b"]


def test_a_region_finds_its_entries_and_those_of_the_whole_city(engine: Engine) -> None:
    regions = {"a": "甲区 乙区", "b": "乙区", "c": "丙区", "d": ""}
    engine.apply([item(key, "停水通知", region=r) for key, r in regions.items()], [], marker=1)
    assert sorted(found(engine, "停水", public(regions=frozenset({"甲区"})))) == ["a", "d"]
    assert sorted(found(engine, "停水", public(regions=frozenset({"乙区"})))) == ["a", "b", "d"]


def test_equal_entries_come_in_the_order_of_their_ids(engine: Engine) -> None:
    engine.apply([item(name, "停水通知") for name in ("c", "a", "b")], [], marker=1)
    assert found(engine, "停水") == ["a", "b", "c"]


def test_limit_is_kept(engine: Engine) -> None:
    engine.apply([item(str(n), "停水通知") for n in range(8)], [], marker=1)
    assert len(engine.search("停水", public(), limit=3).hits) == 3


def test_many_small_commits_rank_like_one(made: tuple[Engine, Reopen], filled: Engine) -> None:
    engine, _ = made
    for number, record in enumerate(COLLECTION * 5, start=1):
        engine.apply([record], [], marker=number)
    for asked in ("采暖期温度", "失业保险金期限", "就餐补贴"):
        ours = [(h.item_id, round(h.score, 3)) for h in engine.search(asked, public()).hits]
        theirs = [(h.item_id, round(h.score, 3)) for h in filled.search(asked, public()).hits]
        assert ours == theirs


def test_an_index_that_was_closed_opens_as_it_was(made: tuple[Engine, Reopen]) -> None:
    engine, reopen = made
    engine.apply([item("a", "停水通知", rev=3)], [], marker=7)
    before = engine.fingerprint()
    engine.close()
    again = reopen()
    assert (again.manifest(), again.marker(), again.fingerprint()) == ({"a": [3]}, 7, before)


def test_a_reader_sees_what_another_process_commits(
    made: tuple[Engine, Reopen], tmp_path: Path
) -> None:
    engine, _ = made
    assert found_or_nothing(engine, "停水") == []
    code = (
        "import sys; from indexer.whoosh_engine import WhooshEngine;"
        "from indexer.segment import build_segmenter; from indexer.lexicon import default_lexicon;"
        "from indexer.records import ItemRecord, PassageRecord as P;"
        "e = WhooshEngine.open(sys.argv[1], build_segmenter(default_lexicon().user_words));"
        "record = ItemRecord('z', 1, 'notice', '停水通知', (P(0, '', '滨河路停水'),));"
        "e.apply([record], [], marker=3)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "index")], check=True)
    assert found(engine, "停水") == ["z"]
    assert engine.marker() == 3


def found_or_nothing(engine: Engine, text: str) -> list[str]:
    return [hit.item_id for hit in engine.search(text, public()).hits]


def test_threads_searching_during_commits_see_whole_commits_only(engine: Engine) -> None:
    engine.apply([item("a", "停水通知", rev=1)], [], marker=1)
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            if found(engine, "停水") != ["a"]:
                wrong.append("missing or doubled")

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for rev in range(2, 15):
        engine.apply([item("a", "停水通知", rev=rev)], [], marker=rev)
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert engine.manifest() == {"a": [14]}


@pytest.mark.parametrize(
    "record",
    [
        ItemRecord("", 1, "qa", "题", (PassageRecord(0, "", "文"),)),
        ItemRecord("a", 1, "qa", "题", ()),
        ItemRecord("a", 1, "qa", "题", (PassageRecord(0, "", "文"), PassageRecord(0, "", "文"))),
        item("a", "题", in_force_from=DAY, in_force_until=DAY - timedelta(days=1)),
    ],
)
def test_a_record_that_cannot_be_indexed_changes_nothing(
    engine: Engine, record: ItemRecord
) -> None:
    engine.apply([item("b", "停水通知")], [], marker=1)
    with pytest.raises(InvalidRecord):
        engine.apply([item("c", "停电通知"), record], ["b"], marker=2)
    assert (engine.manifest(), engine.marker()) == ({"b": [1]}, 1)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_question_is_answered_or_refused_in_chinese(filled: Engine, text: str) -> None:
    try:
        result = filled.search(text, public())
    except InvalidQuery as refusal:
        assert refusal.message == "没有可检索的内容，请输入要查询的事项、文号或电话。"
    else:
        assert len(result.understood.text) <= 200


def test_words_in_the_order_asked_come_before_the_same_words_scattered(engine: Engine) -> None:
    engine.apply(
        [
            item("a", "公告甲", "河道清淤由水务站负责，居民楼外墙另行安排。"),
            item("b", "公告乙", "居民楼外墙清淤另行安排，水务站负责由河道。"),
        ],
        [],
        marker=1,
    )
    assert [hit.item_id for hit in engine.search("居民楼外墙另行安排吗", public()).hits] == [
        "a",
        "b",
    ]
    assert [hit.item_id for hit in engine.search("居民楼外墙清淤另行", public()).hits] == ["b", "a"]


def test_reading_tells_whether_other_lists_matter(engine: Engine) -> None:
    engine.apply(COLLECTION, [], marker=1)
    words = default_lexicon()
    other = replace(words, synonyms=(*words.synonyms, Synonym("暖房", "供热", 0.8)))
    assert engine.read("暖房几度") == engine.search("暖房几度", public()).understood
    assert engine.read("暖房几度", lexicon=other) != engine.read("暖房几度")
    assert engine.read("补贴多少", lexicon=other) == engine.read("补贴多少")
