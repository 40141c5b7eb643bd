"""The words of a text that spoke for a category, from what its characters and pairs said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.segment import is_chinese, pieces
from kb.suggesting.features import View
from kb.suggesting.linear import Vector

Cut = Callable[[str], list[str]]


@dataclass(frozen=True)
class _CutView:
    """A view with its words: text, first and last character of each, two characters or more."""

    view: View
    words: list[str]
    firsts: NDArray[np.int64]
    lasts: NDArray[np.int64]
    # For each feature of the view its place in the vector (-1: unknown) and how often it stands.
    places: NDArray[np.int64]
    times: NDArray[np.int64]


class Wording:
    """The words of one text, cut once, asked for several categories."""

    def __init__(self, views: Sequence[View], vector: Vector, cut: Cut) -> None:
        self._vector = vector
        self._views = [_cut_view(view, vector, cut) for view in views]

    def best(self, speaks: NDArray[np.float32], limit: int) -> tuple[str, ...]:
        """The words that said most.

        :param speaks: what each feature of the vector says for the category, same order.
        """
        total: dict[str, float] = {}
        for view in self._views:
            for word, score in zip(view.words, _said(view, speaks).tolist(), strict=True):
                total[word] = total.get(word, 0.0) + score
        best = sorted(total, key=lambda word: (-total[word], word))
        return tuple(word for word in best[:limit] if total[word] > 0)


def _cut_view(view: View, vector: Vector, cut: Cut) -> _CutView:
    words, firsts, at = [], [], 0
    for piece in pieces(view.text):
        at = view.text.index(piece, at)
        inside = at
        for word in cut(piece) if is_chinese(piece) else ():
            if len(word) > 1:
                words.append(word)
                firsts.append(inside)
            inside += len(word)
        at += len(piece)
    starts = np.array(firsts, np.int64)
    sizes = np.array([len(word) for word in words], np.int64)
    order = np.argsort(vector[0], kind="stable")
    spots = np.searchsorted(vector[0], view.buckets, sorter=order)
    places = order[np.minimum(spots, len(order) - 1)]
    places = np.where(vector[0][places] == view.buckets, places, -1)
    _, inverse, times = np.unique(view.buckets, return_inverse=True, return_counts=True)
    return _CutView(view, words, starts, starts + sizes, places, times[inverse])


def _said(cut: _CutView, speaks: NDArray[np.float32]) -> NDArray[np.float64]:
    """What each word said: its characters' part of every feature that covers them."""
    view = cut.view
    each = np.where(cut.places >= 0, speaks[cut.places], 0) / cut.times / view.sizes
    length = len(view.text) + 1
    by_char = np.bincount(view.starts, each, length)
    pairs = view.sizes == 2
    by_char += np.bincount(view.starts[pairs] + 1, each[pairs], length)
    before = np.concatenate([[0.0], np.cumsum(by_char)])
    said: NDArray[np.float64] = before[cut.lasts] - before[cut.firsts]
    return said
