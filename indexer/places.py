"""Which place (地方) a document is of: its own city's rules answer a caller, another city's do not.

Nothing is configured: the places that a collection is about are those its issuing authorities
name. A document whose title names another place is held back, unless the question names it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东"
    "|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_LEVELS = "特别行政区|自治区|自治州|自治县|省|市|县|区|盟"
_NAME = f"(?:{_PROVINCES})(?:{_LEVELS})?|[^\\W\\d_关于对本全各我在的和及与]{{2,4}}?(?:{_LEVELS})"
# 2026年…, 中国（…）: what may stand before the place in a title.
_LEADING = re.compile(rf"(?:\d{{4}}年度?|中国\(|《)?({_NAME})")
_PLACE = re.compile(_NAME)
_COMMON = re.compile(
    "(?:小|社|地|园|景|校|特|灾|城|市|郊|片|辖|库|牧|林|矿|山|试验|开发)区$|(?:城|超|上|集|夜|门|都|股)市$"
)
_LEVEL_AT_END = re.compile(f"(?:{_LEVELS})$")
# What an authority that names no place is of: the state, or plainly 市财政局.
NOWHERE_ELSE = "*"
HOME_SHARE = 0.02  # of the items whose authority names a place


def place_of(title: str) -> str:
    """The place at the beginning of a normalised title, without its level; "" for none."""
    found = _LEADING.match(title)
    return "" if found is None or _COMMON.search(found[1]) else _stem(found[1])


def places_of(authority: str) -> tuple[str, ...]:
    """The places a normalised authority begins with, largest first: 甲省乙市丙局 → 甲, 乙.

    NOWHERE_ELSE for one that names none; nothing for no authority.
    """
    places = []
    at = 0
    while (found := _PLACE.match(authority, at)) and not _COMMON.search(found[0]):
        places.append(_stem(found[0]))
        at = found.end()
    return tuple(places) or ((NOWHERE_ELSE,) if authority else ())


def _stem(place: str) -> str:
    return _LEVEL_AT_END.sub("", place) if len(place) > 2 else place


def unnamed_regions(regions: Sequence[str], asked: str) -> NDArray[np.bool_]:
    """For each text of regions, whether it restricts to some and the question names none of them.

    :param regions: as in `ItemRecord.region`: names with spaces between, or "" for everywhere.
    """
    named = [any(_stem(region) in asked for region in text.split()) for text in regions]
    known = zip(regions, named, strict=True)
    return np.array([bool(text) and not is_named for text, is_named in known], np.bool_)


def home_of(origins: Mapping[str, int]) -> frozenset[str]:
    """The places a collection is about.

    :param origins: places of an authority, joined by spaces -> number of its items.
    """
    counts: dict[str, int] = {}
    for origin, count in origins.items():
        for place in origin.replace(NOWHERE_ELSE, "").split():
            counts[place] = counts.get(place, 0) + count
    named = sum(count for origin, count in origins.items() if origin.strip(NOWHERE_ELSE))
    return frozenset(place for place, count in counts.items() if count >= HOME_SHARE * named)


class Places:
    """Which items of one collection are of its own place, and which are about another.

    :param places, origins: the texts that the codes stand for, in the order of the codes.
    :param place_codes, origin_codes: per item, of its title and of its authority.
    """

    def __init__(
        self,
        places: Sequence[str],
        place_codes: NDArray[np.int32],
        origins: Sequence[str],
        origin_codes: NDArray[np.int32],
        live: NDArray[np.bool_],
    ) -> None:
        counts = np.bincount(origin_codes[live], minlength=len(origins))
        home = home_of(dict(zip(origins, counts.tolist(), strict=True)))
        away = [bool(home) and bool(place) and place not in home for place in places]
        near = home | {NOWHERE_ELSE}
        ours = [not near.isdisjoint(origin.split()) for origin in origins]
        self._places = places
        self._codes = place_codes
        self._own = np.array(ours, np.bool_)[origin_codes]
        self._away = np.array(away, np.bool_)[place_codes] & ~self._own

    def own(self, items: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which of the items an authority of the collection's own place or of the state issued."""
        return self._own[items]

    def elsewhere(self, items: NDArray[np.int32], asked: str) -> NDArray[np.bool_]:
        """Which of the items are about a place that is neither the collection's nor asked for."""
        away = self._away[items]
        for code in np.unique(self._codes[items[away]]):
            if self._places[code] in asked:
                away &= self._codes[items] != code
        return away
