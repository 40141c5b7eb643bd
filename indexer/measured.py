"""The measures of a question as concepts: every spelling of them, and what an age stands for."""

from __future__ import annotations

from .lexicon import Lexicon
from .measures import AGE, Measure, bound_of, measures_in, stages_of
from .segment import Segmenter, is_chinese, pieces
from .understood import Alternative, Concept, Vocabulary

# An age is a bound that documents are about; other numbers are mostly the caller's own.
_WEIGHT, _AGE_WEIGHT = 0.4, 0.8
_STAGE = 0.7  # how near 高龄 is to 80岁


def measured(
    text: str, question: str, segmenter: Segmenter, lexicon: Lexicon, vocabulary: Vocabulary
) -> tuple[str, list[Concept]]:
    """Take out the measures that are no part of a saying (满六岁).

    :param question: all of it, of which `text` is a part.
    :returns: what is left of the text, and the measures in order.
    """
    found: list[Concept] = []
    for measure in reversed(measures_in(text)):
        if _in_saying(text, measure, lexicon):
            continue
        said = text[measure.start : measure.end]
        stages = [name for name in stages_of(measure, question) if vocabulary.frequency(name)]
        found.insert(0, _concept(said, measure, stages, segmenter))
        text = f"{text[: measure.start]} {text[measure.end :]}"
    return text, found


def _in_saying(text: str, measure: Measure, lexicon: Lexicon) -> bool:
    longest = lexicon.longest_asked
    return any(
        text[start:end] in lexicon.by_asked
        for start in range(max(0, measure.end - longest), measure.start + 1)
        for end in range(measure.end, min(len(text), start + longest) + 1)
    )


def _concept(said: str, measure: Measure, stages: list[str], segmenter: Segmenter) -> Concept:
    ways = [Alternative(_words(text, segmenter), "exact", said) for text in measure.spellings]
    ways += [
        Alternative(_words(text, segmenter), "synonym", said, _STAGE) for text in bound_of(measure)
    ]
    ways += [
        Alternative(tuple(segmenter.cut_search(name)), "synonym", said, _STAGE) for name in stages
    ]
    return Concept(said, _AGE_WEIGHT if measure.unit == AGE else _WEIGHT, tuple(ways), True)


def _words(text: str, segmenter: Segmenter) -> tuple[str, ...]:
    """Whole words only: 十岁 inside 八十岁 is another age."""
    words = [
        word
        for piece in pieces(text)
        for word in (segmenter.cut(piece) if is_chinese(piece) else [piece])
    ]
    return tuple(dict.fromkeys(words))
