"""Grids out of tables: merged cells filled, sizes bounded, header and caption told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docs_import.document import Block
from docs_import.errors import DocumentUnreadable
from docs_import.form_tables import known_label, label_rows, read_form
from docs_import.header_rows import join_header
from docs_import.limits import Limits

_MAX_COLUMNS = 200
_LABEL = 12


@dataclass(frozen=True)
class Cell:
    """A cell as the format gives it; `across` and `down` are how many places it takes."""

    text: str
    across: int = 1
    down: int = 1
    is_header: bool = False


def fill(rows: Iterable[list[Cell]], limits: Limits) -> list[list[str]]:
    """Return a rectangular grid in which a merged cell's text stands in each of its places.

    :raises DocumentUnreadable: too_complex, when the grid is wider or larger than allowed.
    """
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # column -> rows still to fill, text
    count = 0
    for row in rows:
        line: list[str] = []
        for cell in row:
            _take_below(below, line)
            across = max(cell.across, 1)
            if across > _MAX_COLUMNS or len(line) + across > _MAX_COLUMNS:
                raise too_many_cells()
            for _ in range(across):
                if cell.down > 1:
                    below[len(line)] = (cell.down - 1, cell.text)
                line.append(cell.text)
        _take_below(below, line)
        count += len(line)
        if count > limits.max_cells:
            raise too_many_cells()
        grid.append(line)
    width = max(map(len, grid), default=0)
    if width * len(grid) > limits.max_cells:
        raise too_many_cells()
    return [line + [""] * (width - len(line)) for line in grid]


def _take_below(below: dict[int, tuple[int, str]], line: list[str]) -> None:
    while len(line) in below:
        column = len(line)
        left, text = below.pop(column)
        line.append(text)
        if left > 1:
            below[column] = (left - 1, text)


def too_many_cells() -> DocumentUnreadable:
    """The error for a table beyond reason."""
    return DocumentUnreadable(
        "too_complex", "文件里的表格过大，已停止读取。请把表格拆小或另存为表格文件。"
    )


def table_blocks(
    grid: list[list[str]], *, keyed: bool = False, paired: bool = False, page: int | None = None
) -> list[Block]:
    """Return a grid as blocks: its caption, if a merged first row gives one, and the table.

    :param keyed: True when the format says that the first column holds the names.
    :param paired: True when it says that every other column does.
    """
    rows = [row for row in grid if any(cell.strip() for cell in row)]
    blocks: list[Block] = []
    while rows and len(rows) > 1 and _is_caption(rows[0]):
        blocks.append(Block("paragraph", rows.pop(0)[0].strip(), page=page))
    if not rows:
        return blocks
    if len(rows[0]) == 1:
        return blocks + [Block("paragraph", row[0].strip(), page=page) for row in rows]
    names, below = _named(rows, keyed=keyed, paired=paired)
    table = tuple(tuple(cell.strip() for cell in row) for row in (names, *below))
    return [*blocks, Block("table", "", rows=table, page=page)]


def _named(
    rows: list[list[str]], *, keyed: bool, paired: bool
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """Return the header of a table, empty for labels and what they say, and the rows below."""
    form = read_form(rows)
    if form is not None:
        beside = [("", text) for text in form.beside]
        return ("", ""), [*((entry.label, entry.text) for entry in form.entries), *beside]
    if keyed and not paired:
        return ("", ""), label_rows(rows)
    if paired or _is_keyed(rows):
        return [""] * len(rows[0]), rows
    return join_header(rows)


def _is_caption(row: list[str]) -> bool:
    return len(row) > 1 and len(set(row)) == 1


def _is_keyed(rows: list[list[str]]) -> bool:
    """Tell a list of names and values (名称 | 内容) from a table with a header row."""
    width = len(rows[0])
    if width % 2 or width > 4:
        return False
    names = [cell.strip() for row in rows for cell in row[::2]]
    if all(name.endswith(("：", ":")) for name in names if name):
        return True
    if width != 2 or any(len(name) > _LABEL for name in names) or len(set(names)) < len(rows):
        return False
    value = rows[0][1].strip()
    if len(value) > _LABEL or (len(value) > 4 and any(char.isdigit() for char in value)):
        return True
    # 事项名称 | 犬证变更 heads no column: the names below it are those of a form, too.
    known = [bool(known_label(name)) for name in names]
    return known[0] and not known_label(value) and sum(known) > 2 and 2 * sum(known) > len(known)
