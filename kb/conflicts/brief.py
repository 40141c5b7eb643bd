"""An entry read once, to be compared with many."""

import re
from functools import cached_property

from kb.conflicts.entry import Entry, Statement
from kb.conflicts.groups import sides_of
from kb.conflicts.layout import level
from kb.conflicts.places import places_in, without_places
from kb.conflicts.statements import Reader
from kb.conflicts.values import CONTACT_KINDS, Kind, Materials, Meaning, Quantity

# Characters of an answer that is about one thing from its first sentence on.
SHORT = 300
# Fewer papers than this are asked for everywhere (身份证、户口簿).
FEW_PAPERS = 3
_SAYS_LITTLE = CONTACT_KINDS | {Kind.RULE, Kind.COUNT}
_ASKS = re.compile("[?？]|怎么|怎样|如何|什么|多少|哪[里些]|能否|是否|吗$")
_SENTENCE_END = re.compile("[。！？\n]")


class Brief:
    """An entry with what its title says and what it states.

    :ivar topics: topic words of the title; ``name`` is the matter as the title writes it.
    :ivar is_question: whether the title asks in a caller's words.
    :ivar places, sides, years: what the title and the entry's regions are about.
    :ivar at: these places, or the unit's own district where nothing names one.
    """

    def __init__(self, entry: Entry, reader: Reader) -> None:
        self.entry = entry
        self._reader = reader
        self.words = words = reader.words
        title = level(entry.title)
        self.is_question = bool(_ASKS.search(title))
        self.places = entry.regions | places_in(title)
        self.at = self.places or entry.home
        self.topics = words.topics(without_places(title))
        self.variants = words.topics(without_places(" ".join(entry.variants)))
        self.total = words.total(self.topics)
        self.name = words.name(without_places(title))
        self.sides = sides_of(without_places(title).strip())
        self.years = frozenset(re.findall(r"20\d\d", re.sub(r"〔\d{4}〕", "", title)))

    @cached_property
    def statements(self) -> list[Statement]:
        """What it states."""
        return self._reader.statements(self.entry)

    @cached_property
    def lead(self) -> frozenset[str]:
        """Topic words of the first sentence of a short answer, which names the matter once more.

        A question asked in a caller's words (领结婚证要带什么) is answered in the office's.
        """
        text = "\n".join(passage.text for passage in self.entry.passages)
        if len(self.entry.passages) > 1 or len(text) > SHORT:
            return frozenset()
        first = next((part for part in _SENTENCE_END.split(level(text)) if part.strip()), "")
        return self.words.topics(without_places(first))

    def is_single(self, statement: Statement) -> bool:
        """Whether the entry states one value only of this kind and role."""
        return len(self._values[statement.kind, statement.role.name]) == 1

    @cached_property
    def telling(self) -> list[Statement]:
        """The statements that say something of its matter, each value once.

        An office's phone, address and hours do not, nor does what is free or done at once.
        """
        once = {
            (one.kind, key_of(one.meaning)): one
            for one in self.statements
            if one.kind not in _SAYS_LITTLE and not _is_common(one.meaning)
        }
        return list(once.values())

    @cached_property
    def _values(self) -> dict[tuple[Kind, str], set[object]]:
        values: dict[tuple[Kind, str], set[object]] = {}
        for statement in self.statements:
            key = (statement.kind, statement.role.name)
            values.setdefault(key, set()).add(key_of(statement.meaning))
        return values

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every topic word of the whole entry."""
        text = "\n".join(f"{p.heading}\n{p.text}" for p in self.entry.passages)
        return self._reader.words.topics(text) | self.topics | self.variants


def _is_common(meaning: Meaning) -> bool:
    if isinstance(meaning, Quantity):
        return not meaning.high
    return isinstance(meaning, Materials) and len(meaning.papers) < FEW_PAPERS


def key_of(meaning: Meaning) -> object:
    """What makes two values the same for counting: notation and limits aside."""
    return (meaning.low, meaning.high, meaning.unit) if isinstance(meaning, Quantity) else meaning
