"""What makes an entry of a word list harmful: it breaks other words, or can never be used.

Each check answers with Chinese sentences for whoever edits the lists; none means sound. The
shipped lists are held to the same checks (tests/indexer/test_word_lists.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .best_bets import LONGEST_PHRASE
from .lexicon import Lexicon
from .normalise import CJK
from .query import LONGEST_SPAN
from .segment import Segmenter, is_chinese, pieces

LONGEST_USER_WORD = 12
LONGEST_FILLER = 12
LONGEST_MISSPELLING = 8
LONGEST_TERM = 30

_CHINESE = re.compile(f"[{CJK}]+")
_SHOWN = 3


def check_user_word(word: str, lexicon: Lexicon) -> Iterator[str]:
    """A word to be cut as one (用户词)."""
    if not _CHINESE.fullmatch(word) or len(word) < 2:
        yield f"用户词“{word}”应为两个以上的汉字，不含字母、数字、空格和标点。"
    if len(word) > LONGEST_USER_WORD:
        yield f"用户词“{word}”太长，最多 {LONGEST_USER_WORD} 个字；长的说法请写成同义词。"
    if word in lexicon.function_words:
        yield f"“{word}”在虚词表里，不能同时是用户词。"
    yield from _parts_of_term(word, lexicon)


def check_synonym(asked: str, target: str, lexicon: Lexicon, segmenter: Segmenter) -> Iterator[str]:
    """What callers say, and the official words also looked for."""
    if asked == target:
        yield f"“{asked}”和它的同义词是同一个词。"
    for term in (asked, target):
        if len(term) > LONGEST_TERM:
            yield f"“{term[:LONGEST_TERM]}…”太长，最多 {LONGEST_TERM} 个字。"
        elif not "".join(pieces(term)):
            yield f"“{term}”里没有可以检索的字。"
        else:
            yield from _parts_of_term(term, lexicon)
    if asked in lexicon.function_words:
        yield f"“{asked}”在虚词表里，检索时会先被去掉，这条同义词用不上。"
    if is_chinese(asked) and len(segmenter.cut(asked[:LONGEST_TERM])) > LONGEST_SPAN:
        yield f"“{asked}”会被切成 {LONGEST_SPAN} 个以上的词，检索时够不着；请写短一些。"


def check_weight(weight: float) -> Iterator[str]:
    """How much a synonym counts beside what was said."""
    if not 0 < weight <= 1:
        yield "权重应大于 0、不超过 1。"


def check_filler(phrase: str, lexicon: Lexicon) -> Iterator[str]:
    """A phrase struck from questions (口头语)."""
    if len(phrase) < 2:
        yield f"口头语“{phrase}”只有一个字，会划掉别的词里的字；请写进虚词表。"
    if len(phrase) > LONGEST_FILLER:
        yield f"口头语“{phrase[:LONGEST_FILLER]}…”太长，最多 {LONGEST_FILLER} 个字。"
    if any(mark.isspace() for mark in phrase):
        yield f"口头语“{phrase}”里有空格，请一行写一个。"
    if len(phrase) > 1 and (eaten := [term for term in _terms(lexicon) if phrase in term]):
        yield f"口头语“{phrase}”会划掉主题词“{_some(eaten)}”里的字。"
    subjects = {*lexicon.user_words, *lexicon.by_asked}
    if eaten := [term for term in subjects if term != phrase and term in phrase]:
        yield f"口头语“{phrase}”里有主题词“{_some(eaten)}”，划掉它就丢了问题的主题。"


def check_function_word(word: str, lexicon: Lexicon) -> Iterator[str]:
    """A word that names no matter once a question is cut (虚词)."""
    if any(mark.isspace() for mark in word) or not "".join(pieces(word)):
        yield f"虚词“{word}”应是一个词，不含空格和标点。"
    if word in lexicon.user_words:
        yield f"“{word}”在用户词里，不能同时是虚词。"
    if word in lexicon.by_asked:
        yield f"“{word}”是同义词的说法，改成虚词后那条同义词就用不上了。"


def check_misspelling(wrong: str, right: str, lexicon: Lexicon) -> Iterator[str]:
    """A slip that is always mended before the question is cut (错别字)."""
    if wrong == right:
        yield f"“{wrong}”的错误写法和正确写法相同。"
    elif wrong in right:
        yield f"正确写法“{right}”里还含有“{wrong}”，会越改越长。"
    if len(wrong) < 2 or not _CHINESE.fullmatch(wrong):
        yield f"错误写法“{wrong}”应为两个以上的汉字。"
    if not "".join(pieces(right)):
        yield f"正确写法“{right}”里没有可以检索的字。"
    if max(len(wrong), len(right)) > LONGEST_MISSPELLING:
        yield f"错误写法和正确写法最多 {LONGEST_MISSPELLING} 个字。"
    if len(wrong) > 1 and (broken := [term for term in _terms(lexicon) if wrong in term]):
        yield f"“{wrong}”在正确的词“{_some(broken)}”里，会把它改错。"


def check_best_bet(phrase: str) -> Iterator[str]:
    """A phrase for which an entry is shown first (首选答案)."""
    said = "".join(pieces(phrase))
    if len(said) < 2:
        yield f"首选答案的说法“{phrase}”至少要有两个字。"
    if len(said) > LONGEST_PHRASE:
        yield f"首选答案的说法最多 {LONGEST_PHRASE} 个字。"


def cut_up_by(word: str, before: Segmenter, after: Segmenter, lexicon: Lexicon) -> list[str]:
    """Terms of the lists that a new user word cuts in a worse place (旧改 in 老旧改造).

    :param before: the segmenter without the word; `after` has it.
    """
    return sorted(
        term
        for term in _terms(lexicon)
        if term != word
        and word in term
        and _CHINESE.fullmatch(term)
        and _edges(after.cut(term)) - _edges(before.cut(term))
    )


def _parts_of_term(term: str, lexicon: Lexicon) -> Iterator[str]:
    if eating := [phrase for phrase in lexicon.filler if phrase in term]:
        yield f"“{term}”里有口头语“{_some(eating)}”，检索时会被划掉。"
    if slips := [wrong for wrong in lexicon.misspellings if wrong in term]:
        yield f"“{term}”里有错别字“{_some(slips)}”，检索时会被改掉。"


def _terms(lexicon: Lexicon) -> set[str]:
    """Every word of the trade in the lists."""
    targets = (synonym.target for synonym in lexicon.synonyms)
    return {*lexicon.user_words, *lexicon.by_asked, *targets}


def _some(words: list[str]) -> str:
    shown = sorted(words, key=lambda word: (len(word), word))[:_SHOWN]
    return "、".join(shown) + ("等" if len(words) > _SHOWN else "")


def _edges(words: list[str]) -> set[int]:
    edges, at = set(), 0
    for word in words:
        at += len(word)
        edges.add(at)
    return edges
