"""How Chinese words sound (拼音): for typing by pinyin or initials, and for homophone slips."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from operator import add

from .normalise import CJK_RUN

LONGEST = 8  # characters of a word or phrase that can be asked for by sound
_BODY_REPEATS = 2  # a phrase of the body counts as one when the item says it this often
_GAP = "\n"
_ALIKE = (("v", "u"), ("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@lru_cache(maxsize=100_000)
def syllables(word: str) -> tuple[str, ...]:
    """Pinyin without tones, one syllable per character."""
    from pypinyin import lazy_pinyin  # 50 MB and 0.2 s: only when something is read aloud

    if not CJK_RUN.fullmatch(word):
        return tuple(lazy_pinyin(word))
    return tuple(chain.from_iterable(map(_part_syllables, _parts(word))))


@lru_cache(maxsize=100_000)
def _part_syllables(part: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin([part]))


@lru_cache(maxsize=1)
def _known_phrases() -> tuple[Container[str], Container[str]]:
    from pypinyin.constants import PHRASES_DICT
    from pypinyin.seg.mmseg import p_set

    return PHRASES_DICT, p_set._set


def _parts(word: str) -> list[str]:
    """The known phrases and the characters between them, as pypinyin itself parts a word.

    pypinyin looks every part up afresh; like this the slow look-up is made once for each.
    """
    phrases, beginnings = _known_phrases()
    parts: list[str] = []
    start, size = 0, len(word)
    while start < size:
        end, phrase_end = start + 2, start + 1
        while end <= size and word[start:end] in beginnings:
            if word[start:end] in phrases:
                phrase_end = end
            end += 1
        if end > size and phrase_end == start + 1:
            parts.extend(word[start:])  # it may begin a phrase, but ends before it is one
            break
        parts.append(word[start:phrase_end])
        start = phrase_end
    return parts


def sound_key(pinyin: str) -> str:
    """Joined pinyin with the sounds that speakers and typists mix up made one (zh/z, ng/n)."""
    for hard, soft in _ALIKE:
        pinyin = pinyin.replace(hard, soft)
    return pinyin


def word_sound(word: str) -> str:
    """The key under which a word and its homophones meet."""
    return sound_key("".join(syllables(word)))


def initials(word: str) -> str:
    """First letters of the syllables: 失业金 → syj."""
    return "".join(syllable[:1] for syllable in syllables(word))


def terms_for(named: Iterable[Sequence[str]], body: Iterable[Sequence[str]]) -> dict[str, int]:
    """Index terms by which an item's words and set phrases can be found by sound.

    :param named: cut Chinese runs of title, question variants and headings; phrases of two or
        three neighbouring words count as well.
    :param body: cut Chinese runs of the body; phrases count when said at least twice.
    :returns: `t<sound>|<word>` and `i<initials>|<word>` -> 2 if the title names it, else 1.
    """
    said, called = _joined(body), _joined(named)
    counted = Counter(_phrases(said)).items()
    often = [phrase for phrase, count in counted if count >= _BODY_REPEATS and len(phrase) > 2]
    names = [phrase for phrase in _phrases(called) if len(phrase) > 2]
    strength = dict.fromkeys(chain(said, often), 1) | dict.fromkeys(chain(called, names), 2)
    terms: dict[str, int] = {}
    for word, value in strength.items():
        if 1 < len(word) <= LONGEST and _GAP not in word:
            by_sound, by_initials = _terms_of(word)
            terms[by_sound] = value
            # Two letters could be almost any word; only what a title names is worth the guess.
            if len(word) > 2 or value > 1:
                terms[by_initials] = value
    return terms


def _joined(runs: Iterable[Sequence[str]]) -> list[str]:
    """All words in a row, a gap after each run."""
    words: list[str] = []
    for run in runs:
        words.extend(run)
        words.append(_GAP)
    return words


def _phrases(words: Sequence[str]) -> Iterable[str]:
    """Two and three neighbours joined, those over a gap too. No loop: it would take most of
    the time of indexing.
    """
    pairs = list(map(add, words, words[1:]))
    return chain(pairs, map(add, pairs, words[2:]))


@lru_cache(maxsize=50_000)
def _terms_of(word: str) -> tuple[str, str]:
    return f"t{word_sound(word)}|{word}", f"i{initials(word)}|{word}"
