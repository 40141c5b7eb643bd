"""CSV as Excel and WPS write it: GBK, UTF-8 or UTF-16, with commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from docs_import.charset import decode
from docs_import.clean import clean_text
from docs_import.errors import DocumentUnreadable
from docs_import.limits import Limits
from docs_import.raw import RawDocument
from docs_import.sheet_values import cell_text
from docs_import.sheets import Sheet, sheets_document
from docs_import.tables import too_many_cells

_DELIMITERS = ",\t;，|"
_MAX_COLUMNS = 1_000
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
# ="00123" keeps Excel from turning a number with zeros into 123.
_KEPT_TEXT = re.compile(r'="(.*)"', re.DOTALL)


def read_csv(data: bytes, limits: Limits) -> RawDocument:
    """Read a CSV or TSV file.

    :raises DocumentUnreadable: corrupt, too_complex.
    """
    text, warnings = clean_text(decode(data)[0])
    told = _SEPARATOR_LINE.match(text)
    if told:
        text = text[told.end() :]
    delimiter = told[1] if told else _delimiter(text)
    sheet = Sheet("", list(_rows(text, delimiter, limits)))
    return sheets_document([sheet], limits, warnings)


def _delimiter(text: str) -> str:
    line = next((line for line in text[:100_000].splitlines() if line.strip()), "")
    unquoted = re.sub(r'"[^"]*"', "", line)
    return max(_DELIMITERS, key=unquoted.count)


def _rows(text: str, delimiter: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(limits.max_characters)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    cells = 0
    try:
        for number, values in enumerate(reader, 1):
            cells += len(values)
            if len(values) > _MAX_COLUMNS or cells > limits.max_sheet_cells:
                raise too_many_cells()
            row = [cell_text(_KEPT_TEXT.sub(r"\1", value)) for value in values]
            if any(row):
                yield number, row
    except csv.Error as error:
        raise DocumentUnreadable(
            "corrupt",
            f"CSV 第 {reader.line_num} 行读不出来，可能少了一个引号，或一格的文字过长。"
            "请检查后重新上传。",
        ) from error
