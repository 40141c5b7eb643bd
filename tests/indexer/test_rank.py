"""The scorer, by hand. Three passages, two items: passages 0 and 1 are item 0, passage 2 item 1."""

from __future__ import annotations

import math

import numpy as np
import pytest

from indexer.rank import FieldCounts, Layout, Weights, idf, spread, top_items, weigh

LAYOUT = Layout.of(np.array([1, 0, 1]), np.array([10, 20, 30]))


def test_items_are_runs_of_passages() -> None:
    assert LAYOUT.item_of.tolist() == [0, 0, 1]
    assert (LAYOUT.starts.tolist(), LAYOUT.ends.tolist()) == ([0, 2], [2, 3])
    # Mean passage length 20, mean item length 30.
    assert LAYOUT.passage_norm.tolist() == [0.5, 1.0, 1.5]
    assert LAYOUT.item_norm.tolist() == [1.0, 1.0]


def test_counts_of_fields_are_added_before_they_saturate() -> None:
    title = FieldCounts(np.array([0, 1]), np.array([1.0, 1.0], np.float32), 2.0,
                        np.array([0]), np.array([1.0], np.float32))  # fmt: skip
    body = FieldCounts(np.array([1]), np.array([3.0], np.float32), 1.0,
                       np.array([0]), np.array([3.0], np.float32))  # fmt: skip
    found = weigh([title, body], LAYOUT, Weights(k1=1.0, b=0.5))
    # tf 2 and 5; length parts 1*(0.5+0.5*0.5)=0.75 and 1*(0.5+0.5*1)=1; tf*2/(tf+part).
    assert found.passages.tolist() == [0, 1]
    assert found.passage_weights.tolist() == pytest.approx([4 / 2.75, 10 / 6])
    # The item says it 2*1 + 3 = 5 times: the title counts once, however many passages.
    assert found.items.tolist() == [0]
    assert found.item_weights.tolist() == pytest.approx([10 / 6])


def test_a_term_found_nowhere_has_no_postings() -> None:
    assert len(weigh([], LAYOUT, Weights()).passages) == 0


def test_an_item_value_reaches_all_its_passages() -> None:
    passages, values = spread(np.array([0, 1]), np.array([1.0, 2.0], np.float32), LAYOUT)
    assert passages.tolist() == [0, 1, 2]
    assert values.tolist() == [1.0, 1.0, 2.0]


def test_rare_terms_tell_more() -> None:
    assert idf(1, 10) == pytest.approx(math.log(1 + 9.5 / 1.5))
    assert idf(10, 10) == pytest.approx(math.log(1 + 0.5 / 10.5))


def test_the_best_allowed_items_come_first_and_ties_keep_their_order() -> None:
    values = np.array([1.0, 3.0, 3.0, 0.0, 9.0], np.float32)
    allowed = np.array([True, True, True, True, False])
    assert top_items(values, allowed, 2).tolist() == [1, 2]
    assert top_items(values, allowed, 9).tolist() == [1, 2, 0]
