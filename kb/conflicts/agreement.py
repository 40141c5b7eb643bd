"""How far two entries tell the same: texts that agree in most values are about one matter."""

from collections.abc import Iterator

from kb.conflicts.apart import are_apart
from kb.conflicts.brief import Brief, key_of
from kb.conflicts.entry import Statement
from kb.conflicts.roles import may_be_one
from kb.conflicts.same import means_same
from kb.conflicts.values import CONTACT_KINDS, Kind, Materials, Quantity

# So many values alike, so large a share of the shorter text's values, and so much of one title
# spoken of by the other text: the more agree, the less the titles need to say.
_ENOUGH = ((2, 0.6, 0.5), (3, 0.5, 0.25), (4, 0.75, 0.0))
_SAYS_LITTLE = frozenset({Kind.RULE, Kind.COUNT})
_FEW_PAPERS = 3


def tell_one_matter(left: Brief, right: Brief) -> bool:
    """Whether what the two entries agree on shows that they are about one matter.

    One office's phone, address and hours stand in all its entries: together they count as one.
    """
    mine, theirs = _telling(left), _telling(right)
    if not mine or not theirs:
        return False
    named = max(_named(left, right), _named(right, left))
    agreed = _agreed(left, mine, right, theirs)
    share = agreed / min(_count(mine), _count(theirs))
    return any(agreed >= n and share >= part and named >= least for n, part, least in _ENOUGH)


def left_over(left: Brief, right: Brief) -> Iterator[tuple[Statement, Statement]]:
    """What is left when everything that agrees is set aside: one value of a kind on each side.

    For two entries that tell one matter only; their words for it need not be alike.
    """
    for kind in Kind:
        mine, theirs = _unmet(left, right, kind), _unmet(right, left, kind)
        if kind not in _SAYS_LITTLE and len(mine) == len(theirs) == 1:
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
                and not are_apart(left, one, right, other)
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


def _telling(brief: Brief) -> list[Statement]:
    """The statements that say something of their matter, each value once."""
    once = {
        (one.kind, key_of(one.meaning)): one
        for one in brief.statements
        if one.kind not in _SAYS_LITTLE and not _is_common(one)
    }
    return list(once.values())


def _is_common(statement: Statement) -> bool:
    meaning = statement.meaning
    if isinstance(meaning, Quantity):
        return not meaning.high  # free of charge, at once
    return isinstance(meaning, Materials) and len(meaning.papers) < _FEW_PAPERS


def _count(statements: list[Statement]) -> int:
    contacts = sum(one.kind in CONTACT_KINDS for one in statements)
    return len(statements) - contacts + bool(contacts)


def _agreed(left: Brief, mine: list[Statement], right: Brief, theirs: list[Statement]) -> int:
    met = [
        one
        for one in mine
        if any(
            one.kind == other.kind
            and means_same(one.meaning, other.meaning)
            and not are_apart(left, one, right, other)
            for other in theirs
        )
    ]
    return _count(met)


def _named(one: Brief, other: Brief) -> float:
    return one.words.met(one.topics, other.vocabulary) / one.total if one.total else 0.0
