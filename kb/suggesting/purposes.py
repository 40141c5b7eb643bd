"""诉求目的 of a text, from the words that people use when they ask, need, complain or report.

A purpose is said by how something is asked, not by what it is about, so a list of ways of
speaking judges it and names its reasons at once. What says nothing gets no suggestion.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from indexer.normalise import normalise
from kb.terms import Purpose

MAX_READ, MAX_WORDS = 600, 3
# Below this the words said too little: one turn of phrase that many kinds of callers use.
_ENOUGH = 2.0
# What stands in the title counts more than what the content tells around it.
_TITLE = 1.5


@dataclass(frozen=True)
class PurposeSuggestion:
    """A purpose and the words of the text that spoke for it."""

    purpose: Purpose
    words: tuple[str, ...]


@dataclass(frozen=True)
class _Cue:
    purpose: Purpose
    weight: float
    pattern: re.Pattern[str]


def _read() -> tuple[_Cue, ...]:
    """The ways of speaking that the city's callers use, from the file beside this one."""
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return tuple(
        _Cue(Purpose(row["purpose"]), float(row["weight"]), re.compile(words))
        for row in told["cues"]
        for words in row["words"]
    )


_CUES = _read()


def suggest_purposes(title: str, content: str) -> list[PurposeSuggestion]:
    """The purposes a request may have, likeliest first; none when its words say too little."""
    said: dict[Purpose, dict[str, float]] = {}
    for text, factor in ((title, _TITLE), (content, 1.0)):
        read = normalise(text)[:MAX_READ]
        for cue in _CUES:
            found = cue.pattern.search(read)
            if found is None:
                continue
            words = said.setdefault(cue.purpose, {})
            words[found[0]] = max(words.get(found[0], 0.0), cue.weight * factor)
    scores = {purpose: sum(words.values()) for purpose, words in said.items()}
    ranked = sorted(scores, key=lambda purpose: -scores[purpose])
    return [
        PurposeSuggestion(purpose, _loudest(said[purpose]))
        for purpose in ranked
        if scores[purpose] >= _ENOUGH
    ]


def _loudest(words: dict[str, float]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: -words[word])[:MAX_WORDS])
