"""A whole entry as a page shows it: in-force statement, facts, and the body in blocks.

Pure: it reads an item and one of its versions and words nothing but dates and states. Pages of
all rooms use it; Markdown becomes HTML in the web room only.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from kb.backdating import backdating
from kb.facts import LABELS
from kb.models import KnowledgeItem, KnowledgeVersion, PassageRow
from kb.presenters.validity import validity
from kb.standing import IN_FORCE, Period, period, review_is_overdue, standing_on
from kb.terms import Audience, KnowledgeKind, Standing

# The order in which a reader needs them; the conclusion leads the page by itself.
_FACT_ORDER = (
    "script",
    "ask_first",
    "conditions",
    "materials",
    "steps",
    "time_limit",
    "fee",
    "online",
    "phone",
    "place",
    "hours",
)
_STAFF_ONLY = frozenset({"script", "ask_first"})
_PAGE_MARK = re.compile(r"<!-- page: (\d+) -->\n*")
_HEADING = re.compile(r"^(#{1,5})(?= )", re.MULTILINE)
_TITLE_LINE = re.compile(r"(?:#{1,6} +)?(.*)\n*")


@dataclass(frozen=True)
class Fact:
    """One fixed field; ``lines`` has one line, or one per point of a list."""

    name: str
    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """A run of the body between two passage borders.

    :ivar markdown: its source, page comments taken out, headings one level down.
    :ivar ordinals: the passages it belongs to; empty for headings between passages.
    :ivar anchors: the passages that begin here, for ``id="p<ordinal>"``.
    :ivar heading_path: of its first passage.
    :ivar page: page of the original it begins on, where the format has pages.
    """

    markdown: str
    ordinals: tuple[int, ...] = ()
    anchors: tuple[int, ...] = ()
    heading_path: str = ""
    page: int | None = None
    is_marked: bool = False


@dataclass(frozen=True)
class EntryPage:
    """Everything a page about one version of an entry prints."""

    item_id: int
    version_id: int
    version: int
    title: str
    kind: str
    kind_label: str
    unit: str
    category: str
    regions: tuple[str, ...]
    is_internal: bool
    audience_label: str
    standing: Standing
    days_left: int | None
    force_text: str
    validity: tuple[str, ...]
    backdating: str
    valid_from: date | None
    valid_until: date | None
    checked_on: date | None
    review_overdue: bool
    document_number: str
    issuing_authority: str
    issued_on: date | None
    conclusion: str
    facts: tuple[Fact, ...]
    variants: tuple[str, ...]
    blocks: tuple[Block, ...]
    file_id: int | None
    marked: int | None = None
    words: tuple[str, ...] = field(default_factory=tuple)


def entry_page(
    item: KnowledgeItem,
    version: KnowledgeVersion,
    today: date,
    *,
    marked: int | None = None,
    words: Sequence[str] = (),
    for_staff: bool = True,
) -> EntryPage:
    """The page of one version.

    :param marked: ordinal of the passage to mark and scroll to (``#p<ordinal>``).
    :param words: words to mark inside that passage, see :func:`marked_words`.
    :param for_staff: also show what is said aloud and asked first.
    """
    span = period(item, version)
    standing = standing_on(item, version, today)
    said = validity(item, version)
    return EntryPage(
        item_id=item.id,
        version_id=version.id,
        version=version.number,
        title=version.title,
        kind=version.kind,
        kind_label=KnowledgeKind(version.kind).label,
        unit=item.unit.name,
        category=version.category,
        regions=tuple(version.regions),
        is_internal=version.audience == Audience.INTERNAL,
        audience_label=Audience(version.audience).label,
        standing=standing,
        days_left=(span.end - today).days if span.end and span.end >= today else None,
        force_text=force_text(standing, span, said),
        validity=said,
        backdating=backdating(version.issued_on, version.valid_from),
        valid_from=span.start,
        valid_until=span.end,
        checked_on=item.checked_on,
        review_overdue=review_is_overdue(item, version, today),
        document_number=version.document_number,
        issuing_authority=version.issuing_authority or item.unit.name,
        issued_on=version.issued_on,
        conclusion=" ".join(_lines(version.facts.get("conclusion", ""))),
        facts=facts_of(version.facts, for_staff=for_staff),
        variants=tuple(version.variants),
        blocks=tuple(blocks_of(version, marked)),
        file_id=version.file_id,
        marked=marked,
        words=tuple(words),
    )


def force_text(standing: Standing, span: Period, said: Sequence[str]) -> str:
    """The in-force statement in one sentence, with the dates it rests on.

    :param said: the words of :func:`kb.presenters.validity.validity`.
    """
    if standing == Standing.FUTURE:
        return f"尚未施行，自 {span.start} 起施行。"
    if standing in IN_FORCE:
        return f"{standing.label}，{'，'.join(said)}。"
    if standing == Standing.UNPUBLISHED:
        return "尚未发布，不能作为答复依据。"
    if standing == Standing.WITHDRAWN:
        return "已下架，不能作为答复依据。"
    ended = f"，有效期到 {span.end} 为止" if span.end else ""
    return f"{standing.label}{ended}，现在不能作为答复依据。"


def facts_of(facts: Mapping[str, Any], *, for_staff: bool) -> tuple[Fact, ...]:
    """The fixed fields in reading order, without the conclusion."""
    return tuple(
        Fact(name, LABELS[name], _lines(facts[name]))
        for name in _FACT_ORDER
        if facts.get(name) and (for_staff or name not in _STAFF_ONLY)
    )


def _lines(value: str | Sequence[str]) -> tuple[str, ...]:
    return tuple(value.splitlines()) if isinstance(value, str) else tuple(value)


def marked_words(clause: Mapping[str, Any]) -> tuple[str, ...]:
    """The words that met the question, from the clause of a card (its ``text`` and ``marks``)."""
    found = (clause["text"][start:end].strip() for start, end in clause["marks"])
    return tuple(dict.fromkeys(word for word in found if word))


def blocks_of(version: KnowledgeVersion, marked: int | None = None) -> list[Block]:
    """Cut the body at the borders of its passages, so that one passage can be marked.

    Passages may overlap (a long paragraph is cut in two, the rows of a table share its place);
    a block then belongs to several. Every character of the body is in exactly one block.
    """
    rows = [row for row in version.passages if row.start < row.end]
    borders = sorted(
        {0, len(version.body), *(row.start for row in rows), *(row.end for row in rows)}
    )
    blocks: list[Block] = []
    waiting: list[int] = []  # begun in a title that is not printed again
    begun: set[int] = set()
    page: int | None = None
    for start, end in pairwise(borders):
        source = version.body[start:end]
        here = [row for row in rows if row.start <= start and end <= row.end]
        pages = [int(number) for number in _PAGE_MARK.findall(source)]
        text = _PAGE_MARK.sub("", source).strip("\n")
        page = pages[0] if pages and not text else page
        waiting += [row.ordinal for row in here if row.ordinal not in begun]
        begun.update(waiting)
        if not blocks:
            text = _without_title(text, version.title)
        if text.strip():
            blocks.append(_block(text, here, waiting, marked, page))
            waiting = []
        page = pages[-1] if pages else page
    return blocks


def _block(
    text: str, rows: Sequence[PassageRow], new: Sequence[int], marked: int | None, page: int | None
) -> Block:
    ordinals = tuple(row.ordinal for row in rows)
    first = rows[0] if rows else None
    return Block(
        markdown=_HEADING.sub(r"#\1", text),
        ordinals=ordinals,
        anchors=tuple(new),
        heading_path=first.heading_path if first else "",
        page=(first.page if first and first.page is not None else page),
        is_marked=marked is not None and marked in ordinals,
    )


def _without_title(text: str, title: str) -> str:
    """The page prints the title itself."""
    first = _TITLE_LINE.match(text.lstrip("\n"))
    is_title = first is not None and "".join(first[1].split()) == "".join(title.split())
    return text.lstrip("\n")[first.end() :] if first is not None and is_title else text
