"""What is wrong with a set of figures, number by number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kb.bulletins.naming import name_of
from kb.errors import InvalidInput


@dataclass(frozen=True)
class Fault:
    """A number that does not fit: where it stands, what it says, what it should be and why.

    :ivar address: its address (kb.bulletins.addresses).
    :ivar records: numbers of records behind it, the first of them.
    :ivar words: the whole sentence, where it is no question of one number or another.
    """

    address: str
    said: Any
    expected: str
    why: str
    records: tuple[str, ...] = ()
    words: str = ""

    @property
    def sentence(self) -> str:
        """What is wrong, for people."""
        if self.words:
            return self.words
        said = f"通报里是 {_shown(self.said)}，应为 {self.expected}（{self.why}）"
        return f"{name_of(self.address)}：{said}"

    def __str__(self) -> str:
        shown = f"；涉及 {'、'.join(self.records)}" if self.records else ""
        return f"{self.sentence}{shown}"


def _shown(value: Any) -> str:
    return "空" if value is None else str(value)


class FiguresRefused(InvalidInput):
    """Raised when figures contradict one another or their records; ``faults`` names them."""

    code = "figures_refused"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"有 {len(faults)} 处对不上，没有印发。{faults[0]}")
        self.faults = tuple(faults)
