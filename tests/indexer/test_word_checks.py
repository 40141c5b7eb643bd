"""What an editor may not put into a word list, and why; on an invented trade of words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer import word_checks as checks
from indexer.lexicon import Lexicon, Synonym
from indexer.segment import JiebaSegmenter, build_segmenter

LISTS = Lexicon(
    user_words=("浮桥通行证",),
    synonyms=(Synonym("过桥卡", "浮桥通行证"), Synonym("船票", "轮渡乘船凭证")),
    filler=("我想问",),
    function_words=frozenset({"怎么", "哪里"}),
    misspellings={"浮挢": "浮桥"},
)


@pytest.fixture(scope="module")
def plain() -> JiebaSegmenter:
    return build_segmenter(LISTS.user_words)


def said(sentences: Iterator[str]) -> str:
    return "\n".join(sentences)


def test_sound_entries_pass(plain: JiebaSegmenter) -> None:
    assert said(checks.check_user_word("轮渡月票", LISTS)) == ""
    assert said(checks.check_synonym("坐船卡", "轮渡月票", LISTS, plain)) == ""
    assert said(checks.check_filler("劳驾问一声", LISTS)) == ""
    assert said(checks.check_function_word("究竟", LISTS)) == ""
    assert said(checks.check_misspelling("轮肚", "轮渡", LISTS)) == ""
    assert said(checks.check_best_bet("浮桥封航")) == ""
    assert said(checks.check_weight(1.0)) == ""


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("桥", "两个以上的汉字"),
        ("A3通行证", "两个以上的汉字"),
        ("哪里", "在虚词表里"),
        ("浮挢通行", "错别字“浮挢”"),
        ("一二三四五六七八九十甲乙丙", "最多 12 个字"),
    ],
)
def test_a_user_word_is_chinese_short_and_in_no_other_list(word: str, sentence: str) -> None:
    assert sentence in said(checks.check_user_word(word, LISTS))


@pytest.mark.parametrize(
    ("asked", "target", "sentence"),
    [
        ("船票", "船票", "同一个词"),
        ("怎么", "浮桥", "用不上"),
        ("我想问船票", "轮渡", "口头语“我想问”"),
        ("！！", "轮渡", "没有可以检索的字"),
        ("邻居昨天晚上偷偷倒垃圾到河里面", "倾倒垃圾", "够不着"),
        ("长" * 31, "浮桥", "最多 30 个字"),
    ],
)
def test_a_synonym_must_be_reachable_and_say_something_else(
    plain: JiebaSegmenter, asked: str, target: str, sentence: str
) -> None:
    assert sentence in said(checks.check_synonym(asked, target, LISTS, plain))


@pytest.mark.parametrize("weight", [0.0, -0.5, 1.01])
def test_a_weight_is_above_nothing_and_at_most_one(weight: float) -> None:
    assert said(checks.check_weight(weight)) == "权重应大于 0、不超过 1。"


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("喂", "只有一个字"),
        ("通行", "主题词“浮桥通行证”"),
        ("我的过桥卡呢", "主题词“过桥卡”"),
        ("船票", "主题词“船票”"),
        ("你好 请问", "有空格"),
        ("说" * 13, "最多 12 个字"),
    ],
)
def test_filler_never_takes_a_subject_word_along(phrase: str, sentence: str) -> None:
    assert sentence in said(checks.check_filler(phrase, LISTS))


@pytest.mark.parametrize(
    ("word", "sentence"),
    [("浮桥通行证", "在用户词里"), ("船票", "同义词的说法"), ("，", "一个词")],
)
def test_a_function_word_names_no_matter(word: str, sentence: str) -> None:
    assert sentence in said(checks.check_function_word(word, LISTS))


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        ("浮桥", "浮桥", "相同"),
        ("轮渡", "轮渡票", "越改越长"),
        ("挢", "桥", "两个以上的汉字"),
        ("通行", "同行", "“浮桥通行证”里"),
        ("轮肚", "？", "没有可以检索的字"),
    ],
)
def test_a_slip_is_no_part_of_a_right_word(wrong: str, right: str, sentence: str) -> None:
    assert sentence in said(checks.check_misspelling(wrong, right, LISTS))


@pytest.mark.parametrize(
    ("phrase", "sentence"), [("桥", "至少要有两个字"), ("桥" * 41, "最多 40 个字")]
)
def test_a_best_bet_is_a_phrase_of_bounded_length(phrase: str, sentence: str) -> None:
    assert sentence in said(checks.check_best_bet(phrase))


class Cutting:
    """A segmenter of one invented term."""

    fingerprint = ""

    def __init__(self, *words: str) -> None:
        self.words = list(words)

    def cut(self, run: str) -> list[str]:
        return self.words

    cut_search = cut


@pytest.mark.parametrize(
    ("after", "is_cut_up"),
    [(("老", "旧改", "造"), True), (("老旧改造",), False), (("老旧", "改造"), False)],
)
def test_a_short_name_that_cuts_through_a_longer_term_is_noticed(
    after: tuple[str, ...], is_cut_up: bool
) -> None:
    lists = Lexicon(user_words=("旧改",), synonyms=(Synonym("翻新", "老旧改造"),))
    found = checks.cut_up_by("旧改", Cutting("老旧", "改造"), Cutting(*after), lists)
    assert found == (["老旧改造"] if is_cut_up else [])
