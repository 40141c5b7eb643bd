"""Comparing two entries: which statements are about the same, and which of these differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.conflicts import matter
from kb.conflicts.agreement import agreeing, left_over, tell_one_matter, use_the_same_words
from kb.conflicts.brief import Brief, key_of
from kb.conflicts.closeness import closeness
from kb.conflicts.entry import Statement
from kb.conflicts.same import means_same
from kb.conflicts.values import CONTACT_KINDS, Kind, Quantity, Rule

ENOUGH = 0.5
# Asked for where only the clauses, and not the titles, show that the matter is one.
SURE = 0.85
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
    # Words first: what an entry states takes much longer to read.
    has_a_word = matter.have_a_word_in_common(left, right)
    if not has_a_word and not use_the_same_words(left, right):
        return []
    is_one_matter = tell_one_matter(left, right)
    if not is_one_matter and not has_a_word:
        return []
    pairs = _comparable(left, right, is_one_matter)
    same = [(a, b) for a, b, _ in pairs if is_same(left.statements[a], right.statements[b])]
    if is_one_matter:
        same += agreeing(left, right)
    settled_left, settled_right = {a for a, _ in same}, {b for _, b in same}
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
    differences = list(found.values())
    if is_one_matter:
        kinds = {difference.left.kind for difference in differences}
        is_named_alike = matter.are_named_alike(left, right)
        for one, other in left_over(left, right):
            if one.kind not in kinds and (one.kind not in CONTACT_KINDS or is_named_alike):
                differences.append(Difference(_attribute(one, other), one, other, ENOUGH))
    return differences


def _comparable(left: Brief, right: Brief, is_one_matter: bool) -> list[tuple[int, int, float]]:
    is_for_others = not is_one_matter and matter.are_for_others(left, right)
    pairs = []
    by_kind: dict[Kind, list[int]] = {}
    for b, other in enumerate(right.statements):
        by_kind.setdefault(other.kind, []).append(b)
    for a, one in enumerate(left.statements):
        for b in by_kind.get(one.kind, ()):
            other = right.statements[b]
            if is_for_others and one.kind not in CONTACT_KINDS:
                continue
            score = closeness(left, one, right, other)
            if score < ENOUGH:
                continue
            if (
                is_one_matter
                or matter.is_same(left, one, right, other)
                or (score >= SURE and matter.say_one_thing(left, one, right, other))
            ):
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
        if close < CLOSE * score or _is_bound_otherwise(
            left[a], right[b], left[other_a], right[other_b]
        ):
            continue
        if other_b == b and other_a != a and not _agree(left[other_a], left[a]):
            return True
        if other_a == a and other_b != b and not _agree(right[other_b], right[b]):
            return True
    return False


def _is_bound_otherwise(one: Statement, other: Statement, *others: Statement) -> bool:
    """Whether two caps (最高25元) meet, and one of the others is no cap (首小时5元)."""
    bounds = [s.meaning.bound if isinstance(s.meaning, Quantity) else "" for s in (one, other)]
    return bounds == ["max", "max"] and any(
        isinstance(s.meaning, Quantity) and s.meaning.bound != "max" for s in others
    )


def _agree(one: Statement, other: Statement) -> bool:
    return means_same(one.meaning, other.meaning)


def is_same(one: Statement, other: Statement) -> bool:
    """Whether two statements of one kind tell a caller the same."""
    return means_same(one.meaning, other.meaning)


def _attribute(one: Statement, other: Statement) -> str:
    if isinstance(one.meaning, Rule):
        return "户籍条件" if one.meaning.about == "户籍" else "办理条件"
    return one.role.name if one.role.is_sure or not other.role.is_sure else other.role.name
