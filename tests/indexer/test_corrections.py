"""Slips of pen and keyboard, on an invented word list."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.lexicon import Lexicon, Synonym
from indexer.query import Understood, understand
from indexer.segment import JiebaSegmenter
from indexer.sounds import initials, word_sound


class Words:
    """An index of a few words; those with a star are named in a title."""

    def __init__(self, *words: str) -> None:
        self.strength = {word.strip("*"): 1 + word.endswith("*") for word in words}

    def frequency(self, word: str) -> int:
        return int(word in self.strength)

    def sounding(self, kind: str, key: str) -> list[tuple[str, int]]:
        heard = word_sound if kind == "t" else initials
        return [(word, s) for word, s in self.strength.items() if heard(word) == key]


@pytest.fixture
def read(segmenter: JiebaSegmenter, lexicon: Lexicon):
    def reading(text: str, *words: str) -> Understood:
        return understand(text, segmenter, lexicon, Words(*words))

    return reading


def read_as(understood: Understood) -> list[str]:
    return [right for _, right in understood.corrections]


@pytest.mark.parametrize(
    ("typed", "right", "index"),
    [
        ("公基金怎么提", "公积金", ("公积金*", "基金")),  # a slip inside a good word
        ("暖汽费谁交", "暖气费", ("暖气费*",)),
        ("停车位划限", "划线", ("划线*", "停车位")),
        ("游泳池水智检测", "水质", ("水质*", "检测")),  # not where the words are cut
        ("燃器具安装", "燃气具", ("燃气具*",)),
    ],
)
def test_a_word_that_sounds_the_same_is_found(read, typed: str, right: str, index) -> None:
    assert read_as(read(typed, *index)) == [right]


@pytest.mark.parametrize(
    ("typed", "right", "index"),
    [
        ("办居住让", "居住证", ("居住证",)),  # 形近
        ("居证住去哪办", "居住证", ("居住证",)),  # two swapped
        ("居住住证去哪办", "居住证", ("居住证",)),  # one doubled
    ],
)
def test_a_slip_of_eye_or_finger_is_found(
    segmenter: JiebaSegmenter, lexicon: Lexicon, typed: str, right: str, index
) -> None:
    lists = replace(lexicon, lookalikes={"让": "证"})
    assert read_as(understand(typed, segmenter, lists, Words(*index))) == [right]


def test_a_repair_stands_beside_what_was_typed(read) -> None:
    understood = read("公基金怎么提", "公积金*", "基金")
    concept = next(c for c in understood.concepts if c.text == "公基金")
    exact, typo = concept.alternatives[:2]
    assert (exact.via, set(exact.terms)) == ("exact", {"公", "基金"})
    assert (typo.via, typo.original, "公积金" in typo.terms) == ("typo", "公基金", True)
    assert typo.factor < exact.factor == 1.0


@pytest.mark.parametrize("text", ["“公基金”怎么提", "「公基金」", '"公基金"怎么提'])
def test_what_stands_in_quotation_marks_is_meant_as_typed(read, text: str) -> None:
    assert read(text, "公积金*", "基金").corrections == ()


def test_only_words_that_occur_are_proposed(read) -> None:
    assert read("公基金", "基金").corrections == ()


def test_a_word_callers_use_is_repaired_when_its_official_word_occurs(
    segmenter: JiebaSegmenter, lexicon: Lexicon
) -> None:
    assert "失业金" in lexicon.by_asked
    found = understand("师业金", segmenter, lexicon, Words("失业保险金"))
    assert found.corrections == (("师业金", "失业金"),)
    assert ("失业金", "失业保险金") in found.synonyms
    assert understand("师业金", segmenter, lexicon, Words("路灯")).corrections == ()


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("大理市的路灯", ("大力*", "路灯")),  # a good word of the language
        ("国家对志愿者", ("国家队", "志愿者")),  # a function word beside a good word
        ("教育部到哪检查", ("不到", "教育部", "检查")),
        ("是不是", ("事不事*",)),
    ],
)
def test_good_words_are_left_alone(read, text: str, index) -> None:
    assert read(text, *index).corrections == ()


def test_a_long_run_of_unknown_words_is_bounded(read) -> None:
    assert read("魑魅魍魉" * 50, "水质").corrections == ()


def test_synonyms_of_the_mended_words_are_looked_for(read) -> None:
    understood = read("房屋租凭要登记吗", "房屋租赁", "租赁", "房屋")
    assert understood.corrections == (("房屋租凭", "房屋租赁"),)
    assert any("租赁" in a.terms for c in understood.concepts for a in c.alternatives)


def test_a_question_word_is_kept_beside_no_other_matter(segmenter: JiebaSegmenter) -> None:
    """扣多少 is no slip of 口多少: what would be left of it only asks."""
    lists = Lexicon(synonyms=(Synonym("口多少", "人口"),), function_words=frozenset({"多少"}))
    assert understand("扣多少", segmenter, lists, Words("人口")).corrections == ()
