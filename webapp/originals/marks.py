"""Where the marks of a page go, as rectangles on the picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from docs_import.page_text import Box, find_clause, find_words
from kb.services.page_images import KeptPage


@dataclass(frozen=True)
class Mark:
    """A rectangle in pixels of the picture."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Marks:
    """What is marked: the lines of the clause, and the words that were asked."""

    clause: tuple[Mark, ...]
    words: tuple[Mark, ...]

    def __bool__(self) -> bool:
        return bool(self.clause or self.words)


def marks_of(kept: KeptPage, clause: str, words: Sequence[str]) -> Marks:
    """The marks of a page. Where the clause is found, words count inside of it only."""
    lines = find_clause(kept.text, clause) if clause else []
    found = find_words(kept.text, words)
    if lines:
        found = [box for box in found if any(_inside(box, line) for line in lines)]
    return Marks(*(tuple(_mark(box, kept) for box in boxes) for boxes in (lines, found)))


def _inside(box: Box, line: Box) -> bool:
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return line[0] <= middle[0] <= line[2] and line[1] <= middle[1] <= line[3]


def _mark(box: Box, kept: KeptPage) -> Mark:
    left, top = round(box[0] * kept.width), round(box[1] * kept.height)
    right, bottom = round(box[2] * kept.width), round(box[3] * kept.height)
    return Mark(left, top, right - left, bottom - top)
