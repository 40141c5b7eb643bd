"""PDF files with cycles, bombs and actions."""

from __future__ import annotations

import itertools
import zlib

from bench.hostile_files.made import Hostile, hostile

_FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_numbers = itertools.count(1)


def pdfs() -> list[Hostile]:
    """The 12 PDF files."""
    over = "too_complex out_of_memory timeout"
    ends = f"read needs_ocr no_text corrupt {over}"
    return [
        _pdf("1 GB under Flate", ends, lambda _: _file(_bomb()), heavy=True),
        _pdf("page tree in a circle", ends, lambda _: _file(kids="2 0 R 2 0 R", count=2)),
        _pdf("999,999,999 pages counted", ends, lambda _: _file(count=999_999_999)),
        _pdf("xref tables in a circle", ends, lambda _: _file(previous=True)),
        _pdf("JavaScript action", "read", lambda t: _file(
            catalog=f"/OpenAction << /S /JavaScript /JS (app.launchURL('{t.address}')) >>")),
        _pdf("launch action", "read", lambda _: _file(
            catalog="/OpenAction << /S /Launch /F (/bin/sh) >>")),
        _pdf("encrypted", "encrypted", lambda _: _file(trailer=(
            "/ID [<00><00>] /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -3904 "
            f"/O <{'11' * 32}> /U <{'22' * 32}> >>"))),
        _pdf("truncated", ends, lambda _: _file()[:420]),
        _pdf("100,000 nested arrays", ends, lambda _: _file(
            catalog="/Names " + "[" * 100_000 + "]" * 100_000)),
        _pdf("chain of RunLength, LZW and Flate", ends, lambda _: _file(_chain())),
        _pdf("giant picture", "read needs_ocr " + over, lambda _: _file(_picture()), heavy=True),
        _pdf("also a web page", "read", lambda t: b"<!-- " + _file() + (
            f"--><html><script src='{t.address}/s.js'></script></html>").encode()),
    ]  # fmt: skip


def _pdf(name: str, expected: str, make, *, heavy: bool = False) -> Hostile:  # type: ignore[no-untyped-def]
    return hostile("pdf", name, "通知.pdf", expected, make, heavy=heavy)


def _stream(data: bytes, filters: str = "") -> bytes:
    return f"<< /Length {len(data)} {filters} >>\nstream\n".encode() + data + b"\nendstream"


def _words() -> str:
    """A line of text unlike those of the other files: equal texts are not taken twice."""
    number = next(_numbers)
    return f"BT /F1 20 Tf 70 700 Td (Yunting city notice number {number} on heating) Tj ET\n"


def _packed(block: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(block) for _ in range(times)) + packer.flush()


def _bomb() -> list[bytes]:
    inner = _packed(b" " * 1_048_576, 1_024)
    return [_stream(zlib.compress(inner, 9), "/Filter [/FlateDecode /FlateDecode]")]


def _chain() -> list[bytes]:
    # 0x81 repeats the byte that follows it 128 times; one byte of LZW rubbish stops nobody.
    data = b"\x81\x80" * 50_000 + b"\x80"
    for _ in range(6):
        data = zlib.compress(data)
    names = "/FlateDecode " * 6 + "/RunLengthDecode " * 6 + "/LZWDecode " * 4
    return [_stream(data, f"/Filter [{names}]")]


def _picture() -> list[bytes]:
    pixels = _packed(b"\xff" * 3_750, 30_000)
    drawn = b"q 595 0 0 842 0 0 cm /I1 Do Q"
    image = _stream(
        pixels,
        "/Type /XObject /Subtype /Image /Width 30000 /Height 30000 /ColorSpace /DeviceGray "
        "/BitsPerComponent 1 /Filter /FlateDecode",
    )
    return [_stream(drawn), image]


def _file(
    content: list[bytes] | None = None,
    *,
    kids: str = "4 0 R",
    count: int = 1,
    catalog: str = "",
    trailer: str = "",
    previous: bool = False,
) -> bytes:
    """Return a PDF of one page; object 5 is its content, object 6 a picture it may draw."""
    pictures = "/XObject << /I1 6 0 R >>" if content and len(content) > 1 else ""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        _FONT.encode(),
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources "
            f"<< /Font << /F1 3 0 R >> {pictures} >> >>"
        ).encode(),
        *(content or [_stream(_words().encode())]),
    ]
    out = b"%PDF-1.5\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    loop = f"/Prev {start}" if previous else ""
    tail = f"trailer << /Size {len(objects) + 1} /Root 1 0 R {loop} {trailer} >>\n"
    return out + f"{tail}startxref\n{start}\n%%EOF".encode()
