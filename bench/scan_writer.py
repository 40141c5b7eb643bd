"""Scans of invented documents: pages drawn as pictures, then worn as a scanner wears them.

Needs a Chinese font (Debian: fonts-noto-cjk). Everything is repeatable: the noise has a seed.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

DPI = 200
WIDTH, HEIGHT = 1654, 2339  # A4
_LEFT, _RIGHT, _TOP, _BOTTOM = 230, 1424, 220, 2110
_SIZE, _TITLE_SIZE, _LINE = 44, 61, 78  # 三号 and 二号
_RED = (200, 20, 25)
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
_SIMPLIFIED = 2  # the face of the collection with the forms of the mainland
_NOT_AT_START = "，。；：、！？）》”〕%"


@dataclass(frozen=True)
class Wear:
    """How a page comes out of the scanner."""

    name: str
    dpi: int = DPI
    degrees: float = 0.0
    noise: float = 0.0
    jpeg: int = 0
    stamp: bool = False


CLEAN = Wear("clean")
SCAN = Wear("scan", degrees=0.8, noise=9.0, jpeg=60, stamp=True)
BAD = Wear("bad", dpi=150, degrees=-2.0, noise=14.0, jpeg=40)


@dataclass(frozen=True)
class Drawn:
    """A page and the words on it in reading order, without the page number."""

    picture: Image.Image
    words: str


def has_font() -> bool:
    """Tell whether pages can be drawn here."""
    return any(Path(path).is_file() for path in _FONTS)


def draw(lines: Sequence[str], header: str = "") -> list[Drawn]:
    """Draw a document: the first line is the title, `文号` lines and dates stand by themselves.

    :param lines: paragraphs; one that begins with `|` is a table row, its cells parted by `|`;
        one that begins with `>` stands at the right, as signatures do.
    :param header: printed above every page.
    """
    pages = [_Page(header, 1)]
    for at, line in enumerate(lines):
        while not pages[-1].add(line, is_title=at == 0):
            pages.append(_Page(header, len(pages) + 1))
            line = pages[-2].left_over
    return [page.done() for page in pages]


def worn(picture: Image.Image, wear: Wear, seed: int = 1) -> Image.Image:
    """Return the page as that scanner would give it."""
    if wear.stamp:
        picture = _stamped(picture)
    if wear.dpi != DPI:
        scale = wear.dpi / DPI
        size = (round(picture.width * scale), round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    if wear.degrees:
        picture = picture.rotate(wear.degrees, Image.Resampling.BICUBIC, fillcolor="white")
    if wear.noise:
        noise = np.random.default_rng(seed).normal(
            0, wear.noise, (picture.height, picture.width, 1)
        )
        pixels = np.asarray(picture, dtype=np.float32) * 0.93 + 8 + noise
        picture = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    if wear.jpeg:
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=wear.jpeg)
        picture = Image.open(io.BytesIO(out.getvalue())).convert("RGB")
    return picture


def pdf_of(pictures: Sequence[Image.Image], dpi: int = DPI) -> bytes:
    """Return a PDF with one picture a page and no text."""
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=list(pictures[1:]), resolution=dpi)
    return out.getvalue()


def png_of(picture: Image.Image) -> bytes:
    """Return the page as a PNG file."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


class _Page:
    def __init__(self, header: str, number: int) -> None:
        self.picture = Image.new("RGB", (WIDTH, HEIGHT), "white")
        self.pen = ImageDraw.Draw(self.picture)
        self.number, self.y = number, _TOP
        self.words: list[str] = []
        self.left_over = ""
        if header:
            self.pen.text((_LEFT, 110), header, "black", _font(30))

    def add(self, line: str, *, is_title: bool) -> bool:
        """Write a paragraph; False when a part is left over for the next page."""
        if line.startswith("|"):
            return self._row(line)
        if is_title:
            return self._centred(line)
        if line.startswith(">"):
            return self._signed(line)
        indent = "" if line.endswith("：") or line.startswith("\u3000") else "\u3000\u3000"
        rows = _wrapped(indent + line.lstrip("\u3001") if line[:1] != "\u3001" else line[1:])
        for at, row in enumerate(rows):
            if self.y > _BOTTOM:
                self.left_over = "\u3001" + "".join(rows[at:])
                return False
            self.pen.text((_LEFT, self.y), row, "black", _font(_SIZE))
            self.words.append(row.strip("\u3000"))
            self.y += _LINE
        return True

    def _centred(self, line: str) -> bool:
        font = _font(_TITLE_SIZE)
        for row in _wrapped(line, 18):
            x = (WIDTH - font.getlength(row)) / 2
            self.pen.text((x, self.y), row, "black", font)
            self.words.append(row)
            self.y += 96
        self.y += 40
        return True

    def _signed(self, line: str) -> bool:
        if self.y > _BOTTOM:
            self.left_over = line
            return False
        font, words = _font(_SIZE), line.lstrip(">")
        self.pen.text((1180 - font.getlength(words) / 2, self.y), words, "black", font)
        self.words.append(words)
        self.y += _LINE
        return True

    def _row(self, line: str) -> bool:
        if self.y > _BOTTOM - _LINE:
            self.left_over = line
            return False
        cells = line.strip("|").split("|")
        wide = (_RIGHT - _LEFT) / len(cells)
        for at, cell in enumerate(cells):
            x = _LEFT + at * wide
            self.pen.rectangle((x, self.y, x + wide, self.y + 70), outline="black", width=2)
            self.pen.text((x + 12, self.y + 12), cell, "black", _font(36))
            self.words.append(cell)
        self.y += 70
        return True

    def done(self) -> Drawn:
        self.pen.text((WIDTH / 2 - 40, 2200), f"— {self.number} —", "black", _font(34))
        return Drawn(self.picture, "".join(self.words))


def _wrapped(line: str, most: int = 0) -> list[str]:
    """Break a line where the page ends; no sign may begin a row."""
    most = most or (_RIGHT - _LEFT) // _SIZE
    rows: list[str] = []
    while line:
        cut, width = 0, 0.0
        while cut < len(line) and width < most:
            width += 0.55 if line[cut].isascii() else 1
            cut += 1
        while cut < len(line) and line[cut] in _NOT_AT_START:
            cut += 1
        rows.append(line[:cut])
        line = line[cut:]
    return rows


def _stamped(picture: Image.Image) -> Image.Image:
    """A round red seal with a star over the signature."""
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    x, y, r = 1150, round(_last_ink(picture)) - 60, 165
    pen.ellipse((x - r, y - r, x + r, y + r), outline=(*_RED, 170), width=9)
    points = [_on_circle(x, y, 60 if step % 2 == 0 else 24, step * 36 - 90) for step in range(10)]
    pen.polygon(points, fill=(*_RED, 150))
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def _on_circle(x: float, y: float, radius: float, degrees: float) -> tuple[float, float]:
    angle = np.deg2rad(degrees)
    return float(x + radius * np.cos(angle)), float(y + radius * np.sin(angle))


def _last_ink(picture: Image.Image) -> int:
    """The lowest row with writing above the page number."""
    dark = np.asarray(picture.convert("L"))[:_BOTTOM] < 128
    inked = np.flatnonzero(dark.any(axis=1))
    return int(inked[-1]) if len(inked) else HEIGHT // 2


def _font(size: int) -> ImageFont.FreeTypeFont:
    path = next(path for path in _FONTS if Path(path).is_file())
    return ImageFont.truetype(path, size, index=_SIMPLIFIED)
