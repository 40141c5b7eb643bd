"""What a caller's words ask for: filler struck, words weighed, synonyms, pinyin and slips added."""

from __future__ import annotations

import re

from .best_bets import pinned_items
from .errors import InvalidQuery
from .filler import strike_filler
from .lexicon import Lexicon
from .measures import with_ages
from .normalise import CJK_RUN, join_spoken_fragments, normalise
from .reader import MAX_TERMS, Reader
from .segment import Segmenter
from .spans import LONGEST_SPAN
from .understood import Alternative, Concept, Understood, Vocabulary
from .wants import wanted

__all__ = [
    "LONGEST_SPAN",
    "MAX_CHARS",
    "MAX_TERMS",
    "Alternative",
    "Concept",
    "Understood",
    "Vocabulary",
    "understand",
]

MAX_CHARS = 200
_MAX_PAIRS = 40  # character pairs looked at for phrases; questions have 20
_MAX_RAW_CHARS = 2_000  # what is looked at before cutting: bounds the work on hostile input

# Of every trouble it is asked what to do: 丢了怎么办 is no longer piece of the matter than 丢了.
_AT_A_LOSS = re.compile("(?:该|要|应该)?(?:怎么|咋|怎样)办")


def understand(
    raw: str, segmenter: Segmenter, lexicon: Lexicon, vocabulary: Vocabulary
) -> Understood:
    """Read a caller's question.

    :raises InvalidQuery: nothing is left to search for.
    """
    text, notices = _cleaned(raw)
    reader = Reader(segmenter, lexicon, vocabulary)
    reader.exact_numbers(text)
    body, struck = strike_filler(text, segmenter, lexicon)
    reader.read(with_ages(body))
    if not reader.concepts:
        # A question made of filler or question words only: then these are what was asked.
        reader.read_everything(text)
    if not reader.concepts:
        raise InvalidQuery("没有可检索的内容，请输入要查询的事项、文号或电话。")
    return Understood(
        text=text,
        concepts=tuple(reader.concepts[:MAX_TERMS]),
        grams=tuple(reader.grams.items())[: 2 * MAX_TERMS],
        kept=tuple(dict.fromkeys(concept.text for concept in reader.concepts[:MAX_TERMS])),
        struck=struck,
        synonyms=tuple(dict.fromkeys(reader.synonyms)),
        corrections=tuple(dict.fromkeys(reader.corrections)),
        pinyin=tuple(dict.fromkeys(reader.pinyin)),
        wants=wanted(text),
        notices=notices,
        stretches=_stretches(_AT_A_LOSS.sub(" ", body)),
        function_pairs=frozenset(reader.function_pairs),
        pinned=pinned_items(body, segmenter, lexicon),
    )


def _stretches(body: str) -> tuple[str, ...]:
    """The Chinese runs of a question, the last cut where the pairs are enough."""
    left = _MAX_PAIRS
    stretches: list[str] = []
    for run in CJK_RUN.findall(body):
        if len(run) > 1 and left > 0:
            stretches.append(run[: left + 1])
            left -= len(stretches[-1]) - 1
    return tuple(stretches)


def _cleaned(raw: str) -> tuple[str, tuple[str, ...]]:
    text = " ".join(normalise(raw[:_MAX_RAW_CHARS]).split())
    text = join_spoken_fragments(text)
    if len(text) <= MAX_CHARS and len(raw) <= _MAX_RAW_CHARS:
        return text, ()
    return text[:MAX_CHARS], (f"问题较长，只按前 {MAX_CHARS} 个字检索。",)
