"""Chinese words (分词): jieba's algorithm and dictionary, our user words, our own tokens between.

rjieba runs the same algorithm much faster and is used when it can be imported. The two differ
only in Latin and number runs, so those never reach them: they are cut by the rules below.
A segmenter is built once and never changed; new words mean a new one, swapped in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib import import_module
from itertools import chain
from typing import NamedTuple, Protocol

from .errors import IndexerError
from .normalise import CJK, CJK_RUN, NORMALISE_VERSION, normalise

ALGORITHM = "jieba-0.42.1+hmm"
TOKEN_RULES_VERSION = 1

_PIECE = re.compile(
    f"[{CJK}]+"
    r"|(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[a-z0-9._~%/-]*)?"  # addresses stay whole
    r"|\d+(?:-\d+)+"  # 020-12345678
    r"|\d+(?:[.,]\d+)*%?"
    r"|[a-z]+[a-z0-9]*"
)
_IS_CJK = re.compile(f"[{CJK}]")
_INSIDE_CACHE = 200_000  # words; about 40 MB at most

Cut = Callable[[str], list[str]]
HasWord = Callable[[str], bool]


class Segmenter(Protocol):
    """Cuts runs of Chinese characters. Safe to share between threads, can be pickled."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text could be cut differently."""
        ...

    def cut(self, run: str) -> list[str]:
        """Words that together are the run. A line feed stands alone and parts two runs."""
        ...

    def listed(self, word: str) -> list[str]:
        """The word where the dictionary lists it, else the listed words it is made of.

        A word of two characters or more that is not listed was guessed where it was cut.
        """
        ...

    def inside(self, word: str) -> tuple[str, ...]:
        """The shorter dictionary words inside a word, then the word."""
        ...

    def cut_search(self, run: str) -> list[str]:
        """`inside` of every word of the run."""
        ...


class _Jieba(NamedTuple):
    """How an implementation cuts, cuts by its dictionary alone, and what that lists."""

    cut: Cut
    cut_by_list: Cut
    has_word: HasWord


class _Inside(dict[str, tuple[str, ...]]):
    """Word -> the shorter words inside it and the word, by jieba's own rule for search mode."""

    def __init__(self, has_word: HasWord) -> None:
        self._has_word = has_word

    def __missing__(self, word: str) -> tuple[str, ...]:
        found: list[str] = []
        for size in (2, 3):
            if len(word) > size:
                parts = (word[at : at + size] for at in range(len(word) - size + 1))
                found.extend(part for part in parts if self._has_word(part))
        if len(self) < _INSIDE_CACHE:
            self[word] = (*found, word)
        return (*found, word)


class JiebaSegmenter:
    """jieba's words, through whichever implementation was given."""

    def __init__(self, jieba: _Jieba, words: Sequence[str], fingerprint: str, backend: str) -> None:
        """Use `build_segmenter`."""
        self._cut, self._cut_by_list, self._has_word = jieba
        self._words = tuple(words)
        self.fingerprint = fingerprint
        self.backend = backend
        self.inside = _Inside(self._has_word).__getitem__

    def __reduce__(self) -> tuple[object, ...]:
        return build_segmenter, (self._words, self.backend)

    def cut(self, run: str) -> list[str]:
        return self._cut(run)

    def listed(self, word: str) -> list[str]:
        return [word] if self._has_word(word) else self._cut_by_list(word)

    def cut_search(self, run: str) -> list[str]:
        return list(chain.from_iterable(map(self.inside, self._cut(run))))


def build_segmenter(user_words: Iterable[str] = (), backend: str = "auto") -> JiebaSegmenter:
    """Make a segmenter with the domain's own words (用户词).

    :param user_words: words of two or more Chinese characters; order does not matter.
    :param backend: `rjieba`, `jieba`, or `auto` (rjieba when importable). Same tokens.
    :raises IndexerError: the named backend is not installed.
    """
    words = sorted({word for word in map(normalise, user_words) if len(word) > 1})
    return _segmenter_of(tuple(words), backend)


# Nothing changes a segmenter once it is made, and each holds the whole dictionary: the engine,
# the suggestions and the reply check of a process share one. Old and new words, in two spellings.
@lru_cache(maxsize=4)
def _segmenter_of(words: tuple[str, ...], backend: str) -> JiebaSegmenter:
    content = "\n".join((ALGORITHM, str(NORMALISE_VERSION), str(TOKEN_RULES_VERSION), *words))
    fingerprint = hashlib.sha256(content.encode()).hexdigest()[:16]
    makers = {"rjieba": _with_rjieba, "jieba": _with_jieba}
    names = ("rjieba", "jieba") if backend == "auto" else (backend,)
    for name in names:
        try:
            jieba = makers[name](words)
        except ModuleNotFoundError:
            continue
        return JiebaSegmenter(jieba, words, fingerprint, name)
    raise IndexerError("没有可用的分词程序，请安装 jieba 0.42.1。", backend=backend)


def _with_rjieba(words: Sequence[str]) -> _Jieba:
    tokenizer = import_module("rjieba").Jieba()
    for word in words:
        tokenizer.add_word(word, None, None)
    return _Jieba(
        lambda run: tokenizer.cut(run, True),
        lambda run: tokenizer.cut(run, False),
        tokenizer.has_word,
    )


def _with_jieba(words: Sequence[str]) -> _Jieba:
    jieba = import_module("jieba")
    jieba.setLogLevel(60)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    for word in words:
        tokenizer.add_word(word)
    return _Jieba(
        tokenizer.lcut,
        lambda run: tokenizer.lcut(run, HMM=False),
        lambda word: bool(tokenizer.FREQ.get(word)),
    )


def cut_runs(segmenter: Segmenter, runs: Sequence[str]) -> list[list[str]]:
    """The words of each run, for the price of one call of the segmenter."""
    if not runs:
        return []
    words = [*segmenter.cut("\n".join(runs)), "\n"]
    cut, start = [], 0
    for _ in runs:
        end = words.index("\n", start)
        cut.append(words[start:end])
        start = end + 1
    return cut


def pieces(text: str) -> list[str]:
    """Runs of normalised text: Chinese runs, numbers, phones, addresses, Latin words."""
    return _PIECE.findall(text)


def is_chinese(piece: str) -> bool:
    """Whether a piece or token is Chinese characters."""
    return bool(_IS_CJK.match(piece))


def search_words(segmenter: Segmenter, text: str) -> list[str]:
    """The index words of normalised text: search-mode words and our own tokens."""
    words: list[str] = []
    for piece in pieces(text):
        if is_chinese(piece):
            words.extend(segmenter.cut_search(piece))
        else:
            words.extend(latin_tokens(piece))
    return words


def latin_tokens(piece: str) -> list[str]:
    """A non-Chinese run as it stands, and the parts of a dashed number."""
    if "-" in piece and piece[0].isdigit():
        return [piece, *piece.split("-")]
    return [piece]


def other_tokens(text: str) -> list[str]:
    """The tokens of normalised text that are not Chinese words."""
    found = pieces(CJK_RUN.sub(" ", text))
    return [token for piece in found for token in latin_tokens(piece)]


def grams(text: str) -> list[str]:
    """Overlapping pairs of Chinese characters of normalised text; pairs never cross a gap."""
    pairs: list[str] = []
    for piece in pieces(text):
        if is_chinese(piece):
            pairs.extend(piece[at : at + 2] for at in range(len(piece) - 1))
    return pairs
