from __future__ import annotations

import pytest

from indexer.lexicon import Lexicon
from indexer.query import Understood, understand
from indexer.segment import JiebaSegmenter

from .test_corrections import Words


@pytest.fixture
def read(segmenter: JiebaSegmenter, lexicon: Lexicon):
    def reading(text: str) -> Understood:
        words = ("居住证*", "身高", "办理", "网上*", "公交卡*", "挂失", "热力公司")
        return understand(text, segmenter, lexicon, Words(*words))

    return reading


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("juzhuzheng", ["居住证"]),
        ("jzz", ["居住证"]),
        ("ju zhu zheng", ["居住证"]),
        ("gongjiaoka guashi", ["公交卡", "挂失"]),
        ("gongjiaokaguashi", ["公交卡", "挂失"]),
        ("wangshangbanlijuzhuzheng", ["网上", "办理", "居住证"]),
        ("juzhu证怎么办", ["居住证"]),
        ("公交ka丢了", ["公交卡"]),
        ("gonjiaoka", ["公交卡"]),  # ng and n are mixed up
        ("juzuzheng", ["居住证"]),  # zh and z too
    ],
)
def test_pinyin_is_read_as_indexed_words(read, typed: str, words: list[str]) -> None:
    assert [word for _, word in read(typed).pinyin] == words


def test_characters_beside_pinyin_must_fit(read) -> None:
    assert read("juzhu政").pinyin == ()


@pytest.mark.parametrize("typed", ["etc", "http", "xyzxyz", "guashiqqq"])
def test_other_letters_stay_letters(read, typed: str) -> None:
    assert read(typed).pinyin == ()
    assert typed in read(typed).kept


def test_what_was_typed_stays_beside_its_reading(read) -> None:
    concept = next(c for c in read("公交ka丢了").concepts if c.text == "公交ka")
    assert concept.alternatives[0].terms == ("公交", "ka")
    assert [a.via for a in concept.alternatives][:2] == ["exact", "pinyin"]
