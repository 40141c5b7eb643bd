"""Where words stand on a page: the page's characters with their boxes, and a search in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

Box = tuple[float, float, float, float]

_PIECE = re.compile(r"[^。！？；：，、!?;:,\n]+")
_SHORTEST_PIECE = 4
_SAME_LINE = 0.5
_LAST_LATIN = 0x2E7F  # beyond it characters are full-width
_UPRIGHT = 2.0
_GAP = 4  # widths of a character that blanks may take


@dataclass(frozen=True)
class PageText:
    """The characters of a page in reading order.

    :ivar text: n characters, line breaks and spaces among them.
    :ivar boxes: n boxes (left, top, right, bottom) as fractions of the page as it is shown;
        all zero for characters without a place.
    """

    text: str
    boxes: tuple[Box, ...]


def spread(lines: Iterable[tuple[Box, str]]) -> PageText:
    """Return recognised lines as characters: each has its share of its line's box, one after
    another along the longer side. Half-width characters take half the room.
    """
    text: list[str] = []
    boxes: list[Box] = []
    for box, line in lines:
        shares = [1.0 if ord(char) > _LAST_LATIN else 0.5 for char in line]
        passed, whole = 0.0, sum(shares)
        for char, share in zip(line, shares, strict=True):
            text.append(char)
            boxes.append(_part(box, passed / whole, (passed + share) / whole, len(line)))
            passed += share
        text.append("\n")
        boxes.append((0.0, 0.0, 0.0, 0.0))
    return PageText("".join(text), tuple(boxes))


def _part(box: Box, start: float, end: float, characters: int) -> Box:
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    if characters > 1 and high > _UPRIGHT * wide:  # written from the top down
        return left, top + start * high, right, top + end * high
    return left + start * wide, top, left + end * wide, bottom


def find_words(page: PageText, words: Iterable[str]) -> list[Box]:
    """Return a box for every line of every place where one of the words stands."""
    squeezed, places = _squeezed(page)
    found: list[Box] = []
    for word in words:
        found += [box for span in _spans(squeezed, word) for box in _lines(page, places, span)]
    return list(dict.fromkeys(found))


def find_clause(page: PageText, clause: str) -> list[Box]:
    """Return the boxes of a clause that stands on the page whole or in part.

    A line that is not found is looked for piece by piece. What stands in several places counts
    where it is nearest to what stands in one; where nothing is sure nothing is marked, because
    a wrong place is worse than none.
    """
    squeezed, places = _squeezed(page)
    lines = [line for line in clause.split("\n") if line.strip()]
    if len(lines) == 1 and (spans := _spans(squeezed, lines[0])):
        return _lines(page, places, spans[0])
    sure: list[Box] = []
    unsure: list[list[Box]] = []
    for line in lines:
        pieces = [line] if _spans(squeezed, line) else _PIECE.findall(line)
        for piece in dict.fromkeys(pieces):
            spans = _spans(squeezed, piece)
            if len(spans) == 1 and len(_squeeze(piece)) >= _SHORTEST_PIECE:
                sure += _lines(page, places, spans[0])
            elif spans:
                unsure.append([box for span in spans for box in _lines(page, places, span)[:1]])
    if not sure:
        return []
    level = sum(box[1] + box[3] for box in sure) / (2 * len(sure))
    nearest = (min(boxes, key=lambda box: abs((box[1] + box[3]) / 2 - level)) for boxes in unsure)
    top, bottom = min(box[1] for box in sure), max(box[3] for box in sure)
    return sure + [box for box in nearest if box[3] > top and box[1] < bottom]


def row_values(row: str) -> str:
    """Return the values of a table row that is written 表头：值；表头：值, one a line."""
    return "\n".join(part.partition("：")[2] or part for part in row.split("；"))


def _squeeze(text: str) -> str:
    return "".join(_normal(char) for char in text if not _is_gap(char))


def _is_gap(char: str) -> bool:
    return char.isspace() or unicodedata.category(char)[0] == "C"


def _normal(char: str) -> str:
    folded = unicodedata.normalize("NFKC", char).casefold()
    return folded if len(folded) == 1 else char


def _squeezed(page: PageText) -> tuple[str, list[int]]:
    """Return the text without white space, and the place of each of its characters."""
    places = [i for i, char in enumerate(page.text) if not _is_gap(char)]
    return "".join(_normal(page.text[i]) for i in places), places


def _spans(squeezed: str, word: str) -> list[tuple[int, int]]:
    wanted = _squeeze(word)
    spans: list[tuple[int, int]] = []
    at = squeezed.find(wanted) if wanted else -1
    while at >= 0:
        spans.append((at, at + len(wanted)))
        at = squeezed.find(wanted, at + len(wanted))
    return spans


def _lines(page: PageText, places: list[int], span: tuple[int, int]) -> list[Box]:
    """Return one box for each line that the span covers."""
    lines: list[Box] = []
    for place in places[span[0] : span[1]]:
        box = page.boxes[place]
        if box[2] <= box[0]:
            continue
        if lines and _goes_on(lines[-1], box):
            last = lines[-1]
            lines[-1] = (
                min(last[0], box[0]),
                min(last[1], box[1]),
                max(last[2], box[2]),
                max(last[3], box[3]),
            )
        else:
            lines.append(box)
    return lines


def _goes_on(line: Box, box: Box) -> bool:
    """Tell whether a character stands beside the line's end; pages may be rotated."""
    high, wide = box[3] - box[1], box[2] - box[0]
    across = min(line[2], box[2]) - max(line[0], box[0])
    down = min(line[3], box[3]) - max(line[1], box[1])
    beside = down >= _SAME_LINE * min(line[3] - line[1], high) and -across <= _GAP * wide
    below = across >= _SAME_LINE * min(line[2] - line[0], wide) and -down <= _SAME_LINE * high
    return beside or below
