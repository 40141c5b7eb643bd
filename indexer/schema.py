"""The fields of the index, declared once with what they mean.

One index document is one passage. What belongs to the whole item (title, variants, numbers,
sounds) is posted at the item's first passage only and spread over its passages when read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain

from .normalise import CJK_RUN, normalise
from .patterns import document_numbers, phone_keys, phone_numbers
from .places import place_of, places_of
from .records import ItemRecord, PassageRecord
from .segment import Segmenter, cut_runs, grams, other_tokens
from .sounds import terms_for

SCHEMA_VERSION = 3
FIRST_DAY, LAST_DAY = date.min.toordinal(), date.max.toordinal()


@dataclass(frozen=True)
class FieldSpec:
    """A posted field.

    :param group: fields of one group share their terms and are scored together.
    :param per_item: posted at the first passage, holds for every passage of the item.
    :param weight: how much one occurrence counts beside one in the body.
    """

    name: str
    group: str
    per_item: bool
    weight: float
    meaning: str


FIELDS = (
    FieldSpec("title", "words", True, 2.0, "words of the title, search mode"),
    FieldSpec("variants", "words", True, 2.0, "words of 相似问 and of the unit's names"),
    FieldSpec("learned", "words", True, 0.7, "words of questions that led callers to the item"),
    FieldSpec("heading", "words", False, 1.5, "words of the headings above the passage"),
    FieldSpec("body", "words", False, 1.0, "words of the passage, search mode"),
    FieldSpec("title_grams", "grams", True, 2.0, "character pairs of title and 相似问"),
    FieldSpec("learned_grams", "grams", True, 0.5, "character pairs of those questions"),
    FieldSpec("body_grams", "grams", False, 1.0, "character pairs of headings and passage"),
    FieldSpec("exact", "exact", True, 1.0, "文号 and phone numbers, whole"),
    FieldSpec("sound", "sound", True, 1.0, "t<sound>|word and i<initials>|word, see sounds.py"),
)
GROUPS = {
    group: tuple(spec for spec in FIELDS if spec.group == group)
    for group in dict.fromkeys(spec.group for spec in FIELDS)
}
# Columns of one value per passage: these texts filter, the numbers filter and scale.
FILTER_COLUMNS = ("kind", "unit", "category", "region", "audience")
# place: what the title names; origin: the places of the authority. See places.py.
TEXT_COLUMNS = (*FILTER_COLUMNS, "place", "origin")
NUMBER_COLUMNS = (
    "from_day",
    "until_day",
    "issued_day",  # 0: not known
    "ordinal",
    "first",
    "body_length",
    "grams_length",
)


@dataclass(frozen=True)
class PreparedPassage:
    """One index document. A term that is said twice stands twice.

    :param terms: by field; the fields of the group `grams` are not here.
    :param gram_texts: by field of the group `grams`: the normalised text whose pairs count.
    """

    terms: dict[str, list[str]]
    gram_texts: dict[str, str]
    numbers: dict[str, int]

    def counts(self) -> dict[str, Counter[str]]:
        """Every posting of the document: field -> term -> how often."""
        pairs = {name: Counter(grams(text)) for name, text in self.gram_texts.items()}
        return {name: Counter(terms) for name, terms in self.terms.items()} | pairs


@dataclass(frozen=True)
class PreparedItem:
    """One item's documents, in the order of its passages; `texts` hold for all of them."""

    item_id: str
    rev: int
    texts: dict[str, str]
    passages: tuple[PreparedPassage, ...]


