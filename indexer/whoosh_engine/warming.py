"""What every question needs, read before the first one is asked."""

from __future__ import annotations

from itertools import islice

from ..corrections import own_words
from ..features import Weights
from ..lexicon import Lexicon
from ..normalise import normalise
from ..segment import Segmenter, grams, search_words
from ..sounds import syllables
from ..spans import sayings_without_light_words
from .reading import View

_EVERYDAY_WORDS = 1_000
# Of the cache, until words and then pairs are read; the rest is left to what callers really ask.
_SHARES = {"words": 0.4, "grams": 0.7}


def warm_tools(segmenter: Segmenter, lexicon: Lexicon) -> None:
    """Make segmenter, script converter, pinyin and word lists read their tables."""
    segmenter.cut("热线")
    normalise("熱線")
    syllables("热线")
    own_words(lexicon)
    sayings_without_light_words(segmenter, lexicon)


def warm_postings(view: View, segmenter: Segmenter, lexicon: Lexicon, weights: Weights) -> None:
    """Read the words people are likely to say: official terms, then everyday ones, and pairs."""
    targets = [synonym.target for synonym in lexicon.synonyms]
    texts = dict.fromkeys((*lexicon.user_words, *targets, *_everyday(lexicon)))
    words = dict.fromkeys(word for text in texts for word in search_words(segmenter, text))
    pairs = dict.fromkeys(pair for text in texts for pair in grams(text))
    for group, terms in (("words", words), ("grams", pairs)):
        for term in terms:
            if view.terms.filled > _SHARES[group]:
                break
            view.postings(group, term, weights)


def _everyday(lexicon: Lexicon) -> list[str]:
    """The commonest words of general language that may be the subject of a question."""
    subjects = (w for w in lexicon.language if len(w) > 1 and w not in lexicon.function_words)
    ordered = sorted(subjects, key=lambda word: (-lexicon.language[word], word))
    return list(islice(ordered, _EVERYDAY_WORDS))
