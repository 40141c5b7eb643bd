"""The dictionary (词典) as plain data: shipped entries, the city's own over them, one Lexicon.

An own entry replaces the shipped one of the same kind, key and target; an inactive one takes it
out of use. Version 0 is the shipped lists alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from indexer.lexicon import DEFAULT_SYNONYM_WEIGHT, BestBet, Lexicon, Synonym
from indexer.normalise import normalise
from kb.terms import WordKind

# Kinds whose entries are one word; the others lead from a key to a target.
PLAIN = frozenset({WordKind.USER_WORD, WordKind.FILLER, WordKind.FUNCTION_WORD})


class Identity(NamedTuple):
    """What makes an entry the same one: ``target`` is empty for plain words."""

    kind: WordKind
    key: str
    target: str = ""


@dataclass(frozen=True)
class Value:
    """What may change of an entry. Weight and direction only say something of synonyms."""

    weight: float = 1.0
    both_ways: bool = False
    note: str = ""
    active: bool = True

    def as_json(self) -> dict[str, Any]:
        """Plain values for a version's changes."""
        return asdict(self)


Entries = Mapping[Identity, Value]


@dataclass(frozen=True)
class Change:
    """What an entry shall be; ``after`` is None to take the city's own row away."""

    identity: Identity
    after: Value | None

    def as_json(self) -> dict[str, Any]:
        """Plain values for a draft."""
        kind, key, target = self.identity
        after = None if self.after is None else self.after.as_json()
        return {"kind": kind.value, "key": key, "target": target, "after": after}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Change":
        """What ``as_json`` gave, or a change of a version."""
        identity = Identity(WordKind(stored["kind"]), stored["key"], stored["target"])
        after = stored["after"]
        return cls(identity, None if after is None else Value(**after))


def clean(text: str) -> str:
    """A word as the lists hold it: one spelling, single spaces."""
    return " ".join(normalise(text).split())


def default_value(kind: WordKind) -> Value:
    """What a new entry is unless the editor says otherwise."""
    return Value(weight=DEFAULT_SYNONYM_WEIGHT if kind is WordKind.SYNONYM else 1.0)


def shipped_entries(lexicon: Lexicon) -> dict[Identity, Value]:
    """The entries of the lists that come with the program, in their order."""
    return dict(_shipped(lexicon))


def _shipped(lexicon: Lexicon) -> Iterator[tuple[Identity, Value]]:
    for synonym in lexicon.synonyms:
        identity = Identity(WordKind.SYNONYM, synonym.asked, synonym.target)
        yield identity, Value(weight=synonym.weight)
    for kind, words in (
        (WordKind.USER_WORD, lexicon.user_words),
        (WordKind.FILLER, lexicon.filler),
        (WordKind.FUNCTION_WORD, sorted(lexicon.function_words)),
    ):
        for word in words:
            yield Identity(kind, word), Value()
    for wrong, right in lexicon.misspellings.items():
        yield Identity(WordKind.MISSPELLING, wrong, right), Value()


def applied(own: Entries, changes: Iterable[Change]) -> dict[Identity, Value]:
    """The city's own entries after these changes."""
    result = dict(own)
    for change in changes:
        if change.after is None:
            result.pop(change.identity, None)
        else:
            result[change.identity] = change.after
    return result


def compose(shipped: Lexicon, own: Entries) -> Lexicon:
    """The word lists a search uses: shipped entries in their order, then own ones by spelling.

    The same entries always give the same lists, so that going back to a version also brings
    back its ranking.
    """
    if not own:
        return shipped
    entries = shipped_entries(shipped) | dict(sorted(own.items()))
    active = [identity for identity, value in entries.items() if value.active]

    def keys(kind: WordKind) -> tuple[str, ...]:
        return tuple(identity.key for identity in active if identity.kind is kind)

    return replace(
        shipped,
        user_words=keys(WordKind.USER_WORD),
        synonyms=tuple(_synonyms(entries)),
        filler=keys(WordKind.FILLER),
        function_words=frozenset(keys(WordKind.FUNCTION_WORD)),
        misspellings={i.key: i.target for i in active if i.kind is WordKind.MISSPELLING},
        best_bets=tuple(BestBet(i.key, i.target) for i in active if i.kind is WordKind.BEST_BET),
    )


def _synonyms(entries: Entries) -> Iterator[Synonym]:
    pairs: dict[tuple[str, str], float] = {}
    for (kind, key, target), value in entries.items():
        if kind is WordKind.SYNONYM and value.active:
            pairs[key, target] = value.weight
            if value.both_ways:
                pairs[target, key] = value.weight
    for (asked, target), weight in pairs.items():
        yield Synonym(asked, target, weight)
