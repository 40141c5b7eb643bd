"""What a file's text is by another way than its reader's: the measure of `docs_import.recall`.

Each way is as plain as can be: every character the format holds, in any order. Left out is only
what a reader leaves out on purpose: removed revisions, tables of contents, page numbers, lines
that stand on most pages.
"""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import which

from lxml import etree

from docs_import.charset import decode
from docs_import.xml_parser import make_parser

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PAGE_NUMBER = re.compile(r"[\s—–·-]*第?\s*\d{1,4}\s*页?[\s—–·-]*")
_CONVERTER_SECONDS = 120


def reference_text(path: Path) -> str | None:
    """Return a file's text read another way; None where there is no such way."""
    way = _WAYS.get(path.suffix.lower())
    return None if way is None else way(path)


def _plain(path: Path) -> str:
    return decode(path.read_bytes())[0]


def _docx(path: Path) -> str:
    parts = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
    words: list[str] = []
    with zipfile.ZipFile(path) as archive:
        for name in set(parts) & set(archive.namelist()):
            root = etree.fromstring(archive.read(name), make_parser())
            words += [
                element.text or ""
                for element in root.iter(_W + "t")
                if not any(above.tag in (_W + "moveFrom", _FALLBACK)
                           for above in element.iterancestors())
            ]  # fmt: skip
    return "".join(words)


def _ofd(path: Path) -> str:
    words: list[str] = []
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.lower().endswith(".xml"):
                continue
            found = re.findall(rb"<(?:\w+:)?TextCode[^>]*>([^<]*)<", archive.read(name))
            words += [etree.fromstring(b"<t>" + text + b"</t>").text or "" for text in found]
    return "\n".join(line for line in words if not _PAGE_NUMBER.fullmatch(line))


def _pdf(path: Path) -> str:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(path.read_bytes())
    pages = [page.get_textpage().get_text_range().splitlines() for page in document]
    document.close()
    on_pages = Counter(shape for page in pages for shape in {_shape(line) for line in page})
    most = max(3, len(pages) // 2)
    return "\n".join(
        line
        for page in pages
        for line in page
        if not _PAGE_NUMBER.fullmatch(line) and on_pages[_shape(line)] < most
    )


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", "".join(line.split()))


def _converted(path: Path) -> str | None:
    """Return what LibreOffice makes of a file; None when it is not installed."""
    program = which("soffice")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless",
                   "--convert-to", "txt:Text (encoded):UTF8", "--outdir", folder,
                   str(path.resolve())]  # fmt: skip
        subprocess.run(  # noqa: S603 - a measurement on files of our own choice
            command, capture_output=True, timeout=_CONVERTER_SECONDS, check=True
        )
        made = next(Path(folder).glob("*.txt"), None)
        return None if made is None else made.read_text("utf-8-sig")


def _slides(path: Path) -> str:
    words: list[str] = []
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"ppt/slides/slide\d+\.xml", name):
                root = etree.fromstring(archive.read(name), make_parser())
                words += [e.text or "" for e in root.iter() if str(e.tag).endswith("}t")]
    return "\n".join(words)


_WAYS: Mapping[str, Callable[[Path], str | None]] = {
    ".txt": _plain,
    ".md": _plain,
    ".docx": _docx,
    ".ofd": _ofd,
    ".pdf": _pdf,
    ".pptx": _slides,
    ".rtf": _converted,
    ".doc": _converted,
    ".odt": _converted,
    ".wps": _converted,
}
