"""Tables, pictures and names that mislead."""

from __future__ import annotations

import io

from PIL import Image

from bench.hostile_files.made import Hostile, Traps, hostile, zipped
from bench.hostile_files.office import huge_png

_SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def sheets() -> list[Hostile]:
    """The 4 tables."""
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    formula = (
        '<row r="1"><c r="A1"><f>HYPERLINK("http://x","y")</f><v>860</v></c>'
        '<c r="B1"><f>WEBSERVICE("http://x")</f></c></row>'
    )
    dde = "低保,标准\n\"=cmd|'/c calc'!A0\",860\n+SUM(1),@x\n"
    return [
        hostile("sheets", "formulas", "标准.xlsx", "read batch", lambda _: _book(formula)),
        hostile("sheets", "dimension A1:XFD1048576", "标准.xlsx", "too_complex out_of_memory",
                lambda _: _book(far, '<dimension ref="A1:XFD1048576"/>')),
        hostile("sheets", "a million columns", "标准.csv", "too_complex",
                b"a," * 1_000_000 + b"b\n"),
        hostile("sheets", "DDE in a CSV", "标准.csv", "read batch", dde.encode("gbk")),
    ]  # fmt: skip


def _book(rows: str, before: str = "") -> bytes:
    return zipped(
        {
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook {_SHEET} xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship '
            f'Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f"<worksheet {_SHEET}>{before}<sheetData>"
            f'<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>{rows}'
            "</sheetData></worksheet>",
        }
    )


def images() -> list[Hostile]:
    """The 3 pictures."""
    return [
        hostile("images", "PNG of 144 million pixels", "告示.png", "too_large too_complex",
                lambda _: huge_png(12_000, 12_000)),
        hostile("images", "SVG with script and entity", "告示.svg", "unsupported", _svg),
        hostile("images", "TIFF of 10,000 pages", "告示.tif", "too_complex", _tiff, heavy=True),
    ]  # fmt: skip


def _svg(traps: Traps) -> bytes:
    return (
        f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{traps.canary}">]>'
        f'<svg xmlns="http://www.w3.org/2000/svg"><script href="{traps.address}/i.js"/>&x;</svg>'
    ).encode()


def _tiff(_: Traps) -> bytes:
    """Return 10,000 pages of one pixel: each directory of entries points at the next."""
    one = io.BytesIO()
    Image.new("1", (8, 1)).save(one, "TIFF")
    single = one.getvalue()
    at = int.from_bytes(single[4:8], "little")
    entries = int.from_bytes(single[at : at + 2], "little")
    size = 2 + 12 * entries + 4
    body = single[at : at + size - 4]
    out = bytearray(single[:4] + len(single).to_bytes(4, "little") + single[8:])
    for number in range(10_000):
        following = len(out) + size if number < 9_999 else 0
        out += body + following.to_bytes(4, "little")
    return bytes(out)


def names() -> list[Hostile]:
    """The 3 names."""
    odd = "关于社保\u202exslx.\u200b" + "长" * 300 + ".txt"
    return [
        hostile("names", "direction override and 300 characters", odd, "read",
                "社保卡补办：带身份证到任一网点。".encode()),
        hostile("names", "program called PDF", "通知.pdf", "wrong_suffix",
                b"MZ\x90\x00\x03\x00" + b"\x00" * 600),
        hostile("names", "no bytes", "空.docx", "empty", b""),
    ]  # fmt: skip
