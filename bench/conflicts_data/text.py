"""One entry of a pair, and a pair."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Text:
    """One entry of a pair, as a unit would send it."""

    title: str
    body: str
    unit: str
    kind: str = "qa"
    facts: dict[str, Any] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    supersedes_other: bool = False


@dataclass(frozen=True)
class Pair:
    """:ivar planted: the attribute that differs, or "" for a clean pair; :ivar sort: of pair."""

    left: Text
    right: Text
    planted: str
    sort: str
    matter: str
