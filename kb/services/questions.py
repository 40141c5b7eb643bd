"""A question to the knowledge base and its answers, as the desk and the public page ask."""

import re
from dataclasses import dataclass
from datetime import date

from indexer.engine import Filters
from indexer.query import Understood
from kb.actor import Actor
from kb.services.found_items import FoundItem
from kb.terms import Audience

# The engine reads quoted words up to this length.
QUOTED = 60
_QUOTES = re.compile('[“”"「」『』]')


@dataclass(frozen=True)
class Question:
    """What is asked, by whom it may be seen, and about which day.

    ``regions`` finds their entries and those of the whole city. ``literal`` takes the words as
    they are typed: no slip is mended.
    """

    text: str
    as_of: date
    kinds: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    literal: bool = False
    limit: int = 10


@dataclass(frozen=True)
class Answers:
    """The result of one question, best first.

    ``answered`` is False when the system says 无依据. ``degraded`` is True when the index could
    not be asked and titles, numbers and phones were compared in the database instead.
    """

    question: Question
    found: tuple[FoundItem, ...]
    understood: Understood | None
    answered: bool
    elapsed_ms: float
    degraded: bool = False


def words_for(question: Question) -> str:
    """The words for the engine, which takes what stands in quotation marks literally."""
    if not question.literal:
        return question.text
    words = _QUOTES.sub("", question.text)
    return "".join(f"“{words[at : at + QUOTED]}”" for at in range(0, len(words), QUOTED))


def filters_of(question: Question, actor: Actor | None) -> Filters:
    """What the engine may find for a person, or for the public when ``actor`` is None."""
    both = {Audience.PUBLIC.value, Audience.INTERNAL.value}
    return Filters(
        as_of=question.as_of,
        audiences=frozenset({Audience.PUBLIC.value}) if actor is None else frozenset(both),
        kinds=question.kinds,
        units=question.units,
        categories=question.categories,
        regions=question.regions,
    )


def readings(answers: Answers) -> list[str]:
    """The question as typed, without its filler, and with its slips mended."""
    read = answers.understood
    if read is None:
        return [answers.question.text]
    kept = read.text
    for filler in read.struck:
        kept = kept.replace(filler, " ")
    mended = kept
    for typed, read_as in (*read.corrections, *read.pinyin):
        mended = mended.replace(typed, read_as)
    return [answers.question.text, kept, mended]
