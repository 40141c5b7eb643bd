"""Putting questions of one matter together, one question at a time.

A question joins a group when it says at least :data:`SAME` of what one of the group's questions
says, and when none of the group's questions says something telling that it does not while it says
something telling that they do not: 公租房退租 and 公租房续租 stay apart, and a short question
(公租房) never draws such two together. The same questions in the same order give the same groups.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kb.gaps.matter import TELLING, Matter, Said

# The share of what both say that must be common to both.
SAME = 0.7


@dataclass(frozen=True)
class Likeness:
    """How two matters compare: ``share`` 0 to 1, what both say, and what only one says."""

    share: float
    common: tuple[str, ...]
    only_one: tuple[str, ...]
    only_other: tuple[str, ...]

    @property
    def are_apart(self) -> bool:
        """Tell whether each says something telling that the other does not."""
        return bool(self.only_one and self.only_other)


def compare(one: Matter, other: Matter) -> Likeness:
    """Compare two matters; the result names the words it is about."""
    met_one, left_one = _met(one, other)
    met_other, left_other = _met(other, one)
    total = one.weight + other.weight
    share = (_weight(met_one) + _weight(met_other)) / total if total else 0.0
    return Likeness(
        round(share, 3),
        tuple(said.text for said in met_one),
        _telling(left_one),
        _telling(left_other),
    )


def _met(one: Matter, other: Matter) -> tuple[list[Said], list[Said]]:
    met: list[Said] = []
    left: list[Said] = []
    for said in one.said:
        is_met = any(other.words.issuperset(way) for way in said.ways)
        (met if is_met else left).append(said)
    return met, left


def _weight(said: Iterable[Said]) -> float:
    return sum(one.weight for one in said)


def _telling(said: Iterable[Said]) -> tuple[str, ...]:
    return tuple(one.text for one in said if one.weight >= TELLING)


@dataclass(frozen=True)
class Placed:
    """The group a question belongs to, the question of it that is most alike, and how alike."""

    group_id: int
    like: str
    likeness: Likeness


class Groups:
    """The groups so far, found by the words they say."""

    def __init__(self) -> None:
        self._members: dict[int, dict[str, Matter]] = {}
        self._by_word: dict[str, set[int]] = {}

    def add(self, group_id: int, question: str, matter: Matter) -> None:
        """One more question of a group."""
        self._members.setdefault(group_id, {})[question] = matter
        for word in matter.words:
            self._by_word.setdefault(word, set()).add(group_id)

    def place(self, matter: Matter) -> Placed | None:
        """The group the matter belongs to: the most alike, of equals the oldest; None if new."""
        best: Placed | None = None
        for group_id in sorted(self._near(matter)):
            placed = self._in_group(group_id, matter)
            if placed and (best is None or placed.likeness.share > best.likeness.share):
                best = placed
        return best

    def _near(self, matter: Matter) -> set[int]:
        found: set[int] = set()
        for word in matter.words:
            found |= self._by_word.get(word, set())
        return found

    def _in_group(self, group_id: int, matter: Matter) -> Placed | None:
        best: Placed | None = None
        for question, member in self._members[group_id].items():
            likeness = compare(matter, member)
            if likeness.are_apart:
                return None
            is_better = best is None or likeness.share > best.likeness.share
            if likeness.share >= SAME and is_better:
                best = Placed(group_id, question, likeness)
        return best
