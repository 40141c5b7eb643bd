"""办事指南 as a form: a table whose first column names what its second says, for one matter.

事项名称|居住证签发, 受理条件|…, 申请材料|…: the labels are those of the columns of tables of
guides (`docs_import.sheet_headers`), so both become the same records.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docs_import.document import Block, Record
from docs_import.limits import Limits
from docs_import.sheet_headers import meaning_of
from docs_import.sheet_records import record_of
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


def form_records(blocks: Sequence[Block], limits: Limits) -> tuple[Record, ...]:
    """Return one record a form; () when the document holds more than forms and what is on them."""
    records: list[Record] = []
    inside = 0
    for block in blocks:
        record = form_record(block.rows, limits, len(records) + 1) if block.rows else None
        if record is not None:
            records.append(record)
            inside += _size(block)
    whole = sum(map(_size, blocks))
    return tuple(records) if records and inside >= _MOST * whole else ()


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
