"""The parts of the final ranking, by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from indexer.features import Evidence, Weights, combined, parts_of, strength

FLAT = Weights(coverage=0.0, phrase=0.0, length=0.0, contact=1.0, exact=200.0)


def column(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def evidence(**known: object) -> Evidence:
    """Two candidates that are alike but for what is given."""
    same: dict[str, object] = {
        "passage": column(3.9, 3.9),
        "item": column(3.9, 3.9),
        "exact": column(0, 0),
        "coverage": column(0, 0),
        "phrase": column(0, 0),
        "length": column(0.99, 0.99),
        "contact": np.array([False, False]),
        "phone_wanted": False,
        "elsewhere": np.array([False, False]),
        "district": np.array([False, False]),
        "own": np.array([False, False]),
        "age": column(np.inf, np.inf),
    }
    return Evidence(**(same | known))  # type: ignore[arg-type]


def scores(given: Evidence, weights: Weights) -> list[float]:
    return combined(parts_of(given, weights)).tolist()


def test_passage_and_item_are_multiplied_so_both_must_hold_something() -> None:
    # √(3.9+0.1 × 15.9+0.1) = 8; an item whose words are scattered: √(0+0.1 × 19.8+0.1) = 1.41.
    given = evidence(passage=column(3.9, 0), item=column(15.9, 19.8))
    assert scores(given, FLAT) == pytest.approx([8.0, math.sqrt(0.1 * 19.9)], rel=1e-5)
    only_passage = replace(FLAT, passage_share=1.0)
    assert scores(given, only_passage) == pytest.approx([4.0, 0.1], rel=1e-5)


def test_each_lift_is_a_factor() -> None:
    given = evidence(coverage=column(1, 0.5), phrase=column(0, 2), length=column(0.99, 3.99))
    weights = replace(FLAT, coverage=1.0, phrase=0.5, length=0.5)
    expected = [4 * math.e, 4 * math.exp(0.5) * math.exp(1.0) / 2]
    assert scores(given, weights) == pytest.approx(expected, rel=1e-5)


def test_a_contact_is_lifted_only_when_a_phone_is_wanted() -> None:
    contact = np.array([True, False])
    weights = replace(FLAT, contact=1.5)
    assert scores(evidence(contact=contact), weights) == pytest.approx([4, 4])
    wanted = evidence(contact=contact, phone_wanted=True)
    assert scores(wanted, weights) == pytest.approx([6, 4])


def test_its_own_number_outweighs_many_words() -> None:
    given = evidence(passage=column(0, 150), item=column(0, 150), exact=column(1, 0))
    first, second = scores(given, Weights())
    assert first > second


def test_strength_does_not_depend_on_the_order_of_the_words() -> None:
    scattered, together = strength(evidence(phrase=column(0, 3)), Weights()).tolist()
    assert scattered == together == pytest.approx(3.9)
    assert strength(evidence(coverage=column(1, 1)), Weights())[0] == pytest.approx(3.9)
