"""Groups the words of a question into the things said: words that together stand in the lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .lexicon import Lexicon
from .segment import Segmenter, cut_runs, is_chinese

LONGEST_SPAN = 4  # neighbouring words that are looked up together as one thing said
# Who and which: callers put these between the words of a saying (退我的押金 for 退押金) without
# changing what it is about, and how soon it is or was (身份证快过期了 for 身份证过期). Words that
# can turn the meaning (不, 没, 要, 能) are not among them.
_LIGHT = """
我 我们 咱 咱们 你 你们 您 他 她 它 他们 她们 自己 人家 别人
的 了 着 过 把 被 给 这 那 这个 那个 一个 个 些 一些
快 快要 马上 已 已经 刚 刚刚 又
"""
LIGHT_WORDS = frozenset(_LIGHT.split())
_MOST_LIGHT = 3  # words passed over in one span
_SHORTEST = 3  # characters; two single ones meet by chance


class Span(NamedTuple):
    """Words `start` up to `end` of a run, said for `text`; `words` leave out light ones."""

    start: int
    end: int
    text: str
    words: tuple[str, ...]


def spans_of(words: Sequence[str], segmenter: Segmenter, lexicon: Lexicon) -> list[Span]:
    """The things said, in order, the longest that the lists know first; function words left out.

    :param words: a run of Chinese characters, cut.
    """
    sayings = sayings_without_light_words(segmenter, lexicon)
    spans: list[Span] = []
    at = 0
    while at < len(words):
        span = _together(words, at, lexicon)
        if len(span.words) == 1:
            span = _apart(words, at, sayings) or span
        if len(span.words) > 1 or span.text not in lexicon.function_words:
            spans.append(span)
        at = span.end
    return spans


def _together(words: Sequence[str], at: int, lexicon: Lexicon) -> Span:
    """The longest saying that starts here, or else the word."""
    for end in range(min(len(words), at + LONGEST_SPAN), at + 1, -1):
        text = "".join(words[at:end])
        if text in lexicon.by_asked:
            return Span(at, end, text, tuple(words[at:end]))
    return Span(at, at + 1, words[at], (words[at],))


def _apart(words: Sequence[str], at: int, sayings: dict[str, str]) -> Span | None:
    """The longest saying that starts here when light words are passed over."""
    if words[at] in LIGHT_WORDS:
        return None
    kept = [words[at]]
    found: Span | None = None
    for end in range(at + 1, min(len(words), at + LONGEST_SPAN + _MOST_LIGHT)):
        if words[end] in LIGHT_WORDS:
            continue
        kept.append(words[end])
        if len(kept) > LONGEST_SPAN or end - at >= len(kept) + _MOST_LIGHT:
            break
        saying = sayings.get("".join(kept))
        if saying:
            found = Span(at, end + 1, saying, tuple(kept))
    return found


def sayings_without_light_words(segmenter: Segmenter, lexicon: Lexicon) -> dict[str, str]:
    """Synonym sources of several words, without their light words -> the source."""
    key = f"_sayings_{segmenter.fingerprint}"
    cached: dict[str, str] | None = lexicon.__dict__.get(key)
    if cached is None:
        sources = [asked for asked in lexicon.by_asked if all(map(is_chinese, asked))]
        cached = {}
        for asked, words in zip(sources, cut_runs(segmenter, sources), strict=True):
            kept = [word for word in words if word not in LIGHT_WORDS]
            short = "".join(kept)
            if len(kept) > 1 and len(short) >= _SHORTEST:
                cached.setdefault(short, asked)
        lexicon.__dict__[key] = cached
    return cached
