"""Finding a region or category by typing (Chinese, full pinyin or initials, at any level), and the
region that a place names."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.sounds import initials, syllables

MAX_TYPED = 80
NOT_KNOWN = "不详"  # a region that a person leaves open, whatever the place says
# What may stand before the name of a region: 家住柳荫街道, 位于汀南区, 汀南区和汀北区.
_BEFORE = frozenset("在住于到往和与及省市")
_DENIED = re.compile(r"(?:不[在是住属]|非|除(?!夕))\w*")  # 不在汀南区，在外地
# How well a path answers what was typed; lower is better.
_SAME, _BEGINS, _INITIALS, _SOUNDS, _CONTAINS, _ACROSS = range(6)


@dataclass(frozen=True)
class _Known:
    """A path as it may be typed: by its own name (``leaf``) or together with those above it."""

    path: str
    leaf: str
    whole: str
    leaf_initials: str
    whole_initials: str
    leaf_sound: str


@lru_cache(maxsize=16)
def _known(paths: tuple[str, ...]) -> tuple[_Known, ...]:
    made = []
    for path in paths:
        parts = path.split("/")
        first_letters = [initials(part) for part in parts]
        made.append(
            _Known(
                path,
                parts[-1],
                "".join(parts),
                first_letters[-1],
                "".join(first_letters),
                "".join(syllables(parts[-1])),
            )
        )
    return tuple(made)


def find_paths(paths: Sequence[str], typed: str, limit: int = 8) -> list[str]:
    """The paths that may be meant, best first; nothing typed gives the first ones.

    :param paths: ``一级/二级/三级``, every parent before its children.
    """
    wanted = _plain(typed)
    if not wanted:
        return list(paths[:limit])
    ranked = [
        (rank, known.path.count("/"), at, known.path)
        for at, known in enumerate(_known(tuple(paths)))
        if (rank := _rank(known, wanted)) is not None
    ]
    return [path for *_, path in sorted(ranked)[:limit]]


def meant(paths: Sequence[str], typed: str) -> str:
    """The one path a person typed: whole, by its own name, or by its initials; else empty.

    A name that stands in two places means neither.
    """
    if typed in paths:
        return typed
    wanted = _plain(typed)
    for attribute in ("leaf", "whole", "leaf_initials"):
        found = [one.path for one in _known(tuple(paths)) if getattr(one, attribute) == wanted]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


def region_of(paths: Sequence[str], typed: str, place: str, city: str = "") -> str:
    """The region that was chosen, else the one the place names; none where a person said that it
    is not known, whatever the place says."""
    if typed.strip() == NOT_KNOWN:
        return ""
    return meant(paths, typed) or named_in(paths, place, city)


def named_in(paths: Sequence[str], place: str, city: str = "") -> str:
    """The one path that a place names by its own name, the deepest; empty where that is unsure.

    Only a name that begins the place, follows another name or a word like 在 counts: 汀南区 in
    新汀南区广场 is no region. Two places that are none within the other mean neither.

    :param city: the city's name, which may stand before all others.
    """
    place = "".join(place.split())
    names = {_leaf(path) for path in paths}
    said = _said(place, {name for name in names if len(name) > 1} | ({city} if city else set()))
    found = [path for path in paths if _leaf(path) in said]
    # 清和里社区 stands in two streets; the one whose street or district is said as well is meant.
    told = {path: sum(part in said for part in path.split("/")[:-1]) for path in found}
    most = {
        _leaf(path): max(told[one] for one in found if _leaf(one) == _leaf(path)) for path in found
    }
    found = [path for path in found if told[path] == most[_leaf(path)]]
    deepest = [path for path in found if not any(one.startswith(f"{path}/") for one in found)]
    return deepest[0] if len(deepest) == 1 else ""


def _leaf(path: str) -> str:
    return path.rpartition("/")[2]


def _said(place: str, names: Collection[str]) -> set[str]:
    """The names that stand in a place with nothing but other names, or a break, before them."""
    said: set[str] = set()
    is_open, at = True, 0
    while at < len(place):
        starting = (name for name in names if is_open and place.startswith(name, at))
        if here := max(starting, key=len, default=""):
            said.add(here)
            at += len(here)
        elif denied := _DENIED.match(place, at):
            is_open, at = False, denied.end()
        else:
            is_open = place[at] in _BEFORE or not place[at].isalnum()
            at += 1
    return said


def _plain(typed: str) -> str:
    return "".join(typed[:MAX_TYPED].replace("/", "").split()).casefold()


def _rank(known: _Known, wanted: str) -> int | None:
    if wanted in (known.leaf, known.whole):
        return _SAME
    if known.leaf.startswith(wanted):
        return _BEGINS
    if known.leaf_initials.startswith(wanted):
        return _INITIALS
    if known.leaf_sound.startswith(wanted):
        return _SOUNDS
    if wanted in known.whole or wanted in known.whole_initials:
        return _CONTAINS
    # 汀南清和里 for 汀南区/柳荫街道/清和里社区: every character, in this order.
    if not wanted.isascii() and _stands_in_order(wanted, known.whole):
        return _ACROSS
    return None


def _stands_in_order(wanted: str, whole: str) -> bool:
    rest = iter(whole)
    return all(character in rest for character in wanted)
