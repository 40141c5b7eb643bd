"""What a caller's words ask for: filler struck, words weighed, synonyms, pinyin and slips added.

A question becomes *concepts*. Each concept is one thing that was said, with alternatives: the
words themselves, official synonyms, words that sound the same. Concepts are summed, the
alternatives of one concept compete; nothing is ever required, so one odd word cannot lose the
answer, and filler cannot win it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from .best_bets import pinned_items
from .corrections import corrections_for, pinyin_readings
from .errors import InvalidQuery
from .lexicon import Lexicon
from .normalise import CJK, join_spoken_fragments, normalise
from .numerals import with_digits
from .patterns import document_numbers, phone_keys, phone_numbers
from .segment import Segmenter, is_chinese, latin_tokens, pieces
from .wants import wanted

MAX_CHARS = 200
MAX_TERMS = 32
LONGEST_SPAN = 4  # neighbouring words that are looked up together as one thing said
_MAX_RAW_CHARS = 2_000  # what is looked at before cutting: bounds the work on hostile input
_SUBJECT_FLOOR = 0.25


@dataclass(frozen=True)
class Alternative:
    """One way to find a concept: all `terms` count, `factor` 0..1 is how near it is."""

    terms: tuple[str, ...]
    via: str
    original: str
    factor: float = 1.0
    group: str = "words"


@dataclass(frozen=True)
class Concept:
    """One thing that was said.

    :param weight: 0..1, less for words that are common in general language.
    """

    text: str
    weight: float
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class Understood:
    """How a question was read. Shown to the agent, so every part is in their words.

    :param text: normalised question, after cutting.
    :param kept: subject words; `struck`: filler taken out.
    :param synonyms: (said, also looked for). `corrections`: (typed, read as). `pinyin`: likewise.
    :param wants: kinds of answer asked for, see `wants.py`.
    :param notices: Chinese sentences about what was done to the question.
    :param pinned: item ids that an editor put first for this question, in order.
    """

    text: str
    concepts: tuple[Concept, ...]
    grams: tuple[tuple[str, float], ...]
    kept: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    corrections: tuple[tuple[str, str], ...] = ()
    pinyin: tuple[tuple[str, str], ...] = ()
    wants: frozenset[str] = frozenset()
    notices: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()


class Vocabulary(Protocol):
    """What the query reader may ask of the index's word list."""

    def frequency(self, word: str) -> int:
        """Number of items that hold the word."""
        ...

    def sounding(self, kind: str, key: str) -> list[tuple[str, int]]:
        """Indexed words by sound: kind `t` (sound) or `i` (initials) -> (word, strength)."""
        ...


def understand(
    raw: str, segmenter: Segmenter, lexicon: Lexicon, vocabulary: Vocabulary
) -> Understood:
    """Read a caller's question.

    :raises InvalidQuery: nothing is left to search for.
    """
    text, notices = _cleaned(raw)
    reader = _Reader(segmenter, lexicon, vocabulary)
    reader.exact_numbers(text)
    body, struck = strike_filler(text, lexicon)
    reader.read(with_digits(body))
    if not reader.concepts:
        # A question made of filler or question words only: then these are what was asked.
        reader.read_everything(text)
    if not reader.concepts:
        raise InvalidQuery("没有可检索的内容，请输入要查询的事项、文号或电话。")
    return Understood(
        text=text,
        concepts=tuple(reader.concepts[:MAX_TERMS]),
        grams=tuple(reader.grams.items())[: 2 * MAX_TERMS],
        kept=tuple(dict.fromkeys(concept.text for concept in reader.concepts[:MAX_TERMS])),
        struck=struck,
        synonyms=tuple(dict.fromkeys(reader.synonyms)),
        corrections=tuple(dict.fromkeys(reader.corrections)),
        pinyin=tuple(dict.fromkeys(reader.pinyin)),
        wants=wanted(text),
        notices=notices,
        pinned=pinned_items(body, segmenter, lexicon),
    )


def _cleaned(raw: str) -> tuple[str, tuple[str, ...]]:
    text = " ".join(normalise(raw[:_MAX_RAW_CHARS]).split())
    text = join_spoken_fragments(text)
    if len(text) <= MAX_CHARS and len(raw) <= _MAX_RAW_CHARS:
        return text, ()
    return text[:MAX_CHARS], (f"问题较长，只按前 {MAX_CHARS} 个字检索。",)


def strike_filler(text: str, lexicon: Lexicon) -> tuple[str, tuple[str, ...]]:
    """Take the caller's filler (口头语) out of a question, longest phrases first.

    Each is replaced by a space, so words on both sides never join. A phrase directly before or
    after letters of a longer known word is left alone by the order of the list.
    """
    if not lexicon.filler:
        return text, ()
    struck: list[str] = []

    def strike(found: re.Match[str]) -> str:
        struck.append(found.group())
        return " "

    return _filler_pattern(lexicon).sub(strike, text), tuple(dict.fromkeys(struck))


def _filler_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    cached = lexicon.__dict__.get("_filler_pattern")
    if cached is None:
        longest_first = sorted(lexicon.filler, key=lambda phrase: (-len(phrase), phrase))
        # One-character fillers (喂, 嗯) only count when they stand apart from other words.
        parts = [
            re.escape(phrase) if len(phrase) > 1 else f"(?<![{CJK}]){re.escape(phrase)}"
            for phrase in longest_first
        ]
        cached = re.compile("|".join(parts))
        lexicon.__dict__["_filler_pattern"] = cached
    return cached


