"""Putting the requests of a period together by place and matter, one request at a time.

A request joins the group whose centre it is most like, when the likeness (cosine) reaches
:data:`ALIKE`; else it begins a group. Afterwards the groups themselves are placed in the same
way, the largest first, so that what began twice comes together. Only groups that share one of a
request's rarest pairs are compared, so the time grows with the requests and not their square.
The same requests in the same order give the same groups.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, repeat
from operator import mul

from kb.hot_matters.reading import AT, Appeal, Vector, Weights, scaled

ALIKE = 0.38
_TELLING = 16  # of a request's pairs, rarest first: by these it looks for groups
_COMPARED = 4
_LOOKED_AT = 250  # how many groups' shares are read before it stops looking
SAME_PLACE, SAME_MATTER = 0.2, 0.25
_PART = 0.2  # of a vector's length: what is shorter says nothing of its kind
_CENTRE = 60


class Group:
    """Requests that belong together; ``sums`` are their vectors added up."""

    def __init__(self) -> None:
        self.keys: list[int] = []
        self.sums: Vector = {}
        # The squared length of the sum: of the pairs in names of places, and of the others.
        self._squares = {True: 0.0, False: 0.0}

    @property
    def length(self) -> float:
        """The length of the sum of all vectors."""
        return math.sqrt(sum(self._squares.values()))

    def likeness(self, vector: Vector) -> float:
        """The cosine between a vector of length 1 and the group's centre."""
        return self._together(vector) / self.length if self.sums else 0.0

    def _together(self, vector: Vector) -> float:
        # Hundreds of times a request: without a step of Python for every pair.
        return sum(map(mul, vector.values(), map(self.sums.get, vector, repeat(0.0))))

    def is_another(self, vector: Vector) -> bool:
        """Tell whether both name places with too little in common, or say other things of one."""
        return self._differs(vector, True, SAME_PLACE) or self._differs(vector, False, SAME_MATTER)

    def _differs(self, vector: Vector, is_place: bool, least: float) -> bool:
        other = {pair: w for pair, w in vector.items() if (pair[0] == AT) is is_place}
        far, near = math.sqrt(self._squares[is_place]), math.hypot(*other.values())
        if far < _PART * self.length or near < _PART:
            return False
        return self._together(other) < least * far * near

    def add(self, keys: Iterable[int], vector: Vector) -> None:
        """One more request, or a group of them by its centre."""
        for pair, weight in vector.items():
            before = self.sums.get(pair, 0.0)
            self.sums[pair] = before + weight
            self._squares[pair[0] == AT] += weight * (2 * before + weight)
        self.keys.extend(keys)

    @property
    def centre(self) -> Vector:
        """What its requests say most, of length 1."""
        most = sorted(self.sums.items(), key=lambda one: (-one[1], one[0]))[:_CENTRE]
        return scaled(dict(most))


class Grouping:
    """The groups so far, found by the pairs they say."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self._by_pair: dict[str, dict[int, float]] = defaultdict(dict)

    def place(self, keys: Iterable[int], vector: Vector) -> None:
        """Put a request where it belongs; one that says nothing telling stays alone."""
        found = self.nearest(vector)
        if found is None:
            found = len(self.groups)
            self.groups.append(Group())
        group = self.groups[found]
        group.add(keys, vector)
        length = group.length
        for pair in islice(vector, _TELLING):
            self._by_pair[pair][found] = group.sums[pair] / length

    def keep(self, group: Group) -> None:
        """Take a group in as it is."""
        position, centre = len(self.groups), group.centre
        self.groups.append(group)
        for pair, weight in centre.items():
            self._by_pair[pair][position] = weight

    def nearest(self, vector: Vector) -> int | None:
        """The position of the group a request belongs to; of equals the oldest."""
        near: dict[int, float] = {}
        looked = 0
        for pair, weight in islice(vector.items(), _TELLING):
            saying = self._by_pair.get(pair, {})
            if looked + len(saying) > _LOOKED_AT:
                continue  # what so many groups say tells little
            looked += len(saying)
            for position, share in saying.items():
                near[position] = near.get(position, 0.0) + weight * share
        best, most = None, ALIKE
        for position in _likeliest(near):
            likeness = self.groups[position].likeness(vector)
            if likeness > most and not self.groups[position].is_another(vector):
                best, most = position, likeness
        return best


def _likeliest(near: Mapping[int, float]) -> list[int]:
    """The positions with the largest shares; of equals the oldest first."""
    least = sorted(near.values(), reverse=True)[:_COMPARED]
    found = [(-share, at) for at, share in near.items() if share >= least[-1]] if least else []
    return [at for _, at in sorted(found)[:_COMPARED]]


def grouped(appeals: Sequence[Appeal], weights: Weights) -> Grouping:
    """The requests of a period in groups, largest first; one that is like no other stays alone."""
    first = Grouping()
    for appeal in appeals:
        first.place([appeal.key], weights.vector(appeal))
    found = Grouping()
    for group in sorted(first.groups, key=lambda one: (-len(one.keys), one.keys[0])):
        found.place(group.keys, group.centre)
    return found


def fixed(groups: Iterable[Group]) -> Grouping:
    """Groups to find the requests of other periods for; none is put together with another."""
    found = Grouping()
    for group in groups:
        found.keep(group)
    return found
