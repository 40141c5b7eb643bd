"""办事指南 as a form: a table whose first column names what its second says, for one matter.

事项名称|居住证签发, 受理条件|…, 申请材料|…: the labels are those of the columns of tables of
guides (`docs_import.sheet_headers`), so both become the same records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from docs_import.document import Block, Record
from docs_import.form_tables import read_form
from docs_import.limits import Limits
from docs_import.markdown_body import write
from docs_import.metadata_fields import Metadata
from docs_import.question_pages import Taken, left_out
from docs_import.sheet_records import DAYS, record_of
from docs_import.sheet_rows import Row

# What a guide has as a value of the entry; the form's own words stay in its text as well.
_STATED = ("unit", "category", "region", "audience", "number", *DAYS)
REST = "其他说明"
_MOST = 0.6  # of a document's characters that its forms hold


def form_record(grid: Sequence[Sequence[str]], limits: Limits, number: int = 1) -> Record | None:
    """Return the matter that a form describes, None when the grid is no such form.

    :param grid: merged cells filled.
    :param number: by which the record is found again in its file, from 1.
    """
    form = read_form(grid)
    if form is None:
        return None
    cells: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    for entry in form.entries:
        labels.setdefault(entry.meaning or entry.label, entry.label)
        held = cells if entry.meaning else others
        _add(held.setdefault(entry.meaning or entry.label, []), entry.text)
        if entry.meaning in _STATED:
            _add(others.setdefault(entry.label, []), entry.text)
    if form.beside:
        others.setdefault(REST, []).extend(form.beside)
    row = Row(
        number,
        {meaning: "\n".join(texts) for meaning, texts in cells.items() if texts},
        labels,
        tuple((label, "\n".join(texts)) for label, texts in others.items() if texts),
    )
    return record_of("guide", row, limits)


def _add(texts: list[str], text: str) -> None:
    if text and text not in texts:
        texts.append(text)


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
        below = [Block("heading", REST, 2), *below]
    lead = write([each for each in above if each.kind != "heading"])
    parts = (lead, record.body, write(below))
    return replace(record, body="\n".join(part for part in parts if part.strip()))


def _size(block: Block) -> int:
    return len(block.text) + sum(len(cell) for row in block.rows for cell in row)
