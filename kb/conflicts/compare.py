"""Comparing two entries: which statements are about the same, and which of these differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.conflicts import matter
from kb.conflicts.brief import Brief, key_of
from kb.conflicts.closeness import closeness
from kb.conflicts.contacts import same_address, same_hours, same_phone
from kb.conflicts.days import same_days
from kb.conflicts.entry import Statement
from kb.conflicts.papers import same_materials
from kb.conflicts.quantities import same_quantity
from kb.conflicts.values import (
    Address,
    Days,
    Hours,
    Kind,
    Materials,
    Meaning,
    Phone,
    Quantity,
    Rule,
)

ENOUGH = 0.5
# A second candidate this close to the best means that one side lists several branches.
CLOSE = 0.9


@dataclass(frozen=True)
class Difference:
    """Two statements on one attribute that cannot both hold."""

    attribute: str
    left: Statement
    right: Statement
    score: float


def compare(left: Brief, right: Brief) -> list[Difference]:
    """The differences between two entries, each attribute and pair of values once."""
    if not matter.may_meet(left, right):
        return []
    pairs = _comparable(left, right)
    settled_left = {a for a, b, _ in pairs if is_same(left.statements[a], right.statements[b])}
    settled_right = {b for a, b, _ in pairs if is_same(left.statements[a], right.statements[b])}
    best_left, best_right = _best(pairs, 0), _best(pairs, 1)
    found: dict[tuple[object, ...], Difference] = {}
    for a, b, score in pairs:
        one, other = left.statements[a], right.statements[b]
        if a in settled_left or b in settled_right or is_same(one, other):
            continue
        if score < best_left[a] or score < best_right[b]:
            continue
        if _has_branches(a, b, score, pairs, left.statements, right.statements):
            continue
        key = (one.kind, key_of(one.meaning), key_of(other.meaning))
        if key not in found or found[key].score < score:
            found[key] = Difference(_attribute(one, other), one, other, round(score, 3))
    return list(found.values())


def _comparable(left: Brief, right: Brief) -> list[tuple[int, int, float]]:
    pairs = []
    by_kind: dict[Kind, list[int]] = {}
    for b, other in enumerate(right.statements):
        by_kind.setdefault(other.kind, []).append(b)
    for a, one in enumerate(left.statements):
        for b in by_kind.get(one.kind, ()):
            score = closeness(left, one, right, right.statements[b])
            if score >= ENOUGH:
                pairs.append((a, b, score))
    return pairs


def _best(pairs: Sequence[tuple[int, int, float]], side: int) -> dict[int, float]:
    best: dict[int, float] = {}
    for pair in pairs:
        at = int(pair[side])
        best[at] = max(best.get(at, 0.0), pair[2])
    return best


def _has_branches(
    a: int,
    b: int,
    score: float,
    pairs: Sequence[tuple[int, int, float]],
    left: Sequence[Statement],
    right: Sequence[Statement],
) -> bool:
    """Whether one side lists several values that the other's single one might stand for."""
    for other_a, other_b, close in pairs:
        if close < CLOSE * score:
            continue
        if other_b == b and other_a != a and not _agree(left[other_a], left[a]):
            return True
        if other_a == a and other_b != b and not _agree(right[other_b], right[b]):
            return True
    return False


def _agree(one: Statement, other: Statement) -> bool:
    return _means_same(one.meaning, other.meaning)


def is_same(one: Statement, other: Statement) -> bool:
    """Whether two statements of one kind tell a caller the same."""
    return _means_same(one.meaning, other.meaning)


def _means_same(one: Meaning, other: Meaning) -> bool:
    match one, other:
        case Quantity(), Quantity():
            return same_quantity(one, other)
        case Days(), Days():
            return same_days(one, other)
        case Phone(), Phone():
            return same_phone(one, other)
        case Address(), Address():
            return same_address(one, other)
        case Hours(), Hours():
            return same_hours(one, other)
        case Rule(), Rule():
            return one.holds == other.holds
        case Materials(), Materials():
            return same_materials(one, other)
    return one == other


def _attribute(one: Statement, other: Statement) -> str:
    if isinstance(one.meaning, Rule):
        return "户籍条件" if one.meaning.about == "户籍" else "办理条件"
    return one.role.name if one.role.is_sure or not other.role.is_sure else other.role.name