@dataclass
class _Reader:
    """Collects the concepts of one question."""

    segmenter: Segmenter
    lexicon: Lexicon
    vocabulary: Vocabulary
    concepts: list[Concept] = field(default_factory=list)
    grams: dict[str, float] = field(default_factory=dict)
    synonyms: list[tuple[str, str]] = field(default_factory=list)
    corrections: list[tuple[str, str]] = field(default_factory=list)
    pinyin: list[tuple[str, str]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def exact_numbers(self, text: str) -> None:
        """文号 and phone numbers, which are matched whole and outweigh everything else."""
        keys = document_numbers(text)
        for number in phone_numbers(text):
            keys.extend(phone_keys(number))
        for key in dict.fromkeys(keys):
            if len(self.concepts) < MAX_TERMS // 4:
                self.concepts.append(
                    Concept(key, 1.0, (Alternative((key,), "exact", key, group="exact"),))
                )

    def read(self, text: str) -> None:
        for piece in pieces(text):
            if len(self.concepts) >= MAX_TERMS:
                return
            if is_chinese(piece):
                self._read_run(piece)
            else:
                self._read_latin(piece)

    def read_everything(self, text: str) -> None:
        for piece in pieces(text):
            words = self.segmenter.cut(piece) if is_chinese(piece) else [piece]
            for word in words[:MAX_TERMS]:
                self._add(word, [self._exact(word)])

    def _read_run(self, run: str) -> None:
        """Spans with a synonym or a known slip are taken first, then words."""
        fixed = self._mend_known_slips(run)
        words = self.segmenter.cut(fixed)
        repairs = corrections_for(words, self.vocabulary, self.lexicon)
        self._add_grams(words)
        for start, end, span in self._spans(words):
            alternatives = [self._exact(span, words[start:end])]
            alternatives += self._synonyms_of(span)
            for repair in repairs:
                if repair.covers(start, end):
                    self.corrections.append((repair.typed, repair.read_as))
                    alternatives.append(self._phrase(repair.read_as, "typo", repair.typed, 0.9))
                    # The mended word may itself have official synonyms.
                    alternatives += self._synonyms_of(repair.read_as)
            self._add(span, alternatives)

    def _mend_known_slips(self, run: str) -> str:
        for wrong, right in self.lexicon.misspellings.items():
            if wrong in run:
                self.corrections.append((wrong, right))
                run = run.replace(wrong, right)
        return run

    def _spans(self, words: list[str]) -> list[tuple[int, int, str]]:
        """Group neighbouring words that together are said for one thing; drop function words."""
        spans: list[tuple[int, int, str]] = []
        at = 0
        while at < len(words):
            end = self._longest_known(words, at)
            text = "".join(words[at:end])
            if end - at > 1 or text not in self.lexicon.function_words:
                spans.append((at, end, text))
            at = end
        return spans

    def _longest_known(self, words: list[str], at: int) -> int:
        for end in range(min(len(words), at + LONGEST_SPAN), at + 1, -1):
            if "".join(words[at:end]) in self.lexicon.by_asked:
                return end
        return at + 1

    def _exact(self, span: str, words: list[str] | None = None) -> Alternative:
        terms: list[str] = []
        for word in words or [span]:
            terms.extend(self.segmenter.cut_search(word) if is_chinese(word) else [word])
        return Alternative(tuple(dict.fromkeys(terms)), "exact", span)

    def _phrase(self, text: str, via: str, original: str, factor: float) -> Alternative:
        words = self.segmenter.cut(text) if is_chinese(text) else latin_tokens(text)
        return Alternative(self._exact(text, words).terms, via, original, factor)

    def _synonyms_of(self, span: str) -> list[Alternative]:
        found: list[Alternative] = []
        for synonym in self.lexicon.by_asked.get(span, ()):
            phrase = self._phrase(synonym.target, "synonym", span, synonym.weight)
            if any(self.vocabulary.frequency(term) for term in phrase.terms):
                self.synonyms.append((span, synonym.target))
                found.append(phrase)
        return found

    def _read_latin(self, piece: str) -> None:
        alternatives = [Alternative(tuple(latin_tokens(piece)), "exact", piece)]
        for word, factor in pinyin_readings(piece, self.vocabulary):
            self.pinyin.append((piece, word))
            alternatives.append(self._phrase(word, "pinyin", piece, factor))
            alternatives += self._synonyms_of(word)
        self._add(piece, alternatives)

    def _add(self, text: str, alternatives: list[Alternative]) -> None:
        if text in self.seen or len(self.concepts) >= MAX_TERMS:
            return
        self.seen.add(text)
        weight = self._language_weight(text, alternatives[0].terms)
        self.concepts.append(Concept(text, weight, tuple(alternatives)))

    def _language_weight(self, text: str, terms: tuple[str, ...]) -> float:
        """Words everyone uses all day say little about the matter (小孩, 我想)."""
        common = min(self.lexicon.commonness(part) for part in (text, *terms))
        if len(text) == 1 and is_chinese(text):
            common = max(common, 0.5)
        return max(_SUBJECT_FLOOR, 1.0 - common)

    def _add_grams(self, words: list[str]) -> None:
        run: list[str] = []
        for word in [*words, ""]:
            if word and word not in self.lexicon.function_words:
                run.append(word)
                continue
            joined = "".join(run)
            run = []
            for at in range(len(joined) - 1):
                pair = joined[at : at + 2]
                weight = max(_SUBJECT_FLOOR, 1.0 - self.lexicon.commonness(pair))
                self.grams[pair] = max(weight, self.grams.get(pair, 0.0))
