from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import IndexerError
from indexer.lexicon import Lexicon
from indexer.normalise import normalise
from indexer.segment import JiebaSegmenter, build_segmenter, grams, pieces, search_words

TEXTS = (
    "云湖市住房公积金管理中心关于调整租房提取额度的通知（云公积金〔2025〕3号）",
    "网约配送员到社区卫生服务中心办理健康证，电话0799-8123456，网址zwfw.yunhu.gov.cn。",
    "失业保险金领取期限最长为24个月；困难残疾人生活补贴每人每月300.50元，提高5%。",
    "个体工商户可通过云湖办APP申请简易注销，无需公示，1个工作日办结。",
    "停水通知：因DN600管道抢修，12月3日22:00至次日6:00滨河路沿线停水。",
)


def test_rjieba_and_jieba_cut_our_texts_and_data_alike(lexicon: Lexicon) -> None:
    fast = build_segmenter(lexicon.user_words, "rjieba")
    reference = build_segmenter(lexicon.user_words, "jieba")
    data = Path(__file__).resolve().parents[2] / "indexer" / "data"
    lines = [*TEXTS, *(data / "user_words.txt").read_text(encoding="utf-8").splitlines()]
    for line in map(normalise, lines):
        assert search_words(fast, line) == search_words(reference, line)
    assert fast.fingerprint == reference.fingerprint


def test_numbers_addresses_and_phones_are_cut_by_our_rules() -> None:
    text = normalise("电话0799-8123456或zwfw.yunhu.gov.cn，补300.50元（5%）")
    assert pieces(text) == [
        "电话", "0799-8123456", "或", "zwfw.yunhu.gov.cn", "补", "300.50", "元", "5%",
    ]  # fmt: skip


def test_a_domain_word_stays_whole_and_brings_its_shorter_words(
    segmenter: JiebaSegmenter,
) -> None:
    assert "长期护理保险" in search_words(segmenter, "长期护理保险待遇")
    assert "保险" in search_words(segmenter, "长期护理保险待遇")


def test_the_fingerprint_follows_the_words_not_their_order() -> None:
    assert build_segmenter(["轮候册", "云湖办"]).fingerprint == (
        build_segmenter(["云湖办", "轮候册"]).fingerprint
    )
    assert build_segmenter(["云湖办"]).fingerprint != build_segmenter([]).fingerprint


def test_pairs_do_not_cross_a_gap() -> None:
    assert grams("公租房, 轮候") == ["公租", "租房", "轮候"]


def test_an_unknown_backend_is_named_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rjieba", None)
    with pytest.raises(IndexerError, match="没有可用的分词程序"):
        build_segmenter([], "rjieba")
