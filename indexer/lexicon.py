"""The reviewed word lists of this folder's `data/`, read once and passed around.

Nothing here is changed in place: an editor's own words make a new Lexicon.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from .errors import IndexerError
from .normalise import normalise

DEFAULT_SYNONYM_WEIGHT = 0.8
# jieba's dictionary counts words in some 60 million of general text. Below this count a word
# says nothing about how common it is, so it is not kept in memory.
_COMMON_FROM = 50


@dataclass(frozen=True)
class Synonym:
    """Also look for `target` when `asked` is said; weight in 0..1."""

    asked: str
    target: str
    weight: float = DEFAULT_SYNONYM_WEIGHT


@dataclass(frozen=True)
class BestBet:
    """Show the entry `item_id` first when `phrase` is asked (置顶答案)."""

    phrase: str
    item_id: str


@dataclass(frozen=True)
class Lexicon:
    """Domain words, synonyms, filler and how common words are in general language."""

    user_words: tuple[str, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    filler: tuple[str, ...] = ()
    function_words: frozenset[str] = frozenset()
    misspellings: Mapping[str, str] = field(default_factory=dict)
    lookalikes: Mapping[str, str] = field(
        default_factory=dict
    )  # character -> those it is taken for
    language: Mapping[str, int] = field(default_factory=dict)
    nouns: frozenset[str] = frozenset()  # those of `language` that name things
    best_bets: tuple[BestBet, ...] = ()

    @cached_property
    def by_asked(self) -> dict[str, list[Synonym]]:
        """asked word -> its synonyms, strongest first."""
        table: dict[str, list[Synonym]] = {}
        for synonym in self.synonyms:
            table.setdefault(synonym.asked, []).append(synonym)
        for entries in table.values():
            entries.sort(key=lambda entry: (-entry.weight, entry.target))
        return table

    @cached_property
    def longest_asked(self) -> int:
        """Characters of the longest synonym source or misspelling."""
        return max(map(len, (*self.by_asked, *self.misspellings)), default=0)

    @cached_property
    def content_hash(self) -> str:
        """Changes when anything changes that decides what a question means, weights included."""
        parts = repr(
            (
                self.user_words,
                self.synonyms,
                self.filler,
                sorted(self.function_words),
                list(self.misspellings.items()),
                list(self.lookalikes.items()),
                self.best_bets,
            )
        )
        return hashlib.sha256(parts.encode()).hexdigest()[:16]

    def commonness(self, word: str) -> float:
        """How common a word is in general language: 0 (not at all) to about 1 (的)."""
        return math.log10(1 + self.language.get(word, 0) / _COMMON_FROM) / 4.0


def default_lexicon() -> Lexicon:
    """The lists shipped with the library.

    :raises IndexerError: a line of a list cannot be read; names file and line.
    """
    return _shipped()


@lru_cache(maxsize=1)
def _shipped() -> Lexicon:
    data = Path(str(resources.files("indexer").joinpath("data")))
    language: dict[str, int] = {}
    nouns: set[str] = set()
    for word, count, kind in language_lines():
        language[word] = count
        if len(word) > 1 and kind.startswith("n"):
            nouns.add(word)
    return Lexicon(
        user_words=tuple(dict.fromkeys(_words(data / "user_words.txt"))),
        synonyms=tuple(read_synonyms(data / "synonyms.tsv")),
        filler=tuple(dict.fromkeys(_words(data / "filler.txt"))),
        function_words=frozenset(_words(data / "function_words.txt")),
        misspellings=dict(_pairs(data / "misspellings.tsv")),
        lookalikes=_lookalikes(data / "lookalikes.txt"),
        language=language,
        nouns=frozenset(nouns),
    )


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            text = line.rstrip("\n").partition("#")[0].rstrip()
            if text:
                yield number, text


def _words(path: Path) -> Iterator[str]:
    for _, line in _lines(path):
        yield from map(normalise, line.split())


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in _lines(path):
        wrong, tab, right = line.partition("\t")
        if not tab or not wrong or not right:
            raise IndexerError(f"{path.name} 第 {number} 行应为“错误写法<制表符>正确写法”。")
        yield normalise(wrong), normalise(right)


def _lookalikes(path: Path) -> dict[str, str]:
    """Groups of characters that look alike → each character with the others of its groups."""
    others: dict[str, str] = {}
    for group in _words(path):
        for char in group:
            known = others.get(char, "")
            others[char] = known + "".join(c for c in group if c != char and c not in known)
    return others


def read_synonyms(path: Path) -> Iterator[Synonym]:
    """Read a synonym list in the format its own header describes.

    :raises IndexerError: a line has another form; names file and line.
    """
    for number, line in _lines(path):
        columns = line.split("\t")
        if len(columns) > 3 or (len(columns) < 2 and " = " not in columns[0]):
            raise IndexerError(
                f"{path.name} 第 {number} 行的同义词格式不对，请按文件开头的说明填写。"
            )
        yield from _synonyms_of(columns, f"{path.name} 第 {number} 行")


def _synonyms_of(columns: list[str], place: str) -> Iterable[Synonym]:
    both_ways = " = " in columns[0]
    weight_text = columns[1:] if both_ways else columns[2:]
    try:
        weight = float(weight_text[0]) if weight_text else DEFAULT_SYNONYM_WEIGHT
    except ValueError as error:
        raise IndexerError(f"{place}的权重不是数字。") from error
    if not 0 < weight <= 1:
        raise IndexerError(f"{place}的权重应在 0 到 1 之间。")
    if both_ways:
        left, _, right = columns[0].partition(" = ")
        one, other = normalise(left.strip()), normalise(right.strip())
        return [Synonym(one, other, weight), Synonym(other, one, weight)]
    asked = normalise(columns[0])
    targets = map(normalise, columns[1].split())
    return [Synonym(asked, target, weight) for target in targets if target != asked]


def language_lines() -> Iterator[tuple[str, int, str]]:
    """Words of general Chinese from jieba's own dictionary file, without importing jieba.

    :returns: word, its count (see `_COMMON_FROM`), jieba's part of speech.
    :raises IndexerError: jieba is not installed.
    """
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise IndexerError("缺少 jieba 词典，请安装 jieba 0.42.1。")
    with Path(next(iter(spec.submodule_search_locations)), "dict.txt").open(encoding="utf-8") as f:
        for line in f:
            word, count, kind = line.rstrip("\n").split(" ", 2)
            if int(count) >= _COMMON_FROM:
                yield word, int(count), kind
