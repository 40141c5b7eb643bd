"""Is the best entry good enough to be read to a caller, or is the honest answer 无依据?"""

from __future__ import annotations

from collections.abc import Sequence

from .engine import Hit
from .query import Understood

# Share of the question's weight that the best entry must hold. Calibrated on judged questions
# of public hotlines (docs/relevance.md); a 文号 or phone number found whole always answers.
MIN_COVERAGE = 0.35


def answers(understood: Understood, hits: Sequence[Hit]) -> bool:
    """Decide for a ranked result; the hits are best first."""
    if not hits:
        return False
    best = hits[0]
    asked_whole = {c.text for c in understood.concepts if c.alternatives[0].group == "exact"}
    if any(match.term in asked_whole for match in best.matched):
        return True
    return best.coverage >= MIN_COVERAGE
