"""Finding a region or category by typing: Chinese, full pinyin or initials, at any level."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.sounds import initials, syllables

MAX_TYPED = 80
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
