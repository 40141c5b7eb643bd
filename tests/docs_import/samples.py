"""Files the tests make themselves: DOCX, PDF, and where shared samples lie."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
)


def shared(*parts: str) -> Path:
    """Return a path in the shared data, or skip the test when it is not there."""
    root = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("BENCH_DATA", root))
    path = folder.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {'/'.join(parts)} in the shared data")
    return path


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    """Return one `w:p`."""
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr>"
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def docx(body: str, **parts: str) -> bytes:
    """Return a DOCX with this XML as its body; `numbering`, `styles` are whole inner XML."""
    files = {
        "[Content_Types].xml": _TYPES,
        "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
    }
    for name, inner in parts.items():
        files[f"word/{name}.xml"] = f"<w:{name} {_W}>{inner}</w:{name}>"
    return zipped(files)


def zipped(files: dict[str, str | bytes], *, stored: bool = False) -> bytes:
    """Return a ZIP of these files, packed or only stored."""
    buffer = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


_SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_DAY_STYLE = 1  # the only style of the workbook that shows a number as a day


def xlsx(
    sheets: dict[str, list[list[object]]],
    *,
    merged: tuple[str, ...] = (),
    hidden: tuple[str, ...] = (),
    **parts: str,
) -> bytes:
    """Return a workbook; a cell is text, a number, a `date`, None, or raw XML (<f>, <v>).

    :param merged: ranges merged on every sheet (A1:C1).
    :param parts: more parts by their name below `xl/`, without the ending.
    """
    entries, relations, files = "", "", {}
    for i, (name, rows) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name in hidden else ""
        entries += f'<sheet name="{escape(name)}" sheetId="{i}" r:id="r{i}"{state}/>'
        relations += (
            f'<Relationship Id="r{i}" Type="http://schemas.openxmlformats.org/officeDocument/'
            f'2006/relationships/worksheet" Target="worksheets/sheet{i}.xml"/>'
        )
        files[f"xl/worksheets/sheet{i}.xml"] = _sheet_xml(rows, merged)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    files["xl/workbook.xml"] = (
        f'<workbook {_SHEET} xmlns:r="{office}"><sheets>{entries}</sheets></workbook>'
    )
    files["_rels/.rels"] = (
        f'<Relationships xmlns="{package}"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )
    files["xl/_rels/workbook.xml.rels"] = (
        f'<Relationships xmlns="{package}">{relations}<Relationship Id="s" '
        f'Type="{office}/styles" Target="styles.xml"/></Relationships>'
    )
    files["xl/styles.xml"] = (
        f'<styleSheet {_SHEET}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>"
    )
    return zipped({**files, **{f"xl/{name}.xml": inner for name, inner in parts.items()}})


def _sheet_xml(rows: list[list[object]], merged: tuple[str, ...]) -> str:
    lines = "".join(
        f'<row r="{i}">'
        + "".join(_cell(f"{_column(j)}{i}", v) for j, v in enumerate(row))
        + "</row>"
        for i, row in enumerate(rows, 1)
    )
    ranges = "".join(f'<mergeCell ref="{area}"/>' for area in merged)
    merges = f"<mergeCells>{ranges}</mergeCells>" if merged else ""
    return f"<worksheet {_SHEET}><sheetData>{lines}</sheetData>{merges}</worksheet>"


def _column(number: int) -> str:
    return chr(65 + number) if number < 26 else _column(number // 26 - 1) + _column(number % 26)


def _cell(place: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        days = (value - date(1899, 12, 30)).days
        return f'<c r="{place}" s="{_DAY_STYLE}"><v>{days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    if isinstance(value, str) and value.startswith(("<f>", "<v>")):
        return f'<c r="{place}">{value}</c>'
    text = f'<is><t xml:space="preserve">{escape(str(value))}</t></is>'
    return f'<c r="{place}" t="inlineStr">{text}</c>'


def xls(rows: list[list[str | float]], merged: tuple[int, int, int, int] | None = None) -> bytes:
    """Return an old workbook (BIFF8) with one sheet “通讯录” and a hidden one.

    :param merged: first row, last row, first column, last column, from 0.
    """
    sheet = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            place = struct.pack("<HHH", i, j, 0)
            if isinstance(value, str):
                sheet += _biff(0x0204, place + _biff_text(value, "<H"))
            else:
                sheet += _biff(0x0203, place + struct.pack("<d", value))
    if merged:
        sheet += _biff(0x00E5, struct.pack("<5H", 1, *merged))
    sheet += _biff(0x000A, b"")
    names = (("通讯录", 0), ("旧稿", 1))
    heads = [struct.pack("<BB", state, 0) + _biff_text(name, "<B") for name, state in names]
    start = _biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    length = len(start) + sum(8 + len(head) for head in heads) + 4
    book = start + b"".join(
        _biff(0x0085, struct.pack("<I", length + at * len(sheet)) + head)
        for at, head in enumerate(heads)
    )
    return _ole_stream("Workbook", book + _biff(0x000A, b"") + sheet + sheet)


def _biff(number: int, data: bytes) -> bytes:
    return struct.pack("<HH", number, len(data)) + data


def _biff_text(text: str, length: str) -> bytes:
    return struct.pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")


def _ole_stream(name: str, data: bytes) -> bytes:
    """Return a compound file with one stream, long enough not to need the small sectors."""
    data = data.ljust(4096, b"\x00")
    count = -(-len(data) // 512)
    file = bytearray(ole(name))
    struct.pack_into("<I", file, 56, 4096)  # streams from this size on lie in whole sectors
    struct.pack_into("<2I", file, 60, 0xFFFFFFFE, 0)  # no table of small sectors
    struct.pack_into("<H", file, 26, 3)  # version
    struct.pack_into("<H", file, 32, 6)
    chain = [*range(3, 2 + count), 0xFFFFFFFE]
    struct.pack_into(f"<{count}I", file, 512 + 8, *chain)
    entry = 1024 + 128
    struct.pack_into("<B", file, 1024 + 66, 5)  # the root
    struct.pack_into("<I", file, 1024 + 116, 0xFFFFFFFE)
    struct.pack_into("<B", file, entry + 66, 2)  # a stream
    struct.pack_into("<II", file, entry + 116, 2, len(data))
    return bytes(file) + data.ljust(count * 512, b"\x00")


def ole(*names: str, below: tuple[str, ...] = ()) -> bytes:
    """Return an OLE compound file with streams of these names and nothing in them.

    :param below: names of streams inside the last of them, a folder.
    """
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\x00"))
    struct.pack_into("<H", header, 30, 9)  # sectors of 512 bytes
    struct.pack_into("<2I", header, 44, 1, 1)  # one FAT sector; the directory is sector 1
    struct.pack_into("<2I", header, 68, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    fat = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, *[0xFFFFFFFF] * 126)
    entries = [_ole_entry("Root Entry", child=1), *_ole_chain(names, 1)]
    if below:
        entries[-1] = _ole_entry(names[-1], child=len(entries))
        entries += _ole_chain(below, len(entries))
    return bytes(header) + fat + b"".join(entries).ljust(512, b"\x00")


def _ole_chain(names: tuple[str, ...], first: int) -> list[bytes]:
    last = first + len(names) - 1
    return [
        _ole_entry(name, right=i + 1 if i < last else 0xFFFFFFFF)
        for i, name in enumerate(names, first)
    ]


def _ole_entry(name: str, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    entry = bytearray(name.encode("utf-16-le").ljust(128, b"\x00"))
    struct.pack_into("<H", entry, 64, 2 * len(name) + 2)
    struct.pack_into("<3I", entry, 68, 0xFFFFFFFF, right, child)
    return bytes(entry)


def pdf(pages: list[list[tuple[float, float, str]]], size: int = 16) -> bytes:
    """Return a PDF whose pages hold (x, y, text) lines; each character is `size` points wide.

    The font is not embedded: characters are their own Unicode numbers, and a ToUnicode map says
    so, which is all a text layer needs.
    """
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap "
        "/CMapName /Own def 1 begincodespacerange <0000> <FFFF> endcodespacerange "
        + _ranges()
        + "endcmap end end"
    )
    count = len(pages)
    kids = " ".join(f"{6 + 2 * i} 0 R" for i in range(count))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H "
        "/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own /DW 1000 /CIDSystemInfo "
        "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        _stream(cmap),
    ]
    for i, lines in enumerate(pages):
        drawn = "".join(
            f"BT /F1 {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"
            for x, y, text in lines
        )
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources "
            f"<< /Font << /F1 3 0 R >> >> /Contents {7 + 2 * i} 0 R >>"
        )
        objects.append(_stream(drawn))
    return _pdf_file(objects)


def _ranges() -> str:
    blocks = [f"<{high:02X}00> <{high:02X}FF> <{high:02X}00>" for high in range(256)]
    parts = [blocks[i : i + 100] for i in range(0, 256, 100)]
    return "".join(f"{len(part)} beginbfrange " + " ".join(part) + " endbfrange " for part in parts)


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def _pdf_file(objects: list[str]) -> bytes:
    out = b"%PDF-1.5\n"
    offsets = []
    for i, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{i} 0 obj\n{body}\nendobj\n".encode("ascii")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
    return out + trailer.encode()
