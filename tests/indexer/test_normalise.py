from __future__ import annotations

import pytest

from indexer.normalise import fold, join_spoken_fragments, normalise


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ＡＰＰ１２３４５", "app12345"),
        ("長期護理保險", "长期护理保险"),
        ("住\u200b房\ufeff公积金", "住房公积金"),
        ("每㎡１８元", "每m218元"),
        ("a\x00b\ud800c", "abc"),
        ("全\u3000角\xa0空格", "全 角 空格"),
    ],
)
def test_one_spelling_for_width_case_script_and_invisible_characters(
    written: str, read: str
) -> None:
    assert normalise(written) == read


def test_every_folded_character_knows_where_it_came_from() -> None:
    folded = fold("每㎡\u200bＡ元")
    assert folded.text == "每m2a元"
    assert list(folded.origins) == [0, 1, 1, 3, 4]


def test_gaps_between_single_spoken_characters_close_but_words_stay_apart() -> None:
    assert join_spoken_fragments("公 租 房 怎么申请") == "公租房 怎么申请"
    assert join_spoken_fragments("居住证 材料") == "居住证 材料"
