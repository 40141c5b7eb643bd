"""One page: recognised, levelled, put in reading order, its doubts marked."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING, Any

from docs_import.clean import clean_text
from docs_import.document import ReadLine
from docs_import.ocr.doubts import confidence, doubtful_spans, mended
from docs_import.ocr.reading_order import reading_order
from docs_import.ocr.straight import Box, lean, level

if TYPE_CHECKING:  # importing the engine loads the extra
    from docs_import.ocr.engine import SeenLine

# Below this a box is a smudge, a logo or the rim of a stamp rather than writing.
_NO_TEXT_BELOW = 0.4


@dataclass(frozen=True)
class ReadPage:
    """What was recognised on a page.

    :ivar number: from 1.
    :ivar turned: degrees clockwise, 0 to 360, that make the picture upright and level.
    :ivar width: of the upright page in pixels; `height` likewise.
    :ivar lines: in reading order, boxes as fractions of the upright page.
    """

    number: int
    turned: float
    width: int
    height: int
    lines: tuple[ReadLine, ...]

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> ReadPage:
        """Rebuild from `dataclasses.asdict`; an unknown key raises TypeError."""
        return cls(**(data | {"lines": tuple(ReadLine.from_dict(line) for line in data["lines"])}))


def arranged(number: int, quarters: int, width: int, height: int, seen: list[SeenLine]) -> ReadPage:
    """Make a page of what the engine saw.

    :param quarters: quarter turns clockwise that made the picture upright.
    :param width: of the upright picture in pixels; `height` likewise.
    """
    seen = [line for line in seen if mean(line.chances) >= _NO_TEXT_BELOW]
    degrees = lean([line.corners for line in seen])
    boxes = [level(line.corners, degrees, width, height) for line in seen]
    order = reading_order(boxes, [len(line.text) for line in seen])
    lines = tuple(
        read for place in order if (read := _line(number, seen[place], boxes[place], width, height))
    )
    return ReadPage(number, (quarters * 90 - degrees) % 360, width, height, lines)


def _line(number: int, seen: SeenLine, box: Box, width: int, height: int) -> ReadLine | None:
    """The line without spaces at its ends; None when nothing else is in it."""
    text = mended(clean_text(seen.text)[0])
    if len(text) != len(seen.chances):  # an invisible character went: its chance is unknown
        chances: tuple[float, ...] = (mean(seen.chances),) * len(text)
    else:
        chances = seen.chances
    start = len(text) - len(text.lstrip())
    text = text.strip()
    if not text:
        return None
    chances = chances[start : start + len(text)]
    return ReadLine(
        number,
        (
            round(box.left / width, 4),
            round(box.top / height, 4),
            round(box.right / width, 4),
            round(box.bottom / height, 4),
        ),
        text,
        confidence(text, chances),
        doubtful_spans(text, chances),
    )
