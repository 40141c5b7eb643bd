"""办事指南 as a form: a table whose first column names what its second says, for one matter.

事项名称|居住证签发, 受理条件|…, 申请材料|…: the labels are those of the columns of tables of
guides (`docs_import.sheet_headers`), so both become the same records.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from docs_import.document import Block, Record
from docs_import.limits import Limits
from docs_import.markdown_body import write
from docs_import.metadata_fields import Metadata
from docs_import.question_pages import Taken, left_out
from docs_import.sheet_headers import meaning_of
from docs_import.sheet_records import DAYS, record_of
from docs_import.sheet_rows import Row

_FEWEST = 4  # labels that are known, the name among them
_TELLING = frozenset({"conditions", "materials", "steps", "time_limit"})
_MOST = 0.6  # of a document's characters that its forms hold
_MAX_LABEL = 30


def form_record(grid: Sequence[Sequence[str]], limits: Limits, number: int = 1) -> Record | None:
    """Return the matter that a form describes, None when the grid is no such form.

    :param grid: merged cells filled.
    :param number: by which the record is found again in its file, from 1.
    """
    cells: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    for label, text in _pairs(grid):
        meaning = meaning_of("guide", label)
        if meaning_of("guide", text):
            return None  # a row of labels: the head of a table
        labels.setdefault(meaning or label, label)
        held = (cells if meaning else others).setdefault(meaning or label, [])
        if text and text not in held:
            held.append(text)
    known = set(cells)
    if "title" not in known or len(known) < _FEWEST or not known & _TELLING:
        return None
    if len(known) < len(others) or len(cells["title"]) != 1:
        return None
    row = Row(
        number,
        {meaning: "\n".join(texts) for meaning, texts in cells.items() if texts},
        labels,
        tuple((label, "\n".join(texts)) for label, texts in others.items() if texts),
    )
    return record_of("guide", row, limits)


def form_records(blocks: Sequence[Block], title: str, metadata: Metadata, limits: Limits) -> Taken:
    """Return one record a form; none when the document holds more than forms and what is on them.

    :param title: of the document, which is no part of its text.
    :param metadata: of the document: what it says outweighs nothing that a form says itself.
    """
    records: list[Record] = []
    places: list[int] = []
    for place, block in enumerate(blocks):
        record = form_record(block.rows, limits, len(records) + 1) if block.rows else None
        if record is not None:
            records.append(_stated(record, metadata))
            places.append(place)
    inside = sum(_size(blocks[place]) for place in places)
    if not records or inside < _MOST * sum(map(_size, blocks)):
        return Taken()
    if len(records) == 1:
        above = [each for each in blocks[: places[0]] if each.text != title]
        return Taken((_with_rest(records[0], above, blocks[places[0] + 1 :]),))
    beside = [block for place, block in enumerate(blocks) if place not in places]
    return Taken(tuple(records), left_out(beside))


def _stated(record: Record, metadata: Metadata) -> Record:
    """The record with what its document says of it: number, authority, days, 不予公开."""
    names = ("document_number", "issuing_authority", *DAYS)
    said = {name: found.value for name in names if (found := getattr(metadata, name, None))}
    values = said | dict(record.values)
    if metadata.audience is not None and metadata.audience.value == "internal":
        values["audience"] = "internal"
    return replace(record, values=values)


def _with_rest(record: Record, above: Sequence[Block], below: Sequence[Block]) -> Record:
    """The record, its body with the text around the form."""
    if below and below[0].kind != "heading":
        below = [Block("heading", "其他说明", 2), *below]
    lead = write([each for each in above if each.kind != "heading"])
    parts = (lead, record.body, write(below))
    return replace(record, body="\n".join(part for part in parts if part.strip()))


def _pairs(grid: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """The labels and texts of a form, one or two a row; titles across the form are none."""
    for row in grid:
        cells: list[str] = []
        for cell in row:
            # A merged cell stands in each of its places.
            if not cells or cell != cells[-1]:
                cells.append(cell)
        if len(cells) % 2 and len(cells) > 2 and not meaning_of("guide", cells[0]):
            cells = cells[1:]  # 基本信息, beside several rows
        for label, text in zip(cells[::2], cells[1::2], strict=False):
            if label and len(label) <= _MAX_LABEL:
                yield " ".join(label.split()), text


def _size(block: Block) -> int:
    return len(block.text) + sum(len(cell) for row in block.rows for cell in row)
