"""Invented matters of an invented city (沅州市) for measuring the conflict radar.

Nothing here is taken from a real document. A matter is what two units write about: its names, for
whom it is, and what can be told of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Matter:
    """:ivar names: ways of naming it; :ivar who: whom it is for; :ivar does: what one does for it.

    :ivar sums: (what the money is called, unit of time or "", amounts a clerk might write).
    """

    names: tuple[str, ...]
    who: str
    does: str
    owner: str
    other: str
    sums: tuple[tuple[str, str, tuple[int, ...]], ...] = ()
    fee: tuple[int, ...] = ()
    days: tuple[int, ...] = (5, 7, 10, 15, 20)
    papers: tuple[str, ...] = ()
    ages: tuple[int, ...] = ()
    paid: tuple[int, ...] = ()
    shares: tuple[tuple[str, tuple[int, ...]], ...] = ()
    valid: tuple[int, ...] = ()
    groups: tuple[str, ...] = field(default=())
