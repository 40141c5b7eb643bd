from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.lexicon import BestBet, Lexicon
from indexer.query import understand
from indexer.segment import JiebaSegmenter


class Nothing:
    """A vocabulary without words: pinning does not ask the index."""

    def frequency(self, word: str) -> int:
        return 0

    def sounding(self, kind: str, key: str) -> list[tuple[str, int]]:
        return []


@pytest.fixture
def pinned(segmenter: JiebaSegmenter, lexicon: Lexicon):
    def pinning(text: str, *bets: tuple[str, str]) -> tuple[str, ...]:
        chosen = replace(lexicon, best_bets=tuple(BestBet(*bet) for bet in bets))
        return understand(text, segmenter, chosen, Nothing()).pinned

    return pinning


def test_the_whole_question_pins_once_its_filler_is_struck(pinned) -> None:
    assert pinned("您好，我想问一下 停水通知？", ("停水通知", "a")) == ("a",)
    assert pinned("停电通知", ("停水通知", "a")) == ()


@pytest.mark.parametrize(
    ("asked", "phrase", "pins"),
    [
        ("滨河路的低保怎么申请", "低保", True),
        ("最低保障标准是多少", "低保", False),
        ("ETC怎么办理", "ＥＴＣ", True),
        ("公租房、廉租房", "公租房廉租房", True),
    ],
)
def test_a_phrase_pins_as_whole_words_only(pinned, asked: str, phrase: str, pins: bool) -> None:
    assert pinned(asked, (phrase, "a")) == (("a",) if pins else ())


def test_the_most_particular_phrase_comes_first_and_an_entry_once(pinned) -> None:
    bets = (("暖气", "a"), ("暖气费", "b"), ("暖气费减免", "c"), ("减免", "c"))
    assert pinned("暖气费减免", *bets) == ("c", "b")
