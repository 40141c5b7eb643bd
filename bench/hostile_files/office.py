"""DOCX, OFD and XLSX packages with hostile parts."""

from __future__ import annotations

import io
import random
import zipfile
import zlib

from bench.hostile_files.made import Hostile, Traps, hostile, zipped

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
_MB = 1024 * 1024


def documents() -> list[Hostile]:
    """The 14 Word documents."""
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return [
        _docx("external entity, file", "corrupt", lambda t: _entity(f'SYSTEM "file://{t.canary}"')),
        _docx("external entity, http", "corrupt", lambda t: _entity(f'SYSTEM "{t.address}/x"')),
        _docx("billion laughs", "corrupt", lambda _: _doctype(f'<!ENTITY l0 "啊">{lol}', "&l9;")),
        _docx("quadratic entity", "corrupt", lambda _: _doctype(
            f'<!ENTITY q "{"长" * 50_000}">', "&q;" * 5_000)),
        _docx("remote template", "read", _remote_template),
        _docx("remote picture", "read", _remote_picture),
        _docx("macro under the wrong name", "read", lambda _: _package(
            _text("带宏的通知。"), **{"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\x00" * 999})),
        _docx("embedded program", "read", lambda _: _package(
            _text("带嵌入对象的通知。"), **{"word/embeddings/oleObject1.bin": b"MZ" * 999})),
        _docx("gridSpan of 100 million", "too_complex", lambda _: _package(
            "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='100000000'/></w:tcPr><w:p/></w:tc>"
            f"<w:tc>{_text('格')}</w:tc></w:tr></w:tbl>")),
        _docx("table of 60,000 cells", "too_complex", lambda _: _package(_cells(60_000)),
              heavy=True),
        _docx("300 MB document.xml", "too_complex", lambda _: _large(300), heavy=True),
        _docx("5,000 nested tables", "too_complex", lambda _: _package(
            "<w:tbl><w:tr><w:tc>" * 5_000 + "</w:tc></w:tr></w:tbl>" * 5_000)),
        _docx("no document.xml", "corrupt", lambda _: zipped({"[Content_Types].xml": _TYPES})),
        _docx("wrong content types", "read", lambda _: zipped(
            {"[Content_Types].xml": "<html>这不是类型表", "word/document.xml": _body(
                _text("类型表写错的通知。"))})),
    ]  # fmt: skip


def _docx(name: str, expected: str, make, *, heavy: bool = False) -> Hostile:  # type: ignore[no-untyped-def]
    return hostile("docx", name, "通知.docx", expected, make, heavy=heavy)


