"""How a page picture lies on the screen: upright and level, with the boxes of its lines."""

import math
from dataclasses import dataclass

from docs_import.page_text import PageText, spread
from kb.models import ScanLine, ScanPage

# Of a page that was not recognised: A4, only to keep room before the picture is there.
_A4 = (1240, 1754)


@dataclass(frozen=True)
class Sheet:
    """The frame in units of the recognised picture, and how the picture is put into it."""

    width: int
    height: int
    image_width: int
    image_height: int
    transform: str


def sheet_of(page: ScanPage, turned_by_hand: int = 0) -> Sheet:
    """The upright page of a picture that may lie on its side and a little askew.

    :param turned_by_hand: degrees clockwise, for a picture that nothing has turned upright.
    """
    width, height = (page.width, page.height) if page.width else _A4
    turned = page.turned + turned_by_hand
    across, down = (height, width) if round(turned / 90) % 2 else (width, height)
    turn = f"translate({width / 2:g} {height / 2:g}) rotate({turned:.3f})"
    return Sheet(width, height, across, down, f"{turn} translate({-across / 2:g} {-down / 2:g})")


def box_of(line: ScanLine, sheet: Sheet) -> tuple[float, float, float, float]:
    """x, y, width and height of a line's box in the frame, a little larger than the writing."""
    left, top, right, bottom = line.box
    room = math.ceil(sheet.height / 400)
    return (
        round(left * sheet.width - room, 1),
        round(top * sheet.height - room, 1),
        round((right - left) * sheet.width + 2 * room, 1),
        round((bottom - top) * sheet.height + 2 * room, 1),
    )


def text_of(page: ScanPage) -> PageText:
    """The recognised lines as people corrected them, with the places of their characters."""
    return spread(
        (
            (line.box[0], line.box[1], line.box[2], line.box[3]),
            line.text if line.corrected is None else line.corrected,
        )
        for line in page.lines
    )
