"""Turns the words of one question into concepts, each with its alternatives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from .corrections import repairs_of
from .lexicon import Lexicon, Synonym
from .measured import measured
from .mending import mend
from .numerals import with_digits
from .patterns import document_numbers, phone_keys, phone_numbers
from .pinyin_input import FULL, mixed_words, readings, spelt_together, split_words
from .recutting import with_strays, with_whole, without_guesses
from .segment import Segmenter, is_chinese, latin_tokens, pieces
from .spans import spans_of
from .understood import Alternative, Concept, Vocabulary
from .weighing import SUBJECT_FLOOR, Weighing

MAX_TERMS = 32
# What stands in quotation marks is meant as it stands: no slip is looked for in it.
_LITERAL = re.compile('[“"「『]([^”"」』]{1,60})[”"」』]')


@dataclass
class Reader:
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
    text: str = ""
    function_pairs: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._weighing = Weighing(self.segmenter, self.lexicon)

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
        """Read body text; what stands in quotation marks is taken literally."""
        self.text = text
        at = 0
        for found in _LITERAL.finditer(text):
            self._read_part(text[at : found.start()])
            self._read_part(found.group(1), literal=True)
            at = found.end()
        self._read_part(text[at:])

    def _read_part(self, text: str, literal: bool = False) -> None:
        if not literal:
            text = self._read_measures(text)
            text = self._read_mixed(spelt_together(text, self.vocabulary))
        for piece in pieces(with_digits(text)):
            if len(self.concepts) >= MAX_TERMS:
                return
            if is_chinese(piece):
                self._read_run(piece, literal)
            else:
                self._read_latin(piece, literal)

    def _read_measures(self, text: str) -> str:
        left, found = measured(text, self.text, self.segmenter, self.lexicon, self.vocabulary)
        for concept in found:
            if concept.text not in self.seen and len(self.concepts) < MAX_TERMS:
                self.seen.add(concept.text)
                self.concepts.append(concept)
        return left

    def read_everything(self, text: str) -> None:
        for piece in pieces(text):
            words = self.segmenter.cut(piece) if is_chinese(piece) else [piece]
            for word in words[:MAX_TERMS]:
                self._add(word, [self._exact(word)])

    def _read_run(self, run: str, literal: bool) -> None:
        words = self._cut(run)
        repairs = [] if literal else repairs_of(run, words, self.vocabulary, self.lexicon)
        words = self._parted(words)
        self._add_grams(words)
        mended = mend(run, repairs)
        if repairs:
            self.corrections += [(repair.typed, repair.read_as) for repair in repairs]
            words = self._parted(self._cut(mended.text))
            self._add_grams(words)
        for start, end, span, said in spans_of(words, self.segmenter, self.lexicon):
            first = sum(map(len, words[:start]))
            last = first + sum(map(len, words[start:end]))
            exact = self._exact(span, said)
            typed = mended.typed_for(first, last)
            alternatives = [exact]
            repaired = typed != "".join(words[start:end])
            if repaired:
                # What was typed stays beside what it is read as, so a repair hides nothing.
                factor = mended.factor(first, last)
                read_as = Alternative(exact.terms, "typo", typed, factor)
                alternatives = [self._exact(typed, self.segmenter.cut(typed)), read_as]
            read_from = typed if repaired else ""
            self._add(span, [*alternatives, *self._synonyms_of(span)], read_from)

    def _cut(self, run: str) -> list[str]:
        known = self.segmenter, self.lexicon, self.vocabulary
        return with_whole(with_strays(self.segmenter.cut(run), *known), *known)

    def _parted(self, words: Sequence[str]) -> list[str]:
        return without_guesses(words, self.segmenter, self.lexicon, self.vocabulary)

    def _exact(self, span: str, words: Sequence[str] = ()) -> Alternative:
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
            official = self._official(synonym)
            if any(self.vocabulary.frequency(term) for way in official for term in way.terms):
                self.synonyms.append((span, synonym.target))
                found += official
        return found

    def _official(self, synonym: Synonym) -> list[Alternative]:
        """Look for a synonym by its own words, or by the shorter words inside them.

        The shorter ones (异地, 就医 in 异地就医备案) were not said: all together they count as
        much as the words, or a long term would outweigh what was said.
        """
        words: list[str] = []
        for piece in pieces(synonym.target):
            words += self.segmenter.cut(piece) if is_chinese(piece) else latin_tokens(piece)
        telling = [word for word in words if word not in self.lexicon.function_words]
        whole = tuple(dict.fromkeys(telling or words))
        parts = self._exact(synonym.target, whole).terms
        found = [Alternative(whole, "synonym", synonym.asked, synonym.weight)]
        if len(parts) > len(whole):
            share = synonym.weight * len(whole) / len(parts)
            found.append(Alternative(parts, "synonym", synonym.asked, share))
        return found

    def _read_latin(self, piece: str, literal: bool) -> None:
        exact = Alternative(tuple(latin_tokens(piece)), "exact", piece)
        if literal or self.vocabulary.frequency(piece):
            self._add(piece, [exact, *self._synonyms_of(piece)])
            return
        found = readings(piece, self.vocabulary)
        parts = [] if found else split_words(piece, self.vocabulary)
        for part in parts:
            self._add_spoken(part, Alternative((part,), "exact", part))
        if not parts:
            self._add_spoken(piece, exact)

    def _add_spoken(self, piece: str, exact: Alternative) -> None:
        alternatives = [exact, *self._synonyms_of(piece)]
        for word, factor in readings(piece, self.vocabulary):
            self.pinyin.append((piece, word))
            alternatives.append(self._phrase(word, "pinyin", piece, factor))
            alternatives += self._synonyms_of(word)
        self._add(piece, alternatives)

    def _read_mixed(self, text: str) -> str:
        """Take out what was typed half in pinyin, half in characters (shiye金)."""
        for typed, word in mixed_words(text, self.vocabulary):
            text = text.replace(typed, " ", 1)
            self.pinyin.append((typed, word))
            terms = [
                term
                for piece in pieces(typed)
                for term in (self.segmenter.cut(piece) if is_chinese(piece) else [piece])
            ]
            exact = Alternative(tuple(terms), "exact", typed)
            self._add(
                word,
                [exact, self._phrase(word, "pinyin", typed, FULL), *self._synonyms_of(word)],
                typed,
            )
        return text

    def _add(self, text: str, alternatives: list[Alternative], typed: str = "") -> None:
        """Add what was said: `text` is what it means, `typed` how it was typed."""
        if text in self.seen or len(self.concepts) >= MAX_TERMS:
            return
        self.seen.add(text)
        meant = alternatives[1] if typed and typed != text else alternatives[0]
        official = [way.terms for way in alternatives if way.via == "synonym"]
        weight = self._weighing.of(text, meant.terms, official)
        self.concepts.append(Concept(typed or text, weight, tuple(alternatives)))

    def _add_grams(self, words: list[str]) -> None:
        functional = self.lexicon.function_words
        for is_light, run in groupby(words, key=functional.__contains__):
            joined = "".join(run)
            for pair in (joined[at : at + 2] for at in range(len(joined) - 1)):
                if is_light:
                    self.function_pairs.add(pair)
                    continue
                weight = max(SUBJECT_FLOOR, 1.0 - self.lexicon.commonness(pair))
                self.grams[pair] = max(weight, self.grams.get(pair, 0.0))
