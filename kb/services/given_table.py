"""A table of our own making that people filled in and hand back, as XLSX, XLS or CSV."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from docs_import.errors import DocumentUnreadable
from docs_import.from_xlsx import first_rows
from docs_import.limits import Limits
from kb.errors import InvalidInput
from kb.spreadsheet import as_typed
from kb.xlsx import workbook

# Stands before the first cell of an example, so that a real row is never taken for one.
EXAMPLE = "示例："
Row = tuple[int, dict[str, str]]
MAX_BYTES = 2 * 1024 * 1024
_SPLIT = str.maketrans(dict.fromkeys("，,；;/|\n", "、"))


@dataclass(frozen=True)
class Fault:
    """A cell that is not right: where it stands, what it holds, what is expected there."""

    row: int
    column: str
    value: str
    wanted: str


@dataclass(frozen=True)
class FormTable:
    """A table to fill in: its columns, those that must be there, and rows as examples."""

    columns: Sequence[str]
    needed: Sequence[str]
    max_rows: int
    examples: Sequence[Sequence[str]]


def read_table(
    data: bytes, columns: Sequence[str], needed: Sequence[str], *, max_bytes: int, max_rows: int
) -> list[Row]:
    """The filled rows with their numbers in the file; every known column has a cell, trimmed.

    :param columns: the columns of the table we hand out.
    :param needed: those that the header must have.
    :raises InvalidInput: too large, unreadable, or columns are missing.
    """
    if len(data) > max_bytes:
        size = max_bytes // (1024 * 1024)
        raise InvalidInput(f"表格超过 {size} MB，一行都没有读；请分成几份")
    rows = _workbook_rows(data) if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0" else None
    rows = rows if rows is not None else _csv_rows(data)
    if not rows:
        raise InvalidInput("表格是空的；请用本页给的表格填写")
    header = [cell.strip() for cell in rows[0][1]]
    missing = [name for name in needed if name not in header]
    if missing:
        raise InvalidInput(f"表头缺少“{'”“'.join(missing)}”；请用本页给的表格填写")
    if len(rows) > max_rows + 1:
        raise InvalidInput(f"最多 {max_rows} 行，现有 {len(rows) - 1} 行；请分成几份")
    empty = dict.fromkeys(columns, "")
    return [
        (
            number,
            empty | {n: as_typed(cell.strip()) for n, cell in zip(header, cells, strict=False)},
        )
        for number, cells in rows[1:]
        if any(cell.strip() for cell in cells)
    ]


def _workbook_rows(data: bytes) -> list[tuple[int, list[str]]]:
    try:
        return first_rows(data, Limits())
    except DocumentUnreadable as error:
        if error.code == "corrupt":
            raise InvalidInput("不是能打开的 XLSX 表格：可能是别的文件，或没有传完整") from error
        raise InvalidInput(f"表格打不开：{error.message}") from error


def _csv_rows(data: bytes) -> list[tuple[int, list[str]]]:
    # No text holds a zero byte, though one of the encodings may take it.
    for encoding in () if b"\0" in data else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InvalidInput("看不懂这个文件；请上传 XLSX，或 UTF-8 编码的 CSV")
    try:
        return list(enumerate(csv.reader(io.StringIO(text), strict=True), 1))
    except csv.Error as error:
        raise InvalidInput("CSV 的引号或分隔符有误，请用本页给的表格填写") from error


def template_of(name: str, table: FormTable, explained: Sequence[Sequence[str]]) -> bytes:
    """The table to hand out, with a second sheet that explains each column."""
    marked = [(f"{EXAMPLE}{first}", *rest) for first, *rest in table.examples]
    rows = [table.columns, *marked]
    return workbook([(name, rows), ("怎样填", [("列", "说明"), *explained])])


def read_filled(data: bytes, table: FormTable) -> list[Row]:
    """The rows somebody filled in, without our examples.

    :raises InvalidInput: the file is no such table, or nothing was filled in.
    """
    rows = read_table(
        data, table.columns, table.needed, max_bytes=MAX_BYTES, max_rows=table.max_rows
    )
    filled = [row for row in rows if not row[1][table.columns[0]].startswith(EXAMPLE)]
    if not filled:
        raise InvalidInput("表格里除了示例没有别的行；写着“示例：”的两行不会导入，可以删掉")
    return filled


def doubled(rows: Sequence[Row], column: str) -> list[Fault]:
    """Cells of a column that repeat an earlier one, capitals or not."""
    first: dict[str, int] = {}
    faults = []
    for number, cells in rows:
        value = cells[column].lower()
        if value and first.setdefault(value, number) != number:
            wanted = f"一张表里不重复；和第 {first[value]} 行重了，请只留一行"
            faults.append(Fault(number, column, cells[column], wanted))
    return faults


def checked(
    rows: Sequence[Row],
    unique: str,
    problems_of: Callable[[Mapping[str, str]], Iterable[tuple[str, str]]],
) -> list[Fault]:
    """What is wrong with a table, row by row.

    :param unique: the column whose cells must differ.
    :param problems_of: a row → the columns that are not right, and what is expected there.
    """
    faults = doubled(rows, unique)
    for number, cells in rows:
        faults += [
            Fault(number, column, cells.get(column, ""), wanted)
            for column, wanted in problems_of(cells)
        ]
    return sorted(faults, key=lambda fault: fault.row)


def parts(cell: str) -> list[str]:
    """Words that were written with 、 or another mark between them."""
    return [part.strip() for part in cell.translate(_SPLIT).split("、") if part.strip()]


def refuse(faults: Sequence[Fault]) -> None:
    """:raises InvalidInput: there is a fault."""
    if faults:
        first = faults[0]
        raise InvalidInput(f"第 {first.row} 行“{first.column}”应为：{first.wanted}；一行都没有导入")
