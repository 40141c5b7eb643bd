"""Where the marks of a page go, as rectangles on the picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from docs_import.page_text import Box, PageText, find_clause, find_words


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


def marks_of(text: PageText, size: tuple[int, int], clause: str, words: Sequence[str]) -> Marks:
    """The marks of a page. Where the clause is found, words count inside of it only.

    :param size: width and height of the page as it is shown, in pixels.
    """
    lines = find_clause(text, clause) if clause else []
    found = find_words(text, words)
    if lines:
        found = [box for box in found if any(_inside(box, line) for line in lines)]
    return Marks(*(tuple(_mark(box, size) for box in boxes) for boxes in (lines, found)))


def _inside(box: Box, line: Box) -> bool:
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return line[0] <= middle[0] <= line[2] and line[1] <= middle[1] <= line[3]


def _mark(box: Box, size: tuple[int, int]) -> Mark:
    left, top = round(box[0] * size[0]), round(box[1] * size[1])
    right, bottom = round(box[2] * size[0]), round(box[3] * size[1])
    return Mark(left, top, right - left, bottom - top)
