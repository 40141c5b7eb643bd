"""Read Markdown into blocks, each with its place in the text.

Takes the canonical body without loss, and other people's Markdown as well as plain text allows:
emphasis marks go, links and pictures leave their words, code and quotes become paragraphs.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from docs_import.document import Block
from docs_import.head_lines import is_date_line, is_number_line, is_organ_line
from docs_import.headings import squeeze
from docs_import.markdown_body import one_line
from docs_import.numbering import marker

_INLINE = re.compile(
    r"\\(?P<literal>[!-/:-@\[-`{-~])"
    r"|(?P<entity>&(?:\#\d{1,7}|\#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});)"
    r"|(?P<br><br\s{0,5}/?>)"
    r"|(?P<tag></?[a-zA-Z][^<>]{0,2000}>)"
    r"|!?\[(?P<link>[^\[\]\n]{0,500})\]\([^()\s]{0,2000}(?:\s[^()\n]{0,300})?\)"
    r"|(?P<mark>\*{2,3}|__|~~)"
    r"|(?<!\*)\*(?P<emphasis>[^*\s\\][^*\n\\]{0,300})\*(?!\*)"
    r"|`(?P<code>[^`\n]{1,500})`"
)
_PAGE = re.compile(r"<!-- page: (\d{1,6}) -->$")
_COMMENT = re.compile(r"<!--.*-->$")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_HEADING = re.compile(r"(#{1,6})(?:\s+(.*?))?(?:\s+#+)?$")
_BULLET = re.compile(r"[-*+]\s+(?=\S)")
_RULE = re.compile(r"([-*_])(?:\s*\1){2,}$")
_UNDERLINE = re.compile(r"(=+|-+)$")
_SEPARATOR = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?$")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_MAX_ALONE = 60
_SENTENCE_END = tuple("。！？；：…”）!?;:")


@dataclass(frozen=True)
class Placed:
    """A block and the half-open range of characters it takes in the Markdown."""

    block: Block
    start: int
    end: int


@dataclass(frozen=True)
class _Line:
    text: str
    start: int
    end: int


def plain(text: str) -> str:
    """Return the words of inline Markdown; `<br>` becomes a line break."""
    return _INLINE.sub(_inline, text)


def _inline(match: re.Match[str]) -> str:
    if match["literal"] is not None:
        return match["literal"]
    if match["entity"] is not None:
        return html.unescape(match["entity"])
    if match["br"] is not None:
        return "\n"
    words = match["link"] or match["emphasis"]
    return plain(words) if words else (match["code"] or "")


def read(markdown: str) -> list[Placed]:
    """Return the blocks of `markdown` in order; never raises."""
    reader = _Reader(list(_lines(markdown)))
    return reader.run()


def _lines(markdown: str) -> Iterator[_Line]:
    """Yield the lines, stripped, with the place of what is left."""
    start = 0
    for raw in markdown.split("\n"):
        text = raw.strip()
        at = start + (raw.find(text) if text else 0)
        yield _Line(text, at, at + len(text))
        start += len(raw) + 1


class _Reader:
    def __init__(self, lines: list[_Line]) -> None:
        self.lines = lines
        self.at = 0
        self.page: int | None = None
        self.placed: list[Placed] = []

    def run(self) -> list[Placed]:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.text or self._comment(line) or _RULE.match(line.text):
                self.at += 1
            elif _FENCE.match(line.text):
                self._fence(line)
            elif heading := _HEADING.match(line.text):
                self._add("heading", heading[2] or "", line, line, level=len(heading[1]))
                self.at += 1
            elif self._table_here():
                self._table()
            elif _BULLET.match(line.text):
                self._list()
            else:
                self._paragraph()
        return self.placed

    def _comment(self, line: _Line) -> bool:
        if page := _PAGE.match(line.text):
            self.page = int(page[1])
            return True
        return bool(_COMMENT.match(line.text))

    def _add(self, kind: str, text: str, first: _Line, last: _Line, level: int = 0) -> None:
        words = one_line(plain(text))
        if words:
            block = Block(kind, words, level, page=self.page)  # type: ignore[arg-type]
            self.placed.append(Placed(block, first.start, last.end))

    def _fence(self, opening: _Line) -> None:
        """Take the lines of a code block as they are, one paragraph each."""
        sign = opening.text[:3]
        self.at += 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            self.at += 1
            if line.text.startswith(sign):
                return
            if line.text:
                block = Block("paragraph", one_line(line.text), page=self.page)
                self.placed.append(Placed(block, line.start, line.end))

    def _table_here(self) -> bool:
        if self.at + 1 >= len(self.lines) or "|" not in self.lines[self.at].text:
            return False
        separator = self.lines[self.at + 1].text
        return "|" in separator and bool(_SEPARATOR.match(separator))

    def _table(self) -> None:
        first = self.lines[self.at]
        rows = [_cells(first.text)]
        last = self.lines[self.at + 1]
        self.at += 2
        while self.at < len(self.lines) and "|" in self.lines[self.at].text:
            last = self.lines[self.at]
            rows.append(_cells(last.text))
            self.at += 1
        width = max(len(row) for row in rows)
        if width * len(rows) > 200_000:  # one wide row among very many narrow ones
            width = len(rows[0])
        table = tuple(tuple((row + [""] * width)[:width]) for row in rows)
        block = Block("table", "", rows=table, page=self.page)
        self.placed.append(Placed(block, first.start, last.end))

    def _list(self) -> None:
        first = last = self.lines[self.at]
        items: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            bullet = _BULLET.match(line.text)
            if not bullet or _RULE.match(line.text):
                break
            items.append(one_line(plain(line.text[bullet.end() :])))
            last = line
            self.at += 1
        text = "\n".join(item for item in items if item)
        if text:
            block = Block("list", text, page=self.page)
            self.placed.append(Placed(block, first.start, last.end))

    def _paragraph(self) -> None:
        first = last = self.lines[self.at]
        text = _unquoted(first.text)
        self.at += 1
        taken = [first]
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if _UNDERLINE.match(line.text):
                level = 1 if line.text[0] == "=" else 2
                self._add("heading", text, first, line, level=level)
                self.at += 1
                return
            if self._ends_paragraph(line) or text.endswith(_SENTENCE_END):
                break
            if _is_alone(taken[-1].text) or _is_alone(line.text):
                break
            text = _joined(text, _unquoted(line.text))
            last = line
            taken.append(line)
            self.at += 1
        if self._signs_here(taken):
            for line in taken:
                self._add("paragraph", _unquoted(line.text), line, line)
            return
        self._add("paragraph", text, first, last)

    def _signs_here(self, taken: list[_Line]) -> bool:
        """Tell whether these are the names over the date of a signature, one a line."""
        is_over_date = self.at < len(self.lines) and is_date_line(self.lines[self.at].text)
        return is_over_date and len(taken) > 1 and all(is_organ_line(each.text) for each in taken)

    def _ends_paragraph(self, line: _Line) -> bool:
        text = line.text
        return (
            not text
            or bool(_HEADING.match(text) or _BULLET.match(text) or _FENCE.match(text))
            or bool(_COMMENT.match(text) or _RULE.match(text))
            or marker(text) is not None
            or self._table_here()
        )


def _is_alone(text: str) -> bool:
    """Tell whether a line is a 文号 or the day of a signature, which is part of no sentence."""
    return len(text) <= _MAX_ALONE and (is_date_line(text) or is_number_line(squeeze(text)))


def _unquoted(text: str) -> str:
    return text.lstrip("> ") if text.startswith(">") else text


def _joined(left: str, right: str) -> str:
    """Join two lines of a paragraph: a space only where Latin words would touch."""
    if left and right and left[-1].isascii() and right[0].isascii():
        return f"{left} {right}"
    return left + right


def _cells(line: str) -> list[str]:
    inner = line.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [_cell(cell) for cell in _CELL_BORDER.split(inner)]


def _cell(text: str) -> str:
    lines = (one_line(line) for line in plain(text).split("\n"))
    return "\n".join(line for line in lines if line)
