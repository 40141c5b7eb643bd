"""Open headings: which one ends another, and what a path calls them."""

from __future__ import annotations

from dataclasses import dataclass

from docs_import.numbering import Rank

MAX_LABEL = 40


@dataclass(frozen=True)
class Heading:
    """A heading or question that is open: its label, and its number's rank or its level."""

    label: str
    rank: Rank | None
    level: int | None


def ends(open_heading: Heading, rank: Rank | None, level: int | None) -> bool:
    """Tell whether a new heading closes an open one."""
    if open_heading.rank is not None and rank is not None:
        return open_heading.rank >= rank
    if open_heading.level is not None and level is not None:
        return open_heading.level >= level
    # A plain heading the author marked outranks numbers found in running text.
    return open_heading.level is None and level is not None


def label_of(text: str, limit: int = MAX_LABEL) -> str:
    """The heading's words as they stand in a path, cut at ``limit`` characters."""
    label = " ".join(text.split()).rstrip("：:。").replace(">", "〉")
    return label if len(label) <= limit else label[: limit - 1] + "…"
