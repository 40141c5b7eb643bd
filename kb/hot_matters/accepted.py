"""What a bulletin prints of a hot matter that an editor accepted."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """So many requests of a matter belong to this unit, district or category."""

    name: str
    count: int


@dataclass(frozen=True)
class AcceptedMatter:
    """A hot matter of a period, under the name an editor gave it.

    :ivar count: its requests in the period; ``previous`` those in the preceding period of equal
        kind, ``None`` when that was never looked at.
    :ivar wording: how people say it: a masked title of one of its requests; "" when every one
        is confidential.
    :ivar units, categories, districts: the parts, largest first.
    :ivar is_bursting: it stands out from the periods before (突增).
    :ivar numbers: the numbers of its requests, in the order they were entered.
    """

    name: str
    count: int
    previous: int | None
    units: tuple[Part, ...]
    wording: str
    categories: tuple[Part, ...]
    districts: tuple[Part, ...]
    numbers: tuple[str, ...] = ()
    is_bursting: bool = False
