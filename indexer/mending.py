"""A run of characters with its slips mended, which still knows what was typed where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .corrections import Repair


@dataclass(frozen=True)
class Mended:
    """:param text: the run as it is read.

    `typed` holds, for each character of it, what was typed in its place; `factors` how surely
    (1.0 where nothing was mended).
    """

    text: str
    typed: tuple[str, ...]
    factors: tuple[float, ...]

    def typed_for(self, start: int, end: int) -> str:
        return "".join(self.typed[start:end])

    def factor(self, start: int, end: int) -> float:
        return min(self.factors[start:end])


def mend(run: str, repairs: Sequence[Repair]) -> Mended:
    """Put the repairs, in order and without overlap, into the run."""
    text: list[str] = []
    typed: list[str] = []
    factors: list[float] = []

    def keep(part: str) -> None:
        text.append(part)
        typed.extend(part)
        factors.extend([1.0] * len(part))

    at = 0
    for repair in repairs:
        keep(run[at : repair.start])
        text.append(repair.read_as)
        # A word of another length was typed as a whole in the place of its first character.
        same_length = len(repair.typed) == len(repair.read_as)
        typed.extend(
            repair.typed if same_length else [repair.typed, *[""] * (len(repair.read_as) - 1)]
        )
        factors.extend([repair.factor] * len(repair.read_as))
        at = repair.end
    keep(run[at:])
    return Mended("".join(text), tuple(typed), tuple(factors))
