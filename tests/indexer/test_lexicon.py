from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from indexer.errors import IndexerError
from indexer.lexicon import BestBet, Lexicon, Synonym, read_synonyms


def test_the_shipped_lists_are_read_whole(lexicon: Lexicon) -> None:
    assert len(lexicon.user_words) > 500
    assert len(lexicon.synonyms) > 400
    assert all(synonym.asked != synonym.target for synonym in lexicon.synonyms)


def test_a_synonym_has_a_direction_unless_it_holds_both_ways(tmp_path: Path) -> None:
    path = tmp_path / "s.tsv"
    path.write_text("# 说明\n失业金\t失业保险金 失业保险\t0.5\n入户 = 落户\n", "utf-8")
    assert list(read_synonyms(path)) == [
        Synonym("失业金", "失业保险金", 0.5),
        Synonym("失业金", "失业保险", 0.5),
        Synonym("入户", "落户", 0.8),
        Synonym("落户", "入户", 0.8),
    ]


@pytest.mark.parametrize("line", ["失业金", "失业金\t保险\t高", "失业金\t保险\t2", "a\tb\t1\tc"])
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "s.tsv"
    path.write_text(f"暖气\t供热\n{line}\n", "utf-8")
    with pytest.raises(IndexerError, match=r"s\.tsv 第 2 行"):
        list(read_synonyms(path))


def test_everyday_words_are_common_and_terms_of_the_trade_are_not(lexicon: Lexicon) -> None:
    assert lexicon.commonness("长护险") == 0.0
    assert lexicon.commonness("租赁") < lexicon.commonness("小孩") < lexicon.commonness("我")


def test_no_filler_is_a_matter(lexicon: Lexicon) -> None:
    """A subject struck as filler could never be found."""
    assert not set(lexicon.filler) & {synonym.asked for synonym in lexicon.synonyms}
    assert not set(lexicon.filler) & set(lexicon.user_words)


@pytest.mark.parametrize(
    "change",
    [
        {"user_words": ("亲水平台",)},
        {"synonyms": (Synonym("暖气", "供热", 0.6),)},
        {"filler": ("想问",)},
        {"function_words": frozenset({"的"})},
        {"misspellings": {"暧气": "暖气"}},
        {"lookalikes": {"未": "末"}},
        {"best_bets": (BestBet("停水", "a1"),)},
    ],
)
def test_the_hash_tells_any_change_of_what_a_question_means(change: dict[str, object]) -> None:
    before = Lexicon(synonyms=(Synonym("暖气", "供热", 0.5),))
    after = replace(before, **change)  # type: ignore[arg-type]
    assert before.content_hash == replace(before).content_hash
    assert before.content_hash != after.content_hash
