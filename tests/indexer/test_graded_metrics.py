"""Graded nDCG against values worked by hand."""

import pytest

from indexer.metrics import graded_ndcg

GRADES = {"a": 3, "b": 2, "c": 1, "z": 0}


@pytest.mark.parametrize(
    ("ranked", "expected"),
    [
        # ideal: 7/1 + 3/log2(3) + 1/2 = 9.392789
        (["a", "b", "c"], 1.0),
        (["b", "x", "a"], (3 + 7 / 2) / 9.392789),
        (["z", "x", "y"], 0.0),
        ([], 0.0),
    ],
)
def test_gains_are_two_to_the_grade_less_one(ranked: list[str], expected: float) -> None:
    assert graded_ndcg(ranked, GRADES) == pytest.approx(expected, abs=1e-6)


def test_what_stands_past_k_is_ignored() -> None:
    # ideal of one place is 7; "b" there earns 3
    assert graded_ndcg(["b", "a"], GRADES, 1) == pytest.approx(3 / 7)


def test_nothing_relevant_is_worth_nothing() -> None:
    assert graded_ndcg(["z"], {"z": 0}) == 0.0
