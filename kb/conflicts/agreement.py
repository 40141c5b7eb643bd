"""How far two entries tell the same: texts that agree in most values are about one matter."""

from collections.abc import Iterator

from kb.conflicts.apart import are_apart
from kb.conflicts.brief import Brief, key_of
from kb.conflicts.entry import Statement
from kb.conflicts.roles import may_be_one
from kb.conflicts.same import means_same
from kb.conflicts.values import Kind

# So many values alike, so large a share of the shorter text's values, and so much of one title
# spoken of by the other text: the more agree, the less the titles need to say.
_ENOUGH = ((2, 0.6, 0.5), (3, 0.7, 0.25))
# As many values alike show it whatever the titles say, if the texts use one another's words.
_MANY, _MOST, _WORDS_IN_COMMON = 4, 0.75, 0.3
# A long document tells so many values that some agree with any other's by chance.
_NOT_BY_CHANCE = 0.2


def tell_one_matter(left: Brief, right: Brief) -> bool:
    """Whether what the two entries agree on shows that they are about one matter.

    An office's phone, address and hours stand in all its entries and say nothing of that.
    """
    least_said = min(len(left.telling), len(right.telling))
    agreed = min(len(_agreed(left, right)), len(_agreed(right, left)))
    most_said = max(len(left.telling), len(right.telling))
    if agreed < _ENOUGH[0][0] or agreed < _NOT_BY_CHANCE * most_said:
        return False
    share = agreed / least_said
    named = max(_spoken_of(left.topics, right), _spoken_of(right.topics, left))
    if any(agreed >= n and share >= part and named >= least for n, part, least in _ENOUGH):
        return True
    return agreed >= _MANY and share >= _MOST and use_the_same_words(left, right)


def use_the_same_words(left: Brief, right: Brief) -> bool:
    """Whether enough of the shorter text's words are the other's, too."""
    short, long = sorted((left, right), key=lambda brief: len(brief.vocabulary))
    return _spoken_of(short.vocabulary, long) >= _WORDS_IN_COMMON


def left_over(left: Brief, right: Brief) -> Iterator[tuple[Statement, Statement]]:
    """What is left when everything that agrees is set aside: one value of a kind on each side.

    For two entries that tell one matter only; their words for it need not be alike.
    """
    for kind in Kind:
        mine, theirs = _unmet(left, right, kind), _unmet(right, left, kind)
        if kind not in (Kind.RULE, Kind.COUNT) and len(mine) == len(theirs) == 1:
            one, other = mine[0], theirs[0]
            if may_be_one(one.role, other.role) and not are_apart(left, one, right, other):
                yield one, other


def agreeing(left: Brief, right: Brief) -> Iterator[tuple[int, int]]:
    """Which statements of two entries on one matter tell the same, by their places."""
    for a, one in enumerate(left.statements):
        for b, other in enumerate(right.statements):
            if (
                one.kind == other.kind != Kind.RULE
                and means_same(one.meaning, other.meaning)
                and may_be_one(one.role, other.role)
            ):
                yield a, b


def _unmet(brief: Brief, by: Brief, kind: Kind) -> list[Statement]:
    """The statements of a kind with a value that the other entry does not tell, each value once."""
    known = [other.meaning for other in by.statements if other.kind == kind]
    once = {
        key_of(one.meaning): one
        for one in brief.statements
        if one.kind == kind and not any(means_same(one.meaning, other) for other in known)
    }
    return list(once.values())


def _agreed(left: Brief, right: Brief) -> list[Statement]:
    return [
        one
        for one in left.telling
        if any(
            one.kind == other.kind
            and means_same(one.meaning, other.meaning)
            and may_be_one(one.role, other.role)
            for other in right.telling
        )
    ]


def _spoken_of(words: frozenset[str], by: Brief) -> float:
    total = by.words.total(words)
    return by.words.met(words, by.vocabulary) / total if total else 0.0
