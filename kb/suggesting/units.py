"""Which unit a request belongs to, from pieces of evidence: each says for whom, how much, why."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

LEAD, ASSISTING = "lead", "assisting"
# A unit that keeps returning such orders is still named, but not before those that keep them.
MOST_DOUBT = 0.6
DOUBT_PER_RETURN = 0.15


@dataclass(frozen=True)
class Evidence:
    """One reason for a unit; ``weight`` is between 0 (says nothing) and 1 (settles it)."""

    unit_id: int
    weight: float
    reason: str
    role: str = LEAD


@dataclass(frozen=True)
class RankedUnit:
    """A unit, 主办 or 协办, how sure (0 to 1), and every reason, weightiest first."""

    unit_id: int
    role: str
    score: float
    reasons: tuple[str, ...]


def rank(
    evidence: Iterable[Evidence], returns: dict[int, int], days: int, limit: int = 5
) -> list[RankedUnit]:
    """The likeliest units, best first; a unit stands once, 主办 if anything says so.

    Independent reasons add up as probabilities do: each takes its part of the doubt left.

    :param returns: how often each unit returned orders of this matter in the last ``days`` days.
    """
    by_unit: dict[int, list[Evidence]] = {}
    for piece in evidence:
        by_unit.setdefault(piece.unit_id, []).append(piece)
    ranked = [_weigh(pieces, returns.get(unit_id, 0), days) for unit_id, pieces in by_unit.items()]
    return sorted(ranked, key=lambda unit: (-unit.score, unit.unit_id))[:limit]


def after_own_returns(
    ranked: Iterable[RankedUnit], own_returns: Collection[int]
) -> list[RankedUnit]:
    """The units that sent this very order back stand last among equals, and it is said of them."""
    told = [
        replace(
            unit,
            score=unit.score * (1 - MOST_DOUBT),
            reasons=("退回过这件诉求的工单", *unit.reasons),
        )
        if unit.unit_id in own_returns
        else unit
        for unit in ranked
    ]
    return sorted(told, key=lambda unit: (-unit.score, unit.unit_id))


def _weigh(pieces: Sequence[Evidence], returned: int, days: int) -> RankedUnit:
    role = LEAD if any(piece.role == LEAD for piece in pieces) else ASSISTING
    doubt = 1.0
    for piece in pieces:
        doubt *= 1 - piece.weight
    reasons = [piece.reason for piece in sorted(pieces, key=lambda piece: -piece.weight)]
    score = 1 - doubt
    if returned:
        score *= 1 - min(MOST_DOUBT, DOUBT_PER_RETURN * returned)
        reasons.append(f"近 {days} 天退回同类工单 {returned} 次")
    return RankedUnit(pieces[0].unit_id, role, score, tuple(dict.fromkeys(reasons)))
