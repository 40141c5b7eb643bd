"""Chinese words (分词): jieba's algorithm and dictionary, our user words, our own tokens between.

rjieba runs the same algorithm much faster and is used when it can be imported. The two differ
only in Latin and number runs, so those never reach them: they are cut by the rules below.
A segmenter is built once and never changed; new words mean a new one, swapped in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Protocol

from .errors import IndexerError
from .normalise import CJK, NORMALISE_VERSION, normalise

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


class Segmenter(Protocol):
    """Cuts one run of Chinese characters. Safe to share between threads."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text could be cut differently."""
        ...

    def cut(self, run: str) -> list[str]:
        """Words that together are the run."""
        ...

    def cut_search(self, run: str) -> list[str]:
        """Those words and the shorter dictionary words inside them."""
        ...


class JiebaSegmenter:
    """jieba's words, through whichever implementation was given."""

    def __init__(
        self,
        cut: Callable[[str], list[str]],
        cut_search: Callable[[str], list[str]],
        fingerprint: str,
        backend: str,
    ) -> None:
        self._cut = cut
        self._cut_search = cut_search
        self.fingerprint = fingerprint
        self.backend = backend

    def cut(self, run: str) -> list[str]:
        return self._cut(run)

    def cut_search(self, run: str) -> list[str]:
        return self._cut_search(run)


def build_segmenter(user_words: Iterable[str] = (), backend: str = "auto") -> JiebaSegmenter:
    """Make a segmenter with the domain's own words (用户词).

    :param user_words: words of two or more Chinese characters; order does not matter.
    :param backend: `rjieba`, `jieba`, or `auto` (rjieba when importable). Same tokens.
    :raises IndexerError: the named backend is not installed.
    """
    words = sorted({word for word in map(normalise, user_words) if len(word) > 1})
    content = "\n".join((ALGORITHM, str(NORMALISE_VERSION), str(TOKEN_RULES_VERSION), *words))
    fingerprint = hashlib.sha256(content.encode()).hexdigest()[:16]
    makers = {"rjieba": _with_rjieba, "jieba": _with_jieba}
    names = ("rjieba", "jieba") if backend == "auto" else (backend,)
    for name in names:
        try:
            cut, cut_search = makers[name](words)
        except ModuleNotFoundError:
            continue
        return JiebaSegmenter(cut, cut_search, fingerprint, name)
    raise IndexerError("没有可用的分词程序，请安装 jieba 0.42.1。", backend=backend)


_Cutters = tuple[Callable[[str], list[str]], Callable[[str], list[str]]]


def _with_rjieba(words: Sequence[str]) -> _Cutters:
    tokenizer = import_module("rjieba").Jieba()
    for word in words:
        tokenizer.add_word(word, None, None)
    return (
        lambda run: tokenizer.cut(run, True),
        lambda run: tokenizer.cut_for_search(run, True),
    )


def _with_jieba(words: Sequence[str]) -> _Cutters:
    jieba = import_module("jieba")
    jieba.setLogLevel(60)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    for word in words:
        tokenizer.add_word(word)
    return tokenizer.lcut, tokenizer.lcut_for_search


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


def grams(text: str) -> list[str]:
    """Overlapping pairs of Chinese characters of normalised text; pairs never cross a gap."""
    pairs: list[str] = []
    for piece in pieces(text):
        if is_chinese(piece):
            pairs.extend(piece[at : at + 2] for at in range(len(piece) - 1))
    return pairs
