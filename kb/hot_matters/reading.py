"""What a request is told by: pairs of neighbouring characters of its title, place and first words.

Pairs inside the name of a place (…小区, …路, …学校) count once more as such, see :data:`AT`.

Pairs need no dictionary, so a new estate or a slip of the pen costs little. What is said about a
matter stands in the title and at the beginning; further on people tell their own stories.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indexer.normalise import normalise
from indexer.segment import grams

_HEAD = 60
NAMED = 1.4
_TITLE, _PLACE, _CONTENT = 1.0, 1.0, 0.5
# A pair that fewer requests say than one in a hundred counts in full, whatever its rarity: the
# words of a hot matter must not lose weight because many say them.
RARE = 0.01
# A week of a small town says little about how common a word is: all weigh the same there.
_FEW = 1000
_TOO_COMMON = 0.25
_MOST = 64

# Before a pair that stands in the name of a place.
AT = "@"
# Longer endings first. What stands before one of these names a place or an institution.
_ENDING = re.compile(
    "(?:小区|社区|花园|家园|广场|公寓|大厦|新村|新城|公园|学校|学院|小学|中学|幼儿园|医院|公司|国际|"
    "大道|街道|[苑园府庭湾城村路街巷桥镇乡楼])+"
)
_NAME = re.compile("[\u3400-\u9fff]*$")
_LONGEST = 4
# A name begins after the name of a larger place and after words that lead to one.
_BEFORE = re.compile("^.*[省市区县镇乡道路街在的对于问请到和与是至投诉反映咨询]")

Vector = dict[str, float]


@dataclass(frozen=True)
class Appeal:
    """A request as far as its matter goes. ``key`` is its id; ``place`` where it happened."""

    key: int
    title: str
    content: str = ""
    place: str = ""


def said(appeal: Appeal) -> Vector:
    """The pairs of a request, each with how much the part weighs that says it."""
    found: Vector = {}
    parts = (
        (appeal.content.strip()[:_HEAD], _CONTENT),
        (appeal.place, _PLACE),
        (appeal.title, _TITLE),
    )
    for text, weight in parts:
        read = normalise(text)
        names = list(_names(read))
        # 小区 and 大道 tell neither the place nor the matter.
        inside = {pair for name, ending in names for pair in grams(name + ending)}
        places = {pair for name, ending in names for pair in grams(name + ending[0])}
        # The heavier part comes later and overrules.
        found.update((pair, weight) for pair in grams(read) if pair not in inside)
        found.update((AT + pair, weight * NAMED) for pair in places)
    return found


def _names(text: str) -> Iterator[tuple[str, str]]:
    """The names of places: what tells them apart, and the ending that makes them one."""
    done = 0
    for ending in _ENDING.finditer(text):
        before = _NAME.search(text, max(done, ending.start() - _LONGEST), ending.start())
        yield _BEFORE.sub("", before[0] if before else ""), ending[0]
        done = ending.end()


class Weights:
    """How much each pair tells, from how many requests of a period say it."""

    def __init__(self, appeals: Iterable[Appeal]) -> None:
        """Count the pairs of all requests."""
        self._said: Counter[str] = Counter()
        self._total = 0
        for appeal in appeals:
            self._said.update(said(appeal).keys())
            self._total += 1

    def vector(self, appeal: Appeal) -> Vector:
        """The weights of a request's pairs, of length 1, rarest first; empty if nothing tells.

        A pair that no other request says is left out, as are those that every fourth says.
        """
        total = max(self._total, _FEW)
        known = [
            (count, pair, weight)
            for pair, weight in said(appeal).items()
            if 1 < (count := self._said[pair]) <= _TOO_COMMON * total
        ]
        known.sort()
        weighed = {
            pair: weight * math.log(total / max(count, RARE * total)) ** 2
            for count, pair, weight in known[:_MOST]
        }
        return scaled(weighed)


def scaled(weights: Vector) -> Vector:
    """The same direction with length 1; empty for none."""
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {pair: weight / length for pair, weight in weights.items()} if length else {}
