"""The words of Word's paragraphs: revisions accepted, fields shown, notes where they are cited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from docs_import.clean import clean_text
from docs_import.docx_package import W

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
WRAPPERS = frozenset(
    W + name for name in ("ins", "moveTo", "hyperlink", "smartTag", "customXml", "dir", "bdo")
)
_REMOVED = frozenset(W + name for name in ("del", "moveFrom"))
_PICTURES = frozenset({W + "drawing", W + "pict", W + "object"})
_OFF = ("0", "false", "off")
# Characters of symbol fonts that forms are full of: boxes, ticks.
_SYMBOLS = {
    ("wingdings", 0x6F): "□", ("wingdings", 0xA8): "□", ("wingdings", 0xFC): "√",
    ("wingdings", 0xFE): "☑", ("wingdings", 0xFD): "☒", ("wingdings 2", 0xA3): "□",
    ("wingdings 2", 0x52): "☑", ("wingdings 2", 0x50): "√", ("symbol", 0xB3): "≥",
    ("symbol", 0xA3): "≤", ("symbol", 0xB4): "×", ("symbol", 0xB1): "±",
}  # fmt: skip


@dataclass
class TextReader:
    """Reads paragraph after paragraph; fields and notes go on from one to the next.

    :ivar has_fields: False when the file's fields do not end: then all of them is shown, because
        what follows one would be hidden.
    :ivar revisions: removals left out so far.
    :ivar pictures: pictures met so far.
    :ivar cited: notes cited since they were last taken, as (sign, kind, id).
    :ivar warnings: what was cleaned away.
    """

    has_fields: bool = True
    revisions: int = 0
    pictures: int = 0
    cited: list[tuple[str, str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _notes: int = 0
    _fields: list[list[str]] = field(default_factory=list)  # [instruction, "shown" once it is]

    def words(self, parent: etree._Element) -> str:
        """Return the text of a paragraph, line breaks as newlines."""
        text, warnings = clean_text("".join(self._parts(parent)))
        self.warnings += warnings
        return text

    def _parts(self, parent: etree._Element) -> Iterator[str]:
        for child in parent:
            if child.tag == W + "r":
                yield from self._run(child)
            elif child.tag in WRAPPERS:
                yield from self._parts(child)
            elif child.tag == W + "fldSimple":
                if not _is_contents(child.get(W + "instr") or ""):
                    yield from self._parts(child)
            elif child.tag == W + "sdt":
                content = child.find(W + "sdtContent")
                yield from () if content is None else self._parts(content)
            elif child.tag in _REMOVED:
                self.revisions += 1
            elif child.tag in (M + "oMath", M + "oMathPara"):
                yield from (part.text or "" for part in child.iter(M + "t"))

    def _run(self, run: etree._Element) -> Iterator[str]:
        vanish = run.find(f"{W}rPr/{W}vanish")
        if vanish is not None and vanish.get(W + "val") not in _OFF:
            return
        for child in run:
            if child.tag == W + "fldChar":
                self._field(child.get(W + "fldCharType") or "")
            elif child.tag == W + "instrText" and self._fields:
                self._fields[-1][0] += child.text or ""
            elif not self._is_hidden():
                yield self._piece(child)

    def _field(self, kind: str) -> None:
        if not self.has_fields:
            return
        if kind == "begin":
            self._fields.append(["", ""])
        elif kind == "separate" and self._fields:
            self._fields[-1][1] = "shown"
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _is_hidden(self) -> bool:
        """Instructions are no text; a table of contents only says again what comes."""
        return any(not shown or _is_contents(order) for order, shown in self._fields)

    def _piece(self, child: etree._Element) -> str:
        if child.tag == W + "t":
            return child.text or ""
        if child.tag in (W + "tab", W + "ptab"):
            return " "
        if child.tag in (W + "br", W + "cr"):
            return "\n"
        if child.tag == W + "noBreakHyphen":
            return "-"
        if child.tag == W + "sym":
            return _symbol(child)
        if child.tag in (W + "footnoteReference", W + "endnoteReference"):
            return self._cite(child)
        if child.tag == W + "ruby":
            return "".join("".join(self._parts(base)) for base in child.iter(W + "rubyBase"))
        if child.tag in _PICTURES or child.tag == MC + "AlternateContent":
            self.pictures += _has_picture(child)
        return ""

    def _cite(self, reference: etree._Element) -> str:
        self._notes += 1
        sign = f"[注{self._notes}]"
        kind = reference.tag.removeprefix(W).removesuffix("Reference")
        self.cited.append((sign, kind, reference.get(W + "id") or ""))
        return sign


def has_whole_fields(body: etree._Element) -> bool:
    """Tell whether every field that begins in a document also ends."""
    kinds = [mark.get(W + "fldCharType") for mark in body.iter(W + "fldChar")]
    return kinds.count("begin") == kinds.count("end")


def _is_contents(instruction: str) -> bool:
    return instruction.split()[:1] == ["TOC"]


def _has_picture(element: etree._Element) -> bool:
    return any(
        part.tag in (_A + "blip", _V + "imagedata")
        and not any(above.tag == MC + "Fallback" for above in part.iterancestors())
        for part in element.iter(_A + "blip", _V + "imagedata")
    )


def _symbol(element: etree._Element) -> str:
    """Return 〔 □ √ from a symbol font when it is known what the code shows."""
    try:
        code = int(element.get(W + "char") or "", 16)
    except ValueError:
        return ""
    font = (element.get(W + "font") or "").lower()
    if (known := _SYMBOLS.get((font, code & 0xFF))) and code & 0xFF00 in (0, 0xF000):
        return known
    return chr(code) if code < 0xE000 or 0xF900 <= code <= 0xFFFD else ""


def text_boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the text boxes of a paragraph once: Word writes each twice, for old readers too."""
    for box in paragraph.iter(W + "txbxContent"):
        if any(above.tag in (MC + "Fallback", *_REMOVED) for above in box.iterancestors()):
            continue
        if next(box.iterancestors(W + "p"), None) is paragraph:
            yield box
