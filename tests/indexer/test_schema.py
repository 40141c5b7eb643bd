"""What an entry leaves in the index: the quick way must give what the plain way would."""

from __future__ import annotations

import pickle
from collections import Counter

import pytest

from indexer.lexicon import Lexicon
from indexer.normalise import CJK_RUN, normalise
from indexer.records import ItemRecord, PassageRecord
from indexer.schema import prepare
from indexer.segment import JiebaSegmenter, build_segmenter, cut_runs, grams, search_words
from indexer.sounds import syllables, terms_for

from .conftest import COLLECTION

HEADED = ItemRecord(
    item_id="headed",
    rev=3,
    kind="guide",
    title="雲湖市住房公積金提取指南（云公积金〔2025〕3号）",
    passages=(
        PassageRecord(0, "一、办理条件", "租房提取额度每月９００元；租房提取可按季度办理。"),
        PassageRecord(
            4, "一、办理条件", "拨打0799-8123456或登录zwfw.yunhu.gov.cn预约，DN600除外。"
        ),
        PassageRecord(5, "", "银行长期重庆行长音乐快乐，租房提取额度。"),
    ),
    variants=("公积金怎么提", "租房能提吗"),
    learned=("提钱租屋",),
    unit_names=("云湖市住房公积金管理中心",),
)


@pytest.mark.parametrize("record", [HEADED, *COLLECTION], ids=lambda record: record.item_id)
def test_every_posting_is_that_of_the_plain_rules(
    record: ItemRecord, segmenter: JiebaSegmenter
) -> None:
    prepared = prepare(record, segmenter)
    title, variants = normalise(record.title), normalise("\n".join(record.variants))
    names = normalise(" ".join((*record.unit_names, record.issuing_authority)))
    learned = normalise("\n".join(record.learned))
    for passage, document in zip(record.passages, prepared.passages, strict=True):
        heading, text = normalise(passage.heading_path), normalise(passage.text)
        counts = document.counts()
        assert counts["heading"] == Counter(search_words(segmenter, heading))
        assert counts["body"] == Counter(search_words(segmenter, text))
        assert counts["body_grams"] == Counter(grams(f"{heading}\n{text}"))
        assert document.numbers["body_length"] == counts["body"].total()
        assert document.numbers["grams_length"] == counts["body_grams"].total()
        assert document.numbers["ordinal"] == passage.ordinal
    first = prepared.passages[0].counts()
    assert first["title"] == Counter(search_words(segmenter, title))
    assert first["variants"] == Counter(search_words(segmenter, f"{variants}\n{names}"))
    assert first["learned"] == Counter(search_words(segmenter, learned))
    assert first["title_grams"] == Counter(grams(f"{title}\n{variants}"))
    assert first["learned_grams"] == Counter(grams(learned))
    assert [document.numbers["first"] for document in prepared.passages] == [
        1, *[0] * (len(record.passages) - 1),
    ]  # fmt: skip
    assert all("title" not in document.terms for document in prepared.passages[1:])


def test_numbers_and_sounds_are_posted_at_the_first_passage(segmenter: JiebaSegmenter) -> None:
    first = prepare(HEADED, segmenter).passages[0].counts()
    assert first["exact"] == Counter(["云公积金〔2025〕3号", "07998123456", "8123456"])
    assert first["sound"]["tgonjijin|公积金"] == 2  # the title says it
    assert first["sound"]["tyuyue|预约"] == 1  # only the text says it
    assert "iyy|预约" not in first["sound"]
    assert first["sound"]["tzufantiqu|租房提取"] == 1  # a phrase said three times


def test_a_phrase_of_the_body_counts_from_the_second_time_on() -> None:
    once = terms_for([], [["租房", "提取"]])
    twice = terms_for([], [["租房", "提取"], ["按季", "租房", "提取"]])
    assert "tzufantiqu|租房提取" not in once
    assert twice["tzufantiqu|租房提取"] == 1
    # Neighbours over a gap between two runs are no phrase.
    assert terms_for([["租房"], ["提取"]], []) == {
        "tzufan|租房": 2, "izf|租房": 2, "ttiqu|提取": 2, "itq|提取": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    "word", ["银行长", "重庆市", "音乐会", "行行好", "㐀〇长乐", "一路平", "abc"]
)
def test_words_are_read_aloud_as_pypinyin_reads_them(word: str) -> None:
    pypinyin = pytest.importorskip("pypinyin")
    assert list(syllables(word)) == pypinyin.lazy_pinyin(word)


def test_many_runs_are_cut_as_each_alone(segmenter: JiebaSegmenter, lexicon: Lexicon) -> None:
    slow = build_segmenter(lexicon.user_words, "jieba")
    runs = ["租房提取额度", "的", "〇㐀中心", "长期护理保险待遇", "租房提取额度"]
    assert cut_runs(segmenter, runs) == [slow.cut(run) for run in runs]
    assert cut_runs(segmenter, []) == []


def test_shorter_words_inside_are_those_of_jieba(lexicon: Lexicon) -> None:
    jieba = pytest.importorskip("jieba").Tokenizer()
    jieba.initialize()
    for word in sorted(lexicon.user_words):
        jieba.add_word(word)
    ours = build_segmenter(lexicon.user_words)
    texts = [passage.text for record in (HEADED, *COLLECTION) for passage in record.passages]
    for run in CJK_RUN.findall(normalise("\n".join([*texts, *lexicon.user_words]))):
        assert ours.cut_search(run) == jieba.lcut_for_search(run)


def test_a_segmenter_can_be_handed_to_another_process(segmenter: JiebaSegmenter) -> None:
    copy = pickle.loads(pickle.dumps(segmenter))  # noqa: S301 - our own bytes
    assert copy.fingerprint == segmenter.fingerprint
    assert copy.cut("长期护理保险待遇") == segmenter.cut("长期护理保险待遇")
