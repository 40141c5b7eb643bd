"""One row of a table as words: 表头：值；表头：值."""

from __future__ import annotations

from collections.abc import Sequence


def row_text(header: Sequence[str], row: Sequence[str]) -> str:
    """Return one row as words; a merged cell, repeated in the columns beside it, is said once."""
    if not any(header):
        return _keyed(row)
    values = {flat(cell) for cell in row if cell.strip()}
    if len(values) == 1 and len(row) > 1 and all(cell.strip() for cell in row):
        return values.pop()
    said: list[str] = []
    last = ("", "")
    for name, cell in zip(header, row, strict=True):
        pair = (flat(name), flat(cell))
        if pair[1] and pair != last:
            said.append(f"{pair[0]}：{pair[1]}" if pair[0] else pair[1])
        last = pair
    return "；".join(said)


def _keyed(row: Sequence[str]) -> str:
    """A table without header gives names and values side by side."""
    cells: list[str] = []
    for cell in row:
        words = _lines(cell)
        if words and (not cells or cells[-1] != words):
            cells.append(words)
    if len(cells) % 2 == 0:
        pairs = zip(cells[::2], cells[1::2], strict=True)
        return "；".join(f"{name}：{value}" for name, value in pairs)
    return "；".join(cells)


def _lines(cell: str) -> str:
    """The lines of a cell one after another; a line without a sign at its end gets one."""
    lines = [line for part in cell.splitlines() if (line := flat(part))]
    return "".join(line if line[-1] in "。；;！？：" else f"{line}；" for line in lines[:-1]) + (
        lines[-1] if lines else ""
    )


def flat(cell: str) -> str:
    """Return a cell on one line."""
    return " ".join(cell.split())
