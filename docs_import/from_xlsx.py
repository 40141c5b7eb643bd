"""Workbooks: XLSX and the older XLS, which WPS calls ET."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from docs_import.archive import broken, check_entries, open_archive, read_entry
from docs_import.errors import DocumentUnreadable
from docs_import.limits import Limits
from docs_import.raw import RawDocument
from docs_import.sheet_values import cell_text, exact_text
from docs_import.sheets import Sheet, sheets_document
from docs_import.tables import too_many_cells
from docs_import.xml_parser import refuse_doctype

_FORMULA = re.compile(rb"<f[ >/]")
_NOT_COMPUTED = re.compile(rb"(?:</f>|<f[^>]{0,200}/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_EMPTY_SHARE = 10  # a sheet may be so many times larger than the cells that may be filled


def read_workbook(data: bytes, limits: Limits) -> RawDocument:
    """Read the visible sheets of a workbook; formulas give the values they were saved with.

    :raises DocumentUnreadable: corrupt, encrypted, too_complex.
    """
    warnings = _checked(data, limits) if data.startswith(b"PK") else []
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            hidden = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible is not SheetVisibleEnum.Visible
            ]
            if hidden:
                names = "、".join(f"“{name}”" for name in hidden)
                warnings.append(
                    f"工作表{names}是隐藏的，没有读取。如需收录，请取消隐藏后重新上传。"
                )
            return sheets_document(_sheets(book, limits), limits, warnings)
    except PasswordError as error:
        raise DocumentUnreadable(
            "encrypted", "表格设有打开密码，无法读取。请在 Excel 或 WPS 中去掉密码后再上传。"
        ) from error
    except CalamineError as error:
        raise broken() from error


def _checked(data: bytes, limits: Limits) -> list[str]:
    """Look through the parts of an XLSX before the parser gets it.

    :raises DocumentUnreadable: corrupt, too_complex.
    """
    missing = 0
    with open_archive(data, limits) as archive:
        for info in check_entries(archive, limits):
            if not info.filename.endswith((".xml", ".rels")):
                continue
            content = read_entry(archive, info, limits)
            refuse_doctype(content)
            if info.filename.startswith("xl/worksheets/") and _FORMULA.search(content):
                missing += len(_NOT_COMPUTED.findall(content))
    if not missing:
        return []
    return [
        f"有 {missing} 个公式没有保存计算结果，按空白读取。请用 Excel 或 WPS 打开保存后重新上传。"
    ]


def _sheets(book: CalamineWorkbook, limits: Limits) -> Iterator[Sheet]:
    cells = 0
    for meta in book.sheets_metadata:
        if meta.visible is not SheetVisibleEnum.Visible or meta.typ is not SheetTypeEnum.WorkSheet:
            continue
        table = book.get_sheet_by_name(meta.name)
        if table.start is None:
            continue
        if table.height * table.width > limits.max_sheet_cells * _EMPTY_SHARE:
            raise too_many_cells()
        sheet = Sheet(meta.name, list(_rows(table)))
        cells += sum(sum(map(bool, row)) for _, row in sheet.rows)
        if cells > limits.max_sheet_cells:
            raise too_many_cells()
        yield sheet


def _rows(table: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, cells) of the rows that are not empty, with merged cells filled."""
    top, left = table.start or (0, 0)
    bottom = top + table.height - 1
    merged: dict[int, list[tuple[int, int, int]]] = {}  # row -> first row, first and last column
    for (first, column), (last, end) in table.merged_cell_ranges or ():
        for number in range(max(first, top), min(last, bottom) + 1):
            merged.setdefault(number, []).append((first, column, end))
    above: dict[tuple[int, int], str] = {}
    for number, values in enumerate(table.iter_rows(), top):
        row = [cell_text(value) for value in values]
        for first, column, end in merged.get(number, ()):
            begin = max(column - left, 0)
            if number == first:
                above[first, column] = row[begin] if begin < len(row) else ""
            text = above.get((first, column), "")
            for at in range(begin, min(end - left + 1, len(row))):
                row[at] = text
        if any(row):
            yield number + 1, row


def all_rows(data: bytes, limits: Limits) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """The filled rows of every visible sheet, moments to the second; runs in a limited child.

    :raises DocumentUnreadable: corrupt, encrypted, too_complex.
    """
    if data.startswith(b"PK"):
        _checked(data, limits)
    found = []
    cells = 0
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for meta in book.sheets_metadata:
                if meta.visible is not SheetVisibleEnum.Visible:
                    continue
                table = book.get_sheet_by_name(meta.name)
                if table.start is None:
                    continue
                cells += table.height * table.width
                if cells > limits.max_sheet_cells:
                    raise too_many_cells()
                rows = [
                    (number, [exact_text(value) for value in values])
                    for number, values in enumerate(table.iter_rows(), table.start[0] + 1)
                ]
                left = [""] * table.start[1]
                found.append(
                    (meta.name, [(number, left + row) for number, row in rows if any(row)])
                )
    except PasswordError as error:
        raise DocumentUnreadable("encrypted", "表格设有打开密码，请去掉密码后再上传。") from error
    except CalamineError as error:
        raise broken() from error
    return found


def first_rows(data: bytes, limits: Limits) -> list[tuple[int, list[str]]]:
    """The filled rows of a workbook's first visible sheet: (row number from 1, cells).

    For small tables of our own making that people hand back; a pushed file goes through
    :func:`docs_import.isolated.read_isolated`.

    :raises DocumentUnreadable: corrupt, encrypted, too_complex.
    """
    if data.startswith(b"PK"):
        _checked(data, limits)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheet = next(_sheets(book, limits), None)
            return sheet.rows if sheet else []
    except PasswordError as error:
        raise DocumentUnreadable("encrypted", "表格设有打开密码，请去掉密码后再上传。") from error
    except CalamineError as error:
        raise broken() from error
