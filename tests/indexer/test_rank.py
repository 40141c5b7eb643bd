"""The scorer, by hand and against adding everything up."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.random import Generator, default_rng

from indexer.clauses import Clause, Scaled, clauses_of, scaled, sums
from indexer.postings import Layout, Postings, idf, saturate, steady
from indexer.rank import Top, top_k

# Three passages, two items: passages 0 and 1 are item 0, passage 2 is item 1.
LAYOUT = Layout.of(np.array([1, 0, 1]), np.array([10, 20, 30]))


def test_items_are_runs_of_passages() -> None:
    assert LAYOUT.item_of.tolist() == [0, 0, 1]
    assert (LAYOUT.starts.tolist(), LAYOUT.ends.tolist()) == ([0, 2], [2, 3])


def test_lengths_are_measured_against_the_nearest_step_of_the_average() -> None:
    # Mean passage length 20: 1.05 ** 61 = 19.61, 1.05 ** 62 = 20.59. Mean item length 30.
    assert LAYOUT.steps == pytest.approx((1.05**61, 1.05**70))
    assert LAYOUT.passage_norm.tolist() == pytest.approx([n / 1.05**61 for n in (10, 20, 30)])
    assert LAYOUT.item_norm.tolist() == pytest.approx([30 / 1.05**70, 30 / 1.05**70])


def test_a_step_holds_while_the_average_moves_little() -> None:
    assert steady(101.0) == steady(105.0) == pytest.approx(1.05**95)
    assert steady(100.0) == pytest.approx(1.05**94)


def test_deleted_passages_count_nowhere() -> None:
    live = np.array([False, False, True])
    layout = Layout.of(np.array([1, 0, 1]), np.array([10, 20, 30]), live)
    assert (layout.passages_live, layout.items_live) == (1, 1)
    assert (layout.dead.tolist(), layout.dead_items.tolist()) == ([0, 1], [0])
    assert layout.steps == (steady(30.0), steady(30.0))


def test_counts_saturate_and_long_texts_count_less() -> None:
    # k1 = 1, b = 0.5: tf * 2 / (tf + 0.5 + 0.5 * norm).
    weights = saturate(np.array([2.0, 5.0]), np.array([0.5, 1.0], np.float32), k1=1.0, b=0.5)
    assert weights.tolist() == pytest.approx([4 / 2.75, 10 / 6])


def test_rare_terms_tell_more() -> None:
    assert idf(1, 10) == pytest.approx(math.log(1 + 9.5 / 1.5))
    assert idf(10, 10) == pytest.approx(math.log(1 + 0.5 / 10.5))


def term(ids: list[int], weights: list[float], scale: float = 1.0) -> Scaled:
    values = np.array(weights, np.float32)
    top = float(values.max()) if weights else 0.0
    return scaled(Postings(np.array(ids, np.int32), values, top, len(ids)), scale)


def everything(count: int) -> np.ndarray:
    return np.ones(count, np.bool_)


def test_concepts_add_up_and_their_alternatives_compete() -> None:
    first = clauses_of([[term([0, 1], [1.0, 2.0])], [term([1, 2], [5.0, 1.0], scale=0.5)]])
    second = clauses_of([[term([2], [4.0])]])
    # Passage 1: max(2, 2.5); passage 2: max(0, 0.5) + 4; passage 0: 1.
    top = top_k([*first, *second], everything(4), 10)
    assert (top.ids.tolist(), top.scores.tolist()) == ([2, 1, 0], [4.5, 2.5, 1.0])


def test_the_terms_of_an_alternative_add_up_before_it_competes() -> None:
    clauses = clauses_of([[term([0], [2.0]), term([0, 1], [2.0, 2.0])], [term([0, 1], [3.0, 3.0])]])
    assert sums(clauses, 2).tolist() == [4.0, 3.0]
    assert clauses[0].at(np.array([0, 1], np.int32)).tolist() == [4.0, 3.0]


def test_an_alternative_found_nowhere_does_not_compete() -> None:
    clauses = clauses_of([[term([], [])], [term([0], [1.0]), term([0], [2.0])]])
    assert [clause.size for clause in clauses] == [1, 1]
    assert clauses_of([[term([], [])]]) == []


def test_what_is_not_allowed_takes_no_place_and_ties_keep_their_order() -> None:
    clauses = clauses_of([[term([0, 1, 2, 4], [1.0, 3.0, 3.0, 9.0])]])
    allowed = np.array([True, True, True, True, False])
    assert top_k(clauses, allowed, 2).ids.tolist() == [1, 2]
    assert top_k(clauses, allowed, 9).ids.tolist() == [1, 2, 0]
    assert top_k([], allowed, 3).ids.tolist() == []


def random_term(rng: Generator, size: int) -> Scaled:
    # Frequencies as in language: a few terms nearly everywhere, most of them rare.
    count = max(1, int(size * rng.random() ** 6))
    ids = np.sort(rng.choice(size, count, replace=False)).astype(np.int32)
    weights = (rng.random(count) * 2.2).astype(np.float32)
    top = float(weights.max())
    return scaled(Postings(ids, weights, top, count), idf(count, size) * rng.random())


def random_clauses(rng: Generator, size: int) -> list[Clause]:
    clauses: list[Clause] = []
    for _ in range(int(rng.integers(1, 12))):
        ways = [
            [random_term(rng, size) for _ in range(int(rng.integers(1, 4)))]
            for _ in range(int(rng.choice([1, 1, 1, 3])))
        ]
        clauses += clauses_of(ways)
    return clauses


def by_brute_force(clauses: list[Clause], allowed: np.ndarray, k: int) -> Top:
    """Every score in full, in the order that `top_k` states."""
    ordered = sorted(clauses, key=lambda clause: clause.size)
    totals = sums(ordered, len(allowed))
    ids = np.flatnonzero(allowed & (totals > 0)).astype(np.int32)
    order = np.lexsort((ids, -totals[ids]))[:k]
    return Top(ids[order], totals[ids[order]])


@pytest.mark.parametrize("seed", range(60))
def test_the_best_are_exactly_those_of_adding_everything_up(seed: int) -> None:
    rng = default_rng(seed)
    size = int(rng.choice([50, 3_000, 40_000]))
    allowed = rng.random(size) < rng.choice([1.0, 0.9, 0.01])
    clauses = random_clauses(rng, size)
    for k in (1, 10, 300):
        found, expected = top_k(clauses, allowed, k), by_brute_force(clauses, allowed, k)
        assert found.ids.tolist() == expected.ids.tolist()
        assert found.scores.tolist() == expected.scores.tolist()
