from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.filler import strike_filler
from indexer.lexicon import Lexicon
from indexer.segment import JiebaSegmenter


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("想问下水道堵了", "下水道堵了"),  # the end of 想问下 lies inside 下水道
        ("我想问下水费", "水费"),
        ("喂路灯坏了", "路灯坏了"),
        ("谢谢", ""),
        ("小喂店营业执照", "小喂店营业执照"),  # one character counts only when it stands apart
    ],
)
def test_filler_ends_where_words_end(
    segmenter: JiebaSegmenter, lexicon: Lexicon, text: str, left: str
) -> None:
    lists = replace(lexicon, filler=("想问下", "想问", "我想问", "我想问下", "喂", "谢谢"))
    assert strike_filler(text, segmenter, lists)[0].strip() == left


def test_the_longest_phrase_is_struck_and_named_once(
    segmenter: JiebaSegmenter, lexicon: Lexicon
) -> None:
    lists = replace(lexicon, filler=("麻烦", "麻烦帮我"))
    assert strike_filler("麻烦帮我，麻烦帮我看路灯", segmenter, lists) == (
        " ， 看路灯",
        ("麻烦帮我",),
    )


def test_without_filler_nothing_changes(segmenter: JiebaSegmenter) -> None:
    assert strike_filler("你好路灯", segmenter, Lexicon()) == ("你好路灯", ())
