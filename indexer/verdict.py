"""Is the best entry good enough to be read to a caller, or is the honest answer 无依据?"""

from __future__ import annotations

import math

# Calibrated so that 19 of 20 answerable questions stay answered; of unanswerable ones four in ten
# are refused then. A right answer withheld costs a call, a near one shown costs a glance.
SHARE_WEIGHT = 6.0
THRESHOLD = 2.4


def is_answered(score: float, rarest: float, found: float, asked: float) -> bool:
    """Decide from the best entry of a result.

    Two signs add up: how much of the question was found (one subject more than was asked is
    assumed, so that a single word found proves less), and the score, measured in words as rare
    as can be, so that the size of the collection does not matter.

    :param score: of the best entry. `rarest`: idf of a word that stands in one entry only.
    :param found, asked: squared concept weights, see `evidence.Coverage`.
    """
    if score <= 0 or rarest <= 0:
        return False
    return SHARE_WEIGHT * found / (asked + 1) + math.log(score / rarest) >= THRESHOLD
