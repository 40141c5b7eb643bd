"""Names inside an OLE compound file (DOC, XLS, WPS, ET): just enough to know what it is."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = 512
_END = 0xFFFFFFFA  # this and above are no sector numbers
_ENTRY = 128
_MAX_ENTRIES = 20_000


@dataclass(frozen=True)
class _Entry:
    name: str
    left: int
    right: int
    child: int


def top_names(data: bytes) -> frozenset[str]:
    """Return the names of the streams and folders at the top of the file.

    A document embedded in another has its streams in a folder below, so the names at the top say
    what the file is.

    :raises ValueError: the file is cut off or its tables lead nowhere.
    """
    if len(data) < _HEADER or not data.startswith(MAGIC):
        raise ValueError("no compound file")
    entries = _entries(data)
    if not entries:
        raise ValueError("no directory")
    names: set[str] = set()
    seen: set[int] = set()
    waiting = [entries[0].child]
    while waiting:
        number = waiting.pop()
        if number in seen or number >= len(entries):
            continue
        seen.add(number)
        entry = entries[number]
        names.add(entry.name)
        waiting += [entry.left, entry.right]
    return frozenset(names)


def _entries(data: bytes) -> list[_Entry]:
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        raise ValueError("unknown sector size")
    size = 1 << shift
    fat = _fat(data, size)
    sector = struct.unpack_from("<I", data, 48)[0]
    entries: list[_Entry] = []
    seen: set[int] = set()
    while sector < _END and len(entries) < _MAX_ENTRIES:
        if sector in seen:
            raise ValueError("the directory runs in a circle")
        seen.add(sector)
        block = _sector(data, sector, size)
        entries += [_entry(block[at : at + _ENTRY]) for at in range(0, size, _ENTRY)]
        if sector >= len(fat):
            raise ValueError("the directory is cut off")
        sector = fat[sector]
    return entries


def _fat(data: bytes, size: int) -> list[int]:
    """Return the table that names the sector after each sector."""
    places = list(struct.unpack_from("<109I", data, 76))
    more, count = struct.unpack_from("<2I", data, 68)
    for _ in range(min(count, len(data) // size)):
        if more >= _END:
            break
        numbers = struct.unpack(f"<{size // 4}I", _sector(data, more, size))
        places += numbers[:-1]
        more = numbers[-1]
    table: list[int] = []
    for place in places:
        if place < _END:
            table += struct.unpack(f"<{size // 4}I", _sector(data, place, size))
    return table


def _sector(data: bytes, number: int, size: int) -> bytes:
    start = (number + 1) * size
    block = data[start : start + size]
    if len(block) < size:
        raise ValueError("a sector is missing")
    return block


def _entry(raw: bytes) -> _Entry:
    length = struct.unpack_from("<H", raw, 64)[0]
    name = raw[: max(min(length, 64) - 2, 0)].decode("utf-16-le", errors="replace")
    left, right, child = struct.unpack_from("<3I", raw, 68)
    return _Entry(name, left, right, child)
