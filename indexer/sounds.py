"""How Chinese words sound (拼音): for typing by pinyin or initials, and for homophone slips."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from .normalise import CJK_RUN

LONGEST = 8  # characters of a word or phrase that can be asked for by sound
_BODY_REPEATS = 2  # a phrase of the body counts as one when the item says it this often
_SOFT = re.compile("zh|ch|sh|ng")
_HARD = {"zh": "z", "ch": "c", "sh": "s", "ng": "n"}


@lru_cache(maxsize=100_000)
def syllables(word: str) -> tuple[str, ...]:
    """Pinyin without tones, one syllable per character."""
    from pypinyin import lazy_pinyin  # 50 MB and 0.2 s: only when something is read aloud

    return tuple(lazy_pinyin(word))


def sound_key(pinyin: str) -> str:
    """Joined pinyin with the sounds that speakers and typists mix up made one (zh/z, ng/n)."""
    return _SOFT.sub(lambda found: _HARD[found.group()], pinyin.replace("v", "u"))


def word_sound(word: str) -> str:
    """The key under which a word and its homophones meet."""
    return sound_key("".join(syllables(word)))


def initials(word: str) -> str:
    """First letters of the syllables: 失业金 → syj."""
    return "".join(syllable[:1] for syllable in syllables(word))


def terms_for(named: Iterable[Sequence[str]], body: Iterable[Sequence[str]]) -> dict[str, int]:
    """Index terms by which an item's words and set phrases can be found by sound.

    :param named: cut runs of title, question variants and headings; phrases of two or three
        neighbouring words count as well.
    :param body: cut runs of the body; phrases count when said at least twice.
    :returns: `t<sound>|<word>` and `i<initials>|<word>` -> 2 if the title names it, else 1.
    """
    strength: dict[str, int] = {}
    repeated: dict[str, int] = {}
    for run in body:
        for word in _speakable(run):
            strength[word] = 1
        for phrase in _phrases(run):
            repeated[phrase] = repeated.get(phrase, 0) + 1
    strength.update({p: 1 for p, count in repeated.items() if count >= _BODY_REPEATS})
    for run in named:
        for word in (*_speakable(run), *_phrases(run)):
            strength[word] = 2
    terms: dict[str, int] = {}
    for word, value in strength.items():
        terms[f"t{word_sound(word)}|{word}"] = value
        # Two letters could be almost any word; only what a title names is worth the guess.
        if len(word) > 2 or value > 1:
            terms[f"i{initials(word)}|{word}"] = value
    return terms


def _speakable(run: Sequence[str]) -> list[str]:
    return [word for word in run if 1 < len(word) <= LONGEST and CJK_RUN.fullmatch(word)]


def _phrases(run: Sequence[str]) -> Iterable[str]:
    for size in (2, 3):
        for at in range(len(run) - size + 1):
            window = run[at : at + size]
            phrase = "".join(window)
            if 2 < len(phrase) <= LONGEST and CJK_RUN.fullmatch(phrase):
                yield phrase
