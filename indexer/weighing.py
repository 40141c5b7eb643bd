"""How much the words of a question tell of its matter, from how common they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .lexicon import Lexicon
from .segment import Segmenter, is_chinese, pieces
from .wants import unasked

SUBJECT_FLOOR = 0.25
_ASKING = 0.4  # most that words weigh which only ask: every entry has papers, sums and days
_WHOSE = "我俺咱你您他她"


@dataclass(frozen=True)
class Weighing:
    """Weighs words by the general language, 0 to 1."""

    segmenter: Segmenter
    lexicon: Lexicon

    def of(self, text: str, terms: tuple[str, ...], official: Sequence[tuple[str, ...]]) -> float:
        """Words everyone uses all day say little about the matter (小孩, 我想).

        Several words count as they do on average, or as the official words they are said for
        do: a saying of everyday words may name a rare matter (不让看孩子, 探望权) or none
        (哪里办, 办理地点).
        """
        words = self.segmenter.cut(text) if is_chinese(text) else []
        if len(words) <= 1:
            return self._word(text, terms)
        weight = max(self._average(ways) for ways in (words, *official))
        return min(weight, _ASKING) if self._only_asks(text) else weight

    def _only_asks(self, text: str) -> bool:
        """Whether it tells what kind of answer is wanted (要带什么, 报多少), and no matter."""
        left = unasked(text)
        if left == text:
            return False
        words = [word for piece in pieces(left) for word in self.segmenter.cut(piece)]
        return all(word in self.lexicon.function_words for word in words)

    def _average(self, words: Sequence[str]) -> float:
        """Of the words that are no function words, if there are such."""
        telling = [word for word in words if word not in self.lexicon.function_words] or words
        return sum(self._word(word, ()) for word in telling) / len(telling)

    def _word(self, text: str, terms: tuple[str, ...]) -> float:
        common = min(self.lexicon.commonness(part) for part in (text, *terms))
        if text[0] in _WHOSE and not common:
            # 我妈 is no rarer than 妈; whose mother it is tells nothing of the matter.
            common = max(self.lexicon.commonness(text[1:]), 0.5)
        if len(text) == 1 and is_chinese(text):
            common = max(common, 0.5)
        return max(SUBJECT_FLOOR, 1.0 - common)
