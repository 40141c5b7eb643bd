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
# Before a word that says the purpose outright; 不得不, 要不要 and 是不是 deny nothing.
_DENIED = re.compile(
    r"(?<![得能要可会是想])(?:不|没有?|并非|无意|无须|无需)"
    r"(?:是|想|要|打算|准备|为了|来|去|再|必|用|需要|会|愿意?)*$"
)
# Whoever thanks and says this has something left to be done: the thanks are courtesy.
_STILL_WANTED = re.compile(
    r"(?:希望|(?<!申)请|盼|求)[^，,。；;]{0,8}(?:修|解决|疏通|帮|助|协|救|处置|处理|检查|排查|上门|恢复)"
    r"|但|可是|不过|还是|仍|依然|依旧"
)


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
    is_outright: bool

    def said_in(self, text: str) -> str:
        """The words by which the text says it, or nothing; 不想投诉 says no 投诉."""
        for found in self.pattern.finditer(text):
            if not (self.is_outright and _DENIED.search(text[: found.start()])):
                return found[0]
        return ""


def _read() -> tuple[_Cue, ...]:
    """The ways of speaking that the city's callers use, from the file beside this one."""
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return tuple(
        _Cue(
            Purpose(row["purpose"]),
            float(row["weight"]),
            re.compile(words),
            row.get("is_outright", False),
        )
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
            found = cue.said_in(read)
            if not found:
                continue
            words = said.setdefault(cue.purpose, {})
            words[found] = max(words.get(found, 0.0), cue.weight * factor)
    scores = {purpose: sum(words.values()) for purpose, words in said.items()}
    is_wanted = scores.get(Purpose.HELP, 0.0) >= _ENOUGH and _is_open(title, content)
    ranked = sorted(
        scores, key=lambda purpose: (is_wanted and purpose == Purpose.PRAISE, -scores[purpose])
    )
    return [
        PurposeSuggestion(purpose, _loudest(said[purpose]))
        for purpose in ranked
        if scores[purpose] >= _ENOUGH
    ]


def _is_open(*texts: str) -> bool:
    return any(_STILL_WANTED.search(normalise(text)[:MAX_READ]) for text in texts)


def _loudest(words: dict[str, float]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: -words[word])[:MAX_WORDS])
