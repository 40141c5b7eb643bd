"""The fields of the index, declared once with what they mean.

One index document is one passage. What belongs to the whole item (title, variants, numbers,
sounds) is posted at the item's first passage only and spread over its passages when read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .normalise import CJK_RUN, normalise
from .patterns import document_numbers, phone_keys, phone_numbers
from .records import ItemRecord, PassageRecord
from .segment import Segmenter, grams, search_words
from .sounds import terms_for

SCHEMA_VERSION = 2
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
# Columns of one value per passage. The text ones filter, the numbers filter and scale.
TEXT_COLUMNS = ("kind", "unit", "category", "region", "audience")
NUMBER_COLUMNS = ("from_day", "until_day", "ordinal", "first", "body_length", "grams_length")


@dataclass(frozen=True)
class IndexedPassage:
    """One index document: postings by field (term -> count) and column values."""

    ordinal: int
    postings: dict[str, Counter[str]]
    numbers: dict[str, int]
    texts: dict[str, str]


def indexed_passages(record: ItemRecord, segmenter: Segmenter) -> list[IndexedPassage]:
    """Turn one item into its index documents, in the order of its passages.

    :raises InvalidRecord: the record cannot be indexed.
    """
    record.check()
    texts = {name: getattr(record, name) for name in TEXT_COLUMNS}
    days = {
        "from_day": record.in_force_from.toordinal() if record.in_force_from else FIRST_DAY,
        "until_day": record.in_force_until.toordinal() if record.in_force_until else LAST_DAY,
    }
    out: list[IndexedPassage] = []
    for position, passage in enumerate(record.passages):
        postings = _passage_postings(passage, segmenter)
        if position == 0:
            postings |= _item_postings(record, segmenter)
        numbers = days | {
            "ordinal": passage.ordinal,
            "first": int(position == 0),
            "body_length": postings["body"].total(),
            "grams_length": postings["body_grams"].total(),
        }
        out.append(IndexedPassage(passage.ordinal, postings, numbers, texts))
    return out


def _passage_postings(passage: PassageRecord, segmenter: Segmenter) -> dict[str, Counter[str]]:
    text, heading = normalise(passage.text), normalise(passage.heading_path)
    return {
        "heading": Counter(search_words(segmenter, heading)),
        "body": Counter(search_words(segmenter, text)),
        "body_grams": Counter(grams(f"{heading}\n{text}")),
    }


def _item_postings(record: ItemRecord, segmenter: Segmenter) -> dict[str, Counter[str]]:
    title = normalise(record.title)
    variants = normalise("\n".join(record.variants))
    learned = normalise("\n".join(record.learned))
    names = normalise(" ".join((*record.unit_names, record.issuing_authority)))
    return {
        "title": Counter(search_words(segmenter, title)),
        "variants": Counter(search_words(segmenter, f"{variants}\n{names}")),
        "learned": Counter(search_words(segmenter, learned)),
        "title_grams": Counter(grams(f"{title}\n{variants}")),
        "learned_grams": Counter(grams(learned)),
        "exact": Counter(dict.fromkeys(_exact_keys(record, title), 1)),
        "sound": Counter(_sounds(record, f"{title}\n{variants}", segmenter)),
    }


def _exact_keys(record: ItemRecord, title: str) -> list[str]:
    """Numbers by which this item is asked for. Those its text merely cites are left out."""
    keys = document_numbers(f"{normalise(record.document_number)}\n{title}")
    numbers = list(record.phones)
    for passage in record.passages:
        numbers.extend(phone_numbers(normalise(passage.text)))
    for number in numbers:
        keys.extend(phone_keys(normalise(number)))
    return keys


def _sounds(record: ItemRecord, named: str, segmenter: Segmenter) -> dict[str, int]:
    headings = normalise("\n".join(passage.heading_path for passage in record.passages))
    body = normalise("\n".join(passage.text for passage in record.passages))
    return terms_for(_runs(f"{named}\n{headings}", segmenter), _runs(body, segmenter))


def _runs(text: str, segmenter: Segmenter) -> Sequence[Sequence[str]]:
    return [segmenter.cut(run) for run in dict.fromkeys(CJK_RUN.findall(text))]
