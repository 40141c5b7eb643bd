"""Is the best entry good enough to be read to a caller, or is the honest answer 无依据?"""

from __future__ import annotations

import math
from dataclasses import dataclass

# Signs that can each only speak one way; the unit is a factor e of score. Chosen on the
# answerable questions of three unlike collections, against the same questions with their
# entries taken out and questions about something else. The threshold lets 19 of 20 answerable
# questions of every one of them through: a right answer withheld costs a call, a near one shown
# costs a glance. The weights follow the scale of the reading: measure again when query.py or
# the scores change (docs/relevance.md).
UNNAMED_WEIGHT = -0.35
TITLE_WEIGHT = 1.0
LOST_WEIGHT = -0.4
THRESHOLD = 0.6
_ONE_MORE = 0.5  # half a subject more than was asked is assumed, so one word found proves less


@dataclass(frozen=True)
class Subjects:
    """How far an entry has what was asked about.

    :param asked: weight of all that was asked.
    :param title: share of it that title or 相似问 say.
    :param lost: what the character pairs of its words weigh that other entries have and this
        one has not; 1 for each that a single entry has. A turn of speech that none has is no loss.
    :param unnamed: summed weight of the things and measures named, known or not, that this
        entry does not name.
    :param only_measured: it has the numbers of the question and nothing else of it.
    """

    asked: float
    title: float
    lost: float
    unnamed: float
    only_measured: bool = False


@dataclass(frozen=True)
class BestEntry:
    """What speaks for the best entry of a result.

    :param score: by words and character pairs, without lifts.
    :param rarest: what a word scores at most that stands in one entry only: idf(1); with it the
        size of the collection does not matter.
    :param numbers: how many of the entry's own numbers (文号, phone) were asked for.
    """

    score: float
    rarest: float
    subjects: Subjects
    numbers: float = 0.0


def is_answered(best: BestEntry) -> bool:
    """Whether the entry answers; one that holds the asked number always does."""
    if best.numbers > 0:
        return True
    if best.score <= 0 or best.rarest <= 0 or best.subjects.only_measured:
        return False
    return certainty(best) >= THRESHOLD


def certainty(best: BestEntry) -> float:
    """The sum of the signs, in factors e of score; higher is surer."""
    subjects = best.subjects
    titled = subjects.title * subjects.asked / (subjects.asked + _ONE_MORE)
    return (
        math.log(best.score / best.rarest)
        + UNNAMED_WEIGHT * subjects.unnamed
        + TITLE_WEIGHT * titled
        + LOST_WEIGHT * subjects.lost
    )
