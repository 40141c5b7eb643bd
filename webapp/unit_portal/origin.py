"""The original as it was read, with a numbered pin where each value was recognised."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from markupsafe import Markup

from webapp.markup import render_body

FIELDS = (
    "title",
    "document_number",
    "issuing_authority",
    "issued_on",
    "valid_from",
    "valid_until",
)
# Read too, but chosen from a list or only shown: they get no number.
CHOICES = ("audience", "kind")
EXTRAS = {"published_on": "发布日期", "index_number": "索引号", "subject_words": "主题词"}
MAX_BLOCKS = 400
_PAGE = re.compile(r"<!-- page: (\d+) -->")
_PARAGRAPH = re.compile(r"正文第(\d+)段")
# A day that is worked out stands nowhere: what it was worked out from does.
_EVIDENCE = {
    "valid_from": re.compile(r"起(?:正式|开始)?(?:施行|实施|执行|生效|试行)"),
    "valid_until": re.compile(r"有效期|试行|(?:施行|实施|执行)期"),
}
_NOT_WORD = re.compile(r"[\s\\]+")


@dataclass(frozen=True)
class Pin:
    """A recognised value: its number on the page, where it was read, whether to look twice."""

    number: int
    name: str
    value: str
    where: str
    is_doubtful: bool


@dataclass(frozen=True)
class Part:
    """A run of the text; ``pins`` were read in it, ``page`` begins with it."""

    html: Markup
    pins: tuple[Pin, ...] = ()
    page: int | None = None


@dataclass(frozen=True)
class Origin:
    """The whole text, as far as it is shown."""

    parts: tuple[Part, ...]
    is_cut: bool


def pins_of(recognised: Mapping[str, Any]) -> dict[str, Pin]:
    """Field name → pin, numbered in the order of the form."""
    metadata = recognised.get("metadata") or {}
    found = [(name, metadata[name]) for name in FIELDS if metadata.get(name)]
    pins = {
        name: Pin(number, name, value["value"], value["where"], bool(value["doubtful"]))
        for number, (name, value) in enumerate(found, 1)
    }
    for name in CHOICES:
        if value := metadata.get(name):
            pins[name] = Pin(0, name, value["value"], value["where"], bool(value["doubtful"]))
    return pins


def extras_of(recognised: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What else the original says of itself: label, value, where it was read."""
    metadata = recognised.get("metadata") or {}
    return [
        (label, metadata[name]["value"], metadata[name]["where"])
        for name, label in EXTRAS.items()
        if metadata.get(name)
    ]


def origin_of(body: str, pins: Mapping[str, Pin]) -> Origin:
    """The body in parts; a paragraph with pins is a part of its own."""
    blocks = [block for block in re.split(r"\n{2,}", body.strip("\n")) if block.strip()]
    shown = blocks[:MAX_BLOCKS]
    texts = [block for block in shown if not _PAGE.fullmatch(block.strip())]
    places = _places(texts, pins)
    return Origin(tuple(_parts(shown, places)), len(blocks) > len(shown))


def _parts(blocks: list[str], places: Mapping[int, list[Pin]]) -> Iterator[Part]:
    waiting: list[str] = []
    page: int | None = None
    number = -1
    for block in blocks:
        mark = _PAGE.fullmatch(block.strip())
        if mark is None:
            number += 1
        here = places.get(number, []) if mark is None else []
        if (mark or here) and waiting:
            yield Part(_render(waiting), page=page)
            waiting, page = [], None
        if mark:
            page = int(mark[1])
        elif here:
            yield Part(_render([block]), tuple(here), page)
            page = None
        else:
            waiting.append(block)
    if waiting:
        yield Part(_render(waiting), page=page)


def _render(blocks: list[str]) -> Markup:
    return render_body("\n\n".join(blocks))


def _places(blocks: list[str], pins: Mapping[str, Pin]) -> dict[int, list[Pin]]:
    """Paragraph index → pins: where the value stands, nearest to where it was read.

    A pin whose evidence is nowhere in the text, because it was edited away, gets no place.
    """
    places: dict[int, list[Pin]] = {}
    bare = [_NOT_WORD.sub("", block) for block in blocks]
    for pin in pins.values():
        if not pin.number:
            continue
        stated = _PARAGRAPH.match(pin.where)
        near = int(stated[1]) - 1 if stated else 0
        order = sorted(range(len(bare)), key=partial(_distance, near))
        place = next((index for index in order if _shows(bare[index], pin)), None)
        if place is not None:
            places.setdefault(place, []).append(pin)
    return places


def _distance(near: int, index: int) -> int:
    return abs(index - near)


def _shows(text: str, pin: Pin) -> bool:
    parts = pin.value.split("-")
    if len(parts) == 3 and all(part.isdigit() for part in parts):
        year, month, day = (int(part) for part in parts)
        if f"{year}年{month}月{day}日" in text or pin.value in text:
            return True
        return pin.name in _EVIDENCE and bool(_EVIDENCE[pin.name].search(text))
    return _NOT_WORD.sub("", pin.value) in text
