"""OFD (GB/T 33190): text runs placed on pages, read by their layout like those of a PDF.

Templates hold page heads, forms and seals: what one prints again on the next page is left out,
and it never joins the running text.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import ofdkit
from ofdkit.errors import OFDError

from docs_import.errors import DocumentUnreadable
from docs_import.hints import Hints
from docs_import.limits import Limits
from docs_import.ofd_package import OfdParts, unreadable
from docs_import.ofd_shapes import POINTS, Shapes, shapes_of
from docs_import.pdf_blocks import page_blocks
from docs_import.pdf_glyphs import Glyph, Look
from docs_import.pdf_lines import Page, lines_of
from docs_import.pdf_tables import tables_of
from docs_import.raw import RawDocument

if TYPE_CHECKING:
    from ofdkit.document import OFDDocument, TextRun
    from ofdkit.document import Page as OfdPage

_Place = tuple[str, int, int]

_EDGE = 0.12  # part of the page's height where heads and feet stand
_MARGIN = 2.0  # millimetres that text may stick out of the page
_BELOW = 0.14  # part of a character that hangs below its base line
_ADVICE = "请向发文单位索取带文字的 OFD、DOCX 或 PDF，或人工录入。"


def read_ofd(data: bytes, limits: Limits) -> RawDocument:
    """Read an OFD.

    :raises DocumentUnreadable: encrypted, corrupt, too_complex; no_text when the pages hold
        pictures, or outlines instead of letters.
    """
    parts = OfdParts(data, limits)
    try:
        with ofdkit.open(data) as document:
            return _read(document, parts, limits)
    except OFDError as error:
        raise unreadable(error) from error
    finally:
        parts.close()


def _read(document: OFDDocument, parts: OfdParts, limits: Limits) -> RawDocument:
    pages: list[Page] = []
    shapes: list[Shapes] = []
    placed, lost = _runs(document)
    for source, runs in placed:
        _, _, width, height = (side * POINTS for side in source.box)
        roots = parts.page_roots(source.location) if source.location else []
        drawn = shapes_of(roots, height)
        tables, outside = tables_of(drawn.edges, _glyphs(runs, source), height)
        lines = lines_of(outside, _looks(runs), (width, height))
        pages.append(Page(source.index + 1, width, height, lines, tables))
        shapes.append(drawn)
    blocks = page_blocks(pages, limits)
    if not blocks:
        raise _without_text(shapes, len(document.pages))
    attachments, warnings = parts.attachments()
    warnings = [*_warnings(pages, shapes, lost, parts), *warnings]
    raw = RawDocument(blocks, Hints(), tuple(warnings), len(document.pages))
    raw.attachments = tuple(attachments)
    return raw


def _runs(document: OFDDocument) -> tuple[list[tuple[OfdPage, list[TextRun]]], list[int]]:
    """Return the visible runs of each page that can be read, and the numbers of the others.

    What a template prints on several pages is a head or foot where it stands at the edge, and
    is left out; elsewhere, in a form, it is said on its first page.
    """
    read: list[tuple[OfdPage, list[TextRun]]] = []
    lost: list[int] = []
    counts: Counter[_Place] = Counter()
    for source in document.pages:
        try:
            runs = [run for run in source.runs if _is_visible(run, source)]
        except OFDError:
            lost.append(source.index + 1)
            continue
        if source.location is None:
            lost.append(source.index + 1)
        counts.update({_place(run) for run in runs if run.from_template})
        read.append((source, runs))
    said: set[_Place] = set()
    fresh = []
    for source, runs in read:
        kept = [run for run in runs if not _is_repeated(run, source, counts, said)]
        said |= {_place(run) for run in runs if run.from_template}
        fresh.append((source, kept))
    return fresh, lost


def _is_visible(run: TextRun, source: OfdPage) -> bool:
    left, top, width, height = source.box
    across = left - _MARGIN <= run.x <= left + width + _MARGIN
    return across and top - _MARGIN <= run.y <= top + height + _MARGIN


def _is_repeated(run: TextRun, source: OfdPage, counts: Counter[_Place], said: set[_Place]) -> bool:
    if not run.from_template or counts[_place(run)] < 2:
        return False
    down = (run.y - source.box[1]) / (source.box[3] or 1.0)
    return not _EDGE < down < 1 - _EDGE or _place(run) in said


def _place(run: TextRun) -> _Place:
    return run.text, round(run.x), round(run.y)


def _looks(runs: Sequence[TextRun]) -> Callable[[int], Look]:
    return lambda at: Look(round(runs[at].size * POINTS, 1), False)


def _glyphs(runs: Sequence[TextRun], source: OfdPage) -> list[Glyph]:
    """Return the characters of runs in points, each with its share of the run's width."""
    left, top, _, height = source.box
    glyphs: list[Glyph] = []
    for at, run in enumerate(runs):
        shares = [1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in run.text]
        unit = run.width / (sum(shares) or 1.0)
        x = run.x - left
        low = height - (run.y - top) - _BELOW * run.size
        for char, share in zip(run.text, shares, strict=True):
            x0, y0, x1, y1 = (side * POINTS for side in (x, low, x + share * unit, low + run.size))
            glyphs.append(Glyph(char, x0, y0, x1, y1, at))
            x += share * unit
    return glyphs


def _warnings(
    pages: Sequence[Page], shapes: Sequence[Shapes], lost: Sequence[int], parts: OfdParts
) -> list[str]:
    found: list[str] = []
    if lost:
        found.append(f"第 {_listed(lost)} 页的内容不在文件里或已损坏，没有读入。")
    bare = [p.number for p, s in zip(pages, shapes, strict=True)
            if not p.lines and not p.tables and (s.paths or s.pictures)]  # fmt: skip
    if bare:
        found.append(f"第 {_listed(bare)} 页只有图形或图片，没有文字编码，这些页的内容没有读入。")
    placed = {name for drawn in shapes for name in drawn.pictures}
    missing = parts.missing_pictures(placed)
    if missing:
        found.append(f"原件引用的 {missing} 张图片不在文件里，页面显示不完整，请核对。")
    if len(placed) > missing:
        found.append(
            f"原件有 {len(placed) - missing} 张图片（可能是印章或图表），图中的文字没有读入。"
        )
    return found


def _listed(numbers: Sequence[int]) -> str:
    return "、".join(map(str, numbers[:20])) + ("等" if len(numbers) > 20 else "")


def _without_text(shapes: Sequence[Shapes], pages: int) -> DocumentUnreadable:
    if any(drawn.paths for drawn in shapes):
        reason = f"这份 OFD 的 {pages} 页上只有图形，没有文字编码（文字已转成图形），无法读出。"
    elif any(drawn.pictures for drawn in shapes):
        reason = f"这份 OFD 的 {pages} 页都是图片（扫描件），没有文字层，需要文字识别。"
    else:
        reason = f"这份 OFD 的 {pages} 页都是空白，没有读到文字。"
    return DocumentUnreadable("no_text", reason + _ADVICE, pages=pages)
