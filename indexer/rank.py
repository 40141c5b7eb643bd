"""Exact top-k of the sums of clauses, without looking at what cannot win (MaxScore)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from .clauses import SCRATCH, Clause
from .features import Floats, Mask
from .postings import NO_IDS, Ids

# Below this length adding a list costs less than finding out whether it is needed.
_LONG = 2_000
_ROUNDING = 1e-4  # of a bound: sums of 32-bit numbers may be off by less


class Top(NamedTuple):
    """The best numbers with their scores, best first; ties by number."""

    ids: Ids
    scores: Floats


def top_k(clauses: Sequence[Clause], allowed: Mask, k: int) -> Top:
    """The k best of the allowed numbers with a positive score, exactly.

    The score of a number is the 32-bit sum over the clauses, shortest first. Short clauses are
    added in full; once the k-th best so far is more than all remaining clauses could give a
    number not seen yet, those are looked up for the numbers that can still win.
    """
    ordered = sorted(clauses, key=_size)
    rest = list(accumulate((clause.bound for clause in reversed(ordered)), initial=0.0))[::-1]
    slack = _ROUNDING * rest[0]
    totals = SCRATCH.cleared("totals", len(allowed))
    seen = NO_IDS
    fresh: list[Ids] = []
    for at, clause in enumerate(ordered):
        # The k-th best is at most what was added so far.
        if clause.size >= _LONG and rest[0] - rest[at] > rest[at]:
            seen, fresh = _seen(seen, fresh, allowed), []
            scores = totals[seen]
            least = _kth(scores, k) - rest[at]
            if least > slack:
                keep = scores >= least - slack
                return _finish(Top(seen[keep], scores[keep]), ordered[at:], rest[at:], k, slack)
        clause.add_to(totals, SCRATCH)
        fresh += clause.ids()
    seen = _seen(seen, fresh, allowed)
    return _best(seen, totals[seen], k)


def _size(clause: Clause) -> int:
    return clause.size


def _seen(seen: Ids, fresh: list[Ids], allowed: Mask) -> Ids:
    ids = fresh[0] if len(fresh) == 1 and not len(seen) else np.concatenate([seen, *fresh])
    if len(ids) > len(allowed) // 8:
        marks = np.zeros(len(allowed), np.bool_)
        marks[ids] = True
        return np.flatnonzero(marks & allowed).astype(np.int32)
    if len(fresh) > 1 or len(seen):
        ids = np.sort(ids)
        ids = ids[np.append(True, ids[1:] != ids[:-1])]
    return ids[allowed[ids]]


def _kth(scores: Floats, k: int) -> float:
    """The k-th best score, 0 when there are fewer."""
    if len(scores) < k:
        return 0.0
    return float(np.partition(scores, -k)[-k])


def _finish(
    found: Top, later: Sequence[Clause], rest: Sequence[float], k: int, slack: float
) -> Top:
    """Look the later clauses up for what can still win; `rest[at]` is the most from `at` on."""
    ids, scores = found
    for at, clause in enumerate(later):
        scores = scores + clause.at(ids)
        if len(ids) > 4 * k:
            keep = scores >= _kth(scores, k) - rest[at + 1] - slack
            ids, scores = ids[keep], scores[keep]
    return _best(ids, scores, k)


def _best(ids: Ids, scores: Floats, k: int) -> Top:
    if len(ids) > k:
        keep = scores >= _kth(scores, k)
        ids, scores = ids[keep], scores[keep]
    positive = scores > 0
    ids, scores = ids[positive], scores[positive]
    order = np.lexsort((ids, -scores))[:k]
    return Top(ids[order], scores[order])
