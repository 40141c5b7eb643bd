"""Write a workbook of text cells: enough for lists that people correct and send back.

Every cell is an inline string, so that no spreadsheet takes one for a formula, a date or a number.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# What XML cannot hold at all, and halves of a pair.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
MAX_CELL = 32_767
MAX_NAME = 31


def workbook(sheets: Sequence[tuple[str, Iterable[Sequence[str]]]]) -> bytes:
    """The bytes of an XLSX file.

    :param sheets: name and rows of each sheet, at least one; a cell longer than a spreadsheet
        takes is cut.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        count = len(sheets)
        package.writestr("[Content_Types].xml", _content_types(count))
        package.writestr(
            "_rels/.rels",
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_RELS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        package.writestr("xl/workbook.xml", _workbook([name for name, _rows in sheets]))
        package.writestr("xl/_rels/workbook.xml.rels", _workbook_rels(count))
        for number, (_name, rows) in enumerate(sheets, 1):
            package.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(rows))
    return out.getvalue()


def _content_types(count: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
        f'ContentType="{_TYPE}.worksheet+xml"/>'
        for number in range(1, count + 1)
    )
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{rels}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f"{sheets}</Types>"
    )


def _workbook(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(_name(name))} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, 1)
    )
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELS}"><sheets>{sheets}</sheets></workbook>'
    )


def _name(name: str) -> str:
    return _NOT_IN_NAMES.sub(" ", _UNFIT.sub("", name)).strip()[:MAX_NAME] or "表"


def _workbook_rels(count: int) -> str:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELS}/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, count + 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _sheet(rows: Iterable[Sequence[str]]) -> str:
    body = "".join(f"<row>{''.join(_cell(text) for text in row)}</row>" for row in rows)
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'


def _cell(text: str) -> str:
    fit = escape(_UNFIT.sub("", text)[:MAX_CELL])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{fit}</t></is></c>'