def _text(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def _cells(count: int) -> str:
    """A table of so many cells that do not pack well."""
    chance = random.Random(60)
    cells = [f"<w:tc>{_text(str(chance.random()))}</w:tc>" for _ in range(count)]
    rows = ("<w:tr>" + "".join(cells[at : at + 60]) + "</w:tr>" for at in range(0, count, 60))
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def _body(inner: str) -> str:
    return f"<w:document {_W}><w:body>{inner}</w:body></w:document>"


def _package(body: str, **parts: str | bytes) -> bytes:
    files: dict[str, str | bytes] = {"[Content_Types].xml": _TYPES}
    return zipped(files | {"word/document.xml": _body(body)} | parts)


def _doctype(declared: str, used: str) -> bytes:
    xml = f"<!DOCTYPE x [{declared}]>{_body(_text(used))}"
    return zipped({"[Content_Types].xml": _TYPES, "word/document.xml": xml})


def _entity(where: str) -> bytes:
    return _doctype(f"<!ENTITY x {where}>", "&x;")


def _remote(kind: str, target: str) -> str:
    return (
        f"<Relationships xmlns='{_RELS}'><Relationship Id='r1' Type='{_OFFICE}/{kind}' "
        f"Target='{target}' TargetMode='External'/></Relationships>"
    )


def _remote_template(traps: Traps) -> bytes:
    settings = f"<w:settings {_W} xmlns:r='{_OFFICE}'><w:attachedTemplate r:id='r1'/></w:settings>"
    relations = _remote("attachedTemplate", f"{traps.address}/t.dotm")
    return _package(
        _text("挂有远程模板的通知。"),
        **{"word/settings.xml": settings, "word/_rels/settings.xml.rels": relations},
    )


def _remote_picture(traps: Traps) -> bytes:
    relations = _remote("image", f"{traps.address}/p.png")
    return _package(_text("引用远程图片的通知。"), **{"word/_rels/document.xml.rels": relations})


def _large(megabytes: int) -> bytes:
    """A DOCX whose document.xml is so large unpacked; noise keeps the ratio below the limit."""
    noise = random.Random(3).randbytes(3 * _MB).hex()
    block = f"<w:p><w:r><w:t>{noise}</w:t></w:r></w:p>"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        with archive.open("word/document.xml", "w") as part:
            part.write(f"<w:document {_W}><w:body>".encode())
            part.write(block.encode())
            for _ in range(megabytes - 6):
                part.write(_text("长" * 349_000).encode())
            part.write(b"</w:body></w:document>")
    return buffer.getvalue()


_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_TEMPLATE = (
    '<ofd:TemplatePage ID="9" BaseLoc="Pages/T/Content.xml"/>'
    '<ofd:TemplatePage ID="8" BaseLoc="Pages/T/Content.xml"/>'
)


def layouts() -> list[Hostile]:
    """The 8 OFD files."""
    refused = "corrupt too_complex no_text unsupported"
    return [
        _ofd("entity in OFD.xml", "corrupt", lambda t: _ofd_file(
            head=f'<!DOCTYPE x [<!ENTITY x SYSTEM "file://{t.canary}">]>', title="&x;")),
        _ofd("locations climb up to /etc/passwd", refused, lambda _: _ofd_file(
            root="../../../../etc/passwd")),
        _ofd("billion laughs", "corrupt", lambda _: _ofd_file(
            head='<!DOCTYPE x [<!ENTITY a "啊啊啊啊"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
            title="&b;")),
        _ofd("a million pages declared", refused, lambda _: _ofd_file(pages=1_000_000), heavy=True),
        _ofd("templates refer to each other", "read no_text corrupt", lambda _: _ofd_file(
            common=_TEMPLATE, page='<ofd:Template TemplateID="9"/>',
            parts={"Doc_0/Pages/T/Content.xml": _ofd_page('<ofd:Template TemplateID="8"/>')})),
        _ofd("broken font", "read", lambda _: _ofd_file(words="同意云汀市敬老院改造。",
            parts={"Doc_0/Res/f.ttf": b"\x00\x01\x00\x00" + b"\xff" * 5_000})),
        _ofd("picture of 30,000 by 30,000", "read needs_ocr no_text too_complex",
             lambda _: _ofd_file(
            words="", parts={"Doc_0/Res/i.png": huge_png(30_000, 30_000)},
            page='<ofd:Content><ofd:Layer><ofd:ImageObject ID="5" ResourceID="6" '
            'Boundary="0 0 210 297"/></ofd:Layer></ofd:Content>')),
        _ofd("signature with a huge seal", "read", lambda _: _ofd_file(words="同意云汀市水厂改造。",
            parts={"Doc_0/Signs/Sign_0/Seal.esl": random.Random(8).randbytes(20 * _MB)}),
             heavy=True),
    ]  # fmt: skip


def _ofd(name: str, expected: str, make, *, heavy: bool = False) -> Hostile:  # type: ignore[no-untyped-def]
    return hostile("ofd", name, "批复.ofd", expected, make, heavy=heavy)


def _ofd_page(inner: str) -> str:
    return f"<ofd:Page {_OFD}>{inner}</ofd:Page>"


def _ofd_file(
    *,
    head: str = "",
    title: str = "批复",
    root: str = "Doc_0/Document.xml",
    pages: int = 1,
    common: str = "",
    page: str = "",
    words: str = "同意云汀市救助站改造。",
    parts: dict[str, str | bytes] | None = None,
) -> bytes:
    entry = (
        f'{head}<ofd:OFD {_OFD} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:Title>{title}</ofd:Title></ofd:DocInfo><ofd:DocRoot>{root}</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>"
    )
    listed = "".join(
        f'<ofd:Page ID="{10 + n}" BaseLoc="Pages/Page_0/Content.xml"/>' for n in range(pages)
    )
    document = (
        f"<ofd:Document {_OFD}><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    )
    text = (
        '<ofd:Content><ofd:Layer ID="3"><ofd:TextObject ID="4" Boundary="30 30 120 6" Font="2" '
        f'Size="5"><ofd:TextCode X="0" Y="5" DeltaX="g {max(len(words) - 1, 1)} 5">{words}'
        "</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content>"
    )
    files: dict[str, str | bytes] = {
        "OFD.xml": entry,
        "Doc_0/Document.xml": document,
        "Doc_0/Pages/Page_0/Content.xml": _ofd_page(page + (text if words else "")),
    }
    return zipped(files | (parts or {}))


def huge_png(width: int, height: int) -> bytes:
    """Return a tiny PNG of white bits that is so large unpacked."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return len(data).to_bytes(4, "big") + name + data + check.to_bytes(4, "big")

    packer = zlib.compressobj(9)
    line = b"\x00" + b"\xff" * ((width + 7) // 8)
    packed = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    head = chunk(b"IHDR", size + b"\x01\x00\x00\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
