"""更正: what reads differently in a corrected edition, figure by figure and section by section."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from kb.bulletins.issuing.assembling import from_stored
from kb.bulletins.issuing.keeping import printed_of
from kb.bulletins.issuing.outline import PARTS
from kb.bulletins.issuing.parts import Bulletin, Figure, Section
from kb.bulletins.naming import name_of

_HEADINGS = {part.key: part.heading for part in PARTS}
_HEAD = {"title": "标题", "issuer": "印发单位"}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    """Every printed figure that reads differently in a corrected edition."""
    was, now = _printed_figures(printed_of(before)), _printed_figures(from_stored(after))
    return [
        {
            "address": address,
            "name": name_of(address),
            "before": was.get(address, "—"),
            "after": now.get(address, "—"),
        }
        for address in dict.fromkeys((*was, *now))
        if was.get(address) != now.get(address)
    ]


def _printed_figures(bulletin: Bulletin) -> dict[str, str]:
    """The first way each figure is printed: a table may repeat it with more decimals."""
    found: dict[str, str] = {}
    for figure in bulletin.figures():
        found.setdefault(figure.address, figure.text)
    return found


def reworded(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What else reads differently: the head, texts that people wrote, sections in or out.

    Draft sentences follow the figures, which are told one by one.
    """
    was, now = printed_of(before), from_stored(after)
    written = {
        key
        for edits in (before["edits"], after["edits"])
        for key, one in edits.items()
        if one.get("text") is not None
    }
    return [*_head(was, now), *_sections(was, now, written)]


def _head(was: Bulletin, now: Bulletin) -> Iterator[str]:
    for name, word in _HEAD.items():
        old, new = getattr(was.header, name), getattr(now.header, name)
        if old != new:
            yield f"{word}原为“{old}”，现为“{new}”"
    if was.header.copies != now.header.copies:
        yield "抄送有改动"


def _sections(was: Bulletin, now: Bulletin, written: Collection[str]) -> Iterator[str]:
    old, new = _words(was), _words(now)
    for key in dict.fromkeys((*old, *new)):
        heading = _HEADINGS.get(key, key)
        if key not in new:
            yield f"不再印“{heading}”一节"
        elif key not in old:
            yield f"增加“{heading}”一节"
        elif key in written and old[key] != new[key]:
            yield f"“{heading}”的文字有改动"


def _words(bulletin: Bulletin) -> dict[str, list[str]]:
    """The words of each section; a figure stands for itself, whatever number it has."""
    sections = (one for one in bulletin.sections if one.key != "changes")
    return {one.key: list(_lines(one)) for one in sections}


def _lines(section: Section) -> Iterator[str]:
    for paragraph in section.paragraphs:
        yield "".join(
            f"{{{piece.address}}}" if isinstance(piece, Figure) else piece
            for piece in paragraph.pieces
        )
