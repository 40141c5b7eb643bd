"""Words of a question where the segmenter cut what the index has, or guessed what it has not."""

from __future__ import annotations

from collections.abc import Sequence

from .lexicon import Lexicon
from .segment import Segmenter
from .understood import Vocabulary


def without_guesses(
    words: Sequence[str], segmenter: Segmenter, lexicon: Lexicon, vocabulary: Vocabulary
) -> list[str]:
    """Undo words that the segmenter guessed and no entry has, where they hide known ones.

    养狗要办 is cut 养狗要 / 办: the saying 养狗 is in it, and 要 says nothing.
    """
    parted: list[str] = []
    for word in words:
        parts = segmenter.listed(word) if len(word) > 1 else [word]
        guessed = len(parts) > 1 and not vocabulary.frequency(word)
        parted += parts if guessed and _known_in(word, parts, lexicon) else [word]
    return parted


def _known_in(word: str, parts: Sequence[str], lexicon: Lexicon) -> bool:
    if word in lexicon.by_asked:
        return False
    return any(len(part) > 1 or part in lexicon.function_words for part in parts)


def with_strays(
    words: Sequence[str], segmenter: Segmenter, lexicon: Lexicon, vocabulary: Vocabulary
) -> list[str]:
    """Give a character that was left alone back to a word of the index it is the end of.

    上一年级 is cut 上一年 / 级: of 上 / 一年级 only a function word stands alone.
    """
    joined: list[str] = []
    for word in words:
        before = joined[-1] if joined else ""
        if len(word) == 1 and word not in lexicon.function_words and before not in lexicon.by_asked:
            for at in range(1, len(before)):
                head, whole = before[:at], before[at:] + word
                known = vocabulary.frequency(whole) or whole in lexicon.by_asked
                is_word = known and segmenter.listed(whole) == [whole]
                if head in lexicon.function_words and is_word:
                    joined[-1] = head
                    word = whole
                    break
        joined.append(word)
    return joined


def with_whole(
    words: Sequence[str], segmenter: Segmenter, lexicon: Lexicon, vocabulary: Vocabulary
) -> list[str]:
    """Move an edge where a word that no entry has begins with the end of one that some have.

    失业金领多久 is cut 失业 / 金领: no entry speaks of 金领, some of 失业金.
    """
    kept: list[str] = []
    for word in words:
        before = kept[-1] if kept else ""
        is_known = vocabulary.frequency(word) or word in lexicon.by_asked
        if before and len(word) > 1 and not is_known:
            whole = before + word[0]
            if vocabulary.frequency(whole) and segmenter.listed(whole) == [whole]:
                kept[-1] = whole
                kept += segmenter.listed(word[1:])
                continue
        kept.append(word)
    return kept
