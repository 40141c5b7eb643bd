"""Takes the caller's filler (口头语) out of a question without touching subject words."""

from __future__ import annotations

from .lexicon import Lexicon
from .normalise import CJK_RUN
from .segment import Segmenter, is_chinese


def strike_filler(text: str, segmenter: Segmenter, lexicon: Lexicon) -> tuple[str, tuple[str, ...]]:
    """Strike filler phrases, longest first; each leaves a space, so its neighbours never join.

    A phrase is left alone where one of its ends lies inside a dictionary word: 想问下 is not
    struck from 想问下水道, but 想问 is.

    :returns: the text that is left and the phrases struck.
    """
    starts = _by_first_character(lexicon)
    left: list[str] = []
    struck: dict[str, None] = {}
    at = 0
    joints: dict[int, bool] | None = None
    while at < len(text):
        phrase = ""
        for candidate in starts.get(text[at], ()):
            if not text.startswith(candidate, at):
                continue
            if joints is None:
                joints = _joints(text, segmenter, lexicon)
            if _stands_apart(text, at, candidate, joints):
                phrase = candidate
                break
        if phrase:
            struck[phrase] = None
            left.append(" ")
        at += len(phrase) or 1
        if not phrase:
            left.append(text[at - 1])
    return "".join(left), tuple(struck)


def _stands_apart(text: str, at: int, phrase: str, joints: dict[int, bool]) -> bool:
    # One-character fillers (喂, 嗯) only count when they stand apart from other words.
    if len(phrase) == 1 and at and is_chinese(text[at - 1]):
        return False
    return joints.get(at, True) and joints.get(at + len(phrase), True)


def _joints(text: str, segmenter: Segmenter, lexicon: Lexicon) -> dict[int, bool]:
    """For places inside a word, whether it may be cut there: only if no dictionary has the word."""
    own = _own_words(lexicon)
    inside: dict[int, bool] = {}
    for run in CJK_RUN.finditer(text):
        at = run.start()
        for word in segmenter.cut(run.group()):
            known = word in lexicon.language or word in own
            inside.update(dict.fromkeys(range(at + 1, at + len(word)), not known))
            at += len(word)
    return inside


def _own_words(lexicon: Lexicon) -> frozenset[str]:
    cached: frozenset[str] | None = lexicon.__dict__.get("_own_words")
    if cached is None:
        cached = frozenset((*lexicon.user_words, *lexicon.by_asked)) - frozenset(lexicon.filler)
        lexicon.__dict__["_own_words"] = cached
    return cached


def _by_first_character(lexicon: Lexicon) -> dict[str, list[str]]:
    """Filler phrases by their first character, longest first."""
    cached: dict[str, list[str]] | None = lexicon.__dict__.get("_filler_by_first")
    if cached is None:
        cached = {}
        for phrase in sorted(lexicon.filler, key=lambda phrase: (-len(phrase), phrase)):
            cached.setdefault(phrase[0], []).append(phrase)
        lexicon.__dict__["_filler_by_first"] = cached
    return cached