def prepare(record: ItemRecord, segmenter: Segmenter) -> PreparedItem:
    """Analyse one item. This is where indexing spends most of its time.

    :raises InvalidRecord: the record cannot be indexed.
    """
    record.check()
    item = _Item.of(record)
    words = _Words(segmenter, item)
    days = {
        "from_day": record.in_force_from.toordinal() if record.in_force_from else FIRST_DAY,
        "until_day": record.in_force_until.toordinal() if record.in_force_until else LAST_DAY,
        "issued_day": record.issued_on.toordinal() if record.issued_on else 0,
    }
    passages = []
    for at, (passage, heading, text) in enumerate(
        zip(record.passages, item.headings, item.bodies, strict=True)
    ):
        terms = {"heading": words.of(heading), "body": words.of(text)}
        gram_texts = {"body_grams": f"{heading}\n{text}"}
        if at == 0:
            terms |= _item_terms(record, item, words)
            gram_texts |= {
                "title_grams": f"{item.title}\n{item.variants}",
                "learned_grams": item.learned,
            }
        numbers = days | {
            "ordinal": passage.ordinal,
            "first": int(at == 0),
            "body_length": len(terms["body"]),
            "grams_length": words.pairs(heading) + words.pairs(text),
        }
        passages.append(PreparedPassage(terms, gram_texts, numbers))
    texts = {name: getattr(record, name) for name in FILTER_COLUMNS} | {
        "place": place_of(item.title),
        "origin": " ".join(places_of(normalise(record.issuing_authority or record.unit))),
    }
    return PreparedItem(record.item_id, record.rev, texts, tuple(passages))


def warm_analysis(segmenter: Segmenter) -> None:
    """Make segmenter, script converter and pinyin read their tables."""
    passages = (PassageRecord(0, "熱線", "热线电话：12345。"),)
    prepare(ItemRecord("warm", 1, "qa", "便民热线", passages), segmenter)


@dataclass(frozen=True)
class _Item:
    """The normalised texts of a record."""

    title: str
    variants: str
    learned: str
    names: str
    headings: list[str]
    bodies: list[str]

    @classmethod
    def of(cls, record: ItemRecord) -> _Item:
        paths = {passage.heading_path for passage in record.passages}
        headings = {path: normalise(path) for path in paths}
        return cls(
            normalise(record.title),
            normalise("\n".join(record.variants)),
            normalise("\n".join(record.learned)),
            normalise(" ".join((*record.unit_names, record.issuing_authority))),
            [headings[passage.heading_path] for passage in record.passages],
            [normalise(passage.text) for passage in record.passages],
        )


class _Words:
    """The words of an item's texts; every Chinese run is cut once, all in one call."""

    def __init__(self, segmenter: Segmenter, item: _Item) -> None:
        texts = (item.title, item.variants, item.learned, item.names)
        self._runs = {
            text: CJK_RUN.findall(text)
            for text in dict.fromkeys((*texts, *item.headings, *item.bodies))
        }
        distinct = list(dict.fromkeys(chain.from_iterable(self._runs.values())))
        self._cut = dict(zip(distinct, cut_runs(segmenter, distinct), strict=True))
        self._searched = {
            run: list(chain.from_iterable(map(segmenter.inside, words)))
            for run, words in self._cut.items()
        }

    def of(self, text: str) -> list[str]:
        """The index words of one of the item's texts, in no particular order."""
        words = list(chain.from_iterable(self._searched[run] for run in self._runs[text]))
        return words + other_tokens(text)

    def cut(self, texts: Iterable[str]) -> list[list[str]]:
        """The distinct Chinese runs of texts, cut."""
        runs = chain.from_iterable(self._runs[text] for text in texts)
        return [self._cut[run] for run in dict.fromkeys(runs)]

    def pairs(self, text: str) -> int:
        """How many pairs of Chinese characters the text has."""
        return sum(map(len, self._runs[text])) - len(self._runs[text])


def _item_terms(record: ItemRecord, item: _Item, words: _Words) -> dict[str, list[str]]:
    named = words.cut((item.title, item.variants, *item.headings))
    sounds = terms_for(named, words.cut(item.bodies))
    return {
        "title": words.of(item.title),
        "variants": words.of(item.variants) + words.of(item.names),
        "learned": words.of(item.learned),
        "exact": list(dict.fromkeys(_exact_keys(record, item))),
        "sound": [*sounds, *(term for term, strength in sounds.items() if strength > 1)],
    }


def _exact_keys(record: ItemRecord, item: _Item) -> list[str]:
    """Numbers by which this item is asked for. Those its text merely cites are left out."""
    keys = document_numbers(f"{normalise(record.document_number)}\n{item.title}")
    numbers = list(record.phones)
    for text in item.bodies:
        numbers.extend(phone_numbers(text))
    for number in numbers:
        keys.extend(phone_keys(normalise(number)))
    return keys
