"""Is the best entry good enough to be read to a caller, or is the honest answer 无依据?"""

from __future__ import annotations

import math
from dataclasses import dataclass

# Three signs, each of which can only speak one way; the unit is a factor e of score. A logistic
# regression on answerable questions of two unlike collections, against the same questions with
# their entries taken out and questions about something else, chose the signs. The weights
# follow the scale of the reading: measure again when query.py or the scores change. The
# threshold lets 19 of 20 answerable questions through. A right answer withheld costs a call, a
# near one shown costs a glance.
MISSING_WEIGHT = -1.0
TITLE_WEIGHT = 2.1
THRESHOLD = 0.86
_ONE_MORE = 0.5  # half a subject more than was asked is assumed, so one word found proves less


@dataclass(frozen=True)
class BestEntry:
    """What speaks for the best entry of a result.

    :param score: by words and character pairs, without lifts.
    :param rarest: what a word scores at most that stands in one entry only: idf(1); with it the
        size of the collection does not matter.
    :param missing: the weight, 0 to 1, of the weightiest subject that the collection knows and
        this entry does not; a turn of speech that no entry holds is none.
    :param title: share of the asked weight that title or 相似问 say; `asked`: that weight.
    :param numbers: how many of the entry's own numbers (文号, phone) were asked for.
    """

    score: float
    rarest: float
    missing: float
    title: float
    asked: float
    numbers: float = 0.0


def is_answered(best: BestEntry) -> bool:
    """Whether the entry answers; one that holds the asked number always does."""
    if best.numbers > 0:
        return True
    if best.score <= 0 or best.rarest <= 0:
        return False
    return certainty(best) >= THRESHOLD


def certainty(best: BestEntry) -> float:
    """The sum of the signs, in factors e of score; higher is surer."""
    titled = best.title * best.asked / (best.asked + _ONE_MORE)
    strength = math.log(best.score / best.rarest)
    return strength + MISSING_WEIGHT * best.missing + TITLE_WEIGHT * titled
