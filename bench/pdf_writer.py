"""A small PDF writer for generated samples: Chinese text at places, lines, pages.

The font is named, not embedded (Adobe-GB1, UTF-16 codes), as many office printers do it.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

A4 = (595.0, 842.0)
_FONTS = {"F1": "STSong-Light", "F2": "STHeiti-Bold"}


@dataclass
class Sheet:
    """One page; places are points from the left and the top."""

    width: float = A4[0]
    height: float = A4[1]
    rotate: int = 0
    _content: list[str] = field(default_factory=list)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 16,
        *,
        bold: bool = False,
        upward: bool = False,
    ) -> None:
        """Write one line; `y` is its base line. `upward` turns it by a quarter to the left."""
        code = words.encode("utf-16-be").hex()
        font = "F2" if bold else "F1"
        turn = "0 1 -1 0" if upward else "1 0 0 1"
        place = f"{x:.2f} {self.height - y:.2f}"
        self._content.append(f"BT /{font} {size} Tf {turn} {place} Tm <{code}> Tj ET")

    def centred(self, y: float, words: str, size: float = 22, *, bold: bool = False) -> None:
        """Write one line in the middle of the page."""
        self.text((self.width - width_of(words, size)) / 2, y, words, size, bold=bold)

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a thin line."""
        high = self.height
        self._content.append(f"0.7 w {x0:.2f} {high - y0:.2f} m {x1:.2f} {high - y1:.2f} l S")

    def table(
        self, x: float, y: float, widths: list[float], rows: list[list[str]], size: float = 10.5
    ) -> float:
        """Draw a ruled table from the top `y` down; return where it ends."""
        high = size * 2
        edges = [x + sum(widths[:at]) for at in range(len(widths) + 1)]
        for at, row in enumerate(rows):
            top = y + at * high
            self.rule(edges[0], top, edges[-1], top)
            for left, words in zip(edges, row, strict=False):
                self.text(left + 4, top + high * 0.68, words, size)
        end = y + len(rows) * high
        self.rule(edges[0], end, edges[-1], end)
        for edge in edges:
            self.rule(edge, y, edge, end)
        return end

    def stream(self) -> bytes:
        """The page's drawing, not compressed."""
        return "\n".join(self._content).encode("ascii")


def width_of(words: str, size: float) -> float:
    """Width of a line in points: half an em for ASCII, an em for the rest."""
    return sum(0.5 if char.isascii() else 1.0 for char in words) * size


def write_pdf(sheets: list[Sheet]) -> bytes:
    """Return a PDF of these pages."""
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    fonts = []
    for name, base in _FONTS.items():
        font = len(objects) + 1
        fonts.append(f"/{name} {font} 0 R")
        objects += [
            f"<</Type/Font/Subtype/Type0/BaseFont/{base}/Encoding/UniGB-UTF16-H"
            f"/DescendantFonts[{font + 1} 0 R]>>".encode(),
            f"<</Type/Font/Subtype/CIDFontType0/BaseFont/{base}/DW 1000/W[1 95 500]"
            f"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
            f"/FontDescriptor {font + 2} 0 R>>".encode(),
            f"<</Type/FontDescriptor/FontName/{base}/Flags 4/FontBBox[0 -200 1000 900]"
            f"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV"
            f" {160 if 'Bold' in base else 80}>>".encode(),
        ]
    pages = []
    for sheet in sheets:
        drawing = zlib.compress(sheet.stream())
        objects.append(
            f"<</Length {len(drawing)}/Filter/FlateDecode>>stream\n".encode()
            + drawing
            + b"\nendstream"
        )
        pages.append(len(objects) + 1)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {sheet.width} {sheet.height}]"
            f"/Rotate {sheet.rotate}/Resources<</Font<<{' '.join(fonts)}>>>>"
            f"/Contents {len(objects)} 0 R>>".encode()
        )
    kids = " ".join(f"{page} 0 R" for page in pages)
    objects[1] = f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode()
    return _joined(objects)


def _joined(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
