"""分档 as a column: beside the rate that a city grades its units by, where it is printed."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.bulletins.dictionary import TOTALS
from kb.bulletins.issuing import parts
from kb.bulletins.issuing.parts import Cell, Column
from kb.bulletins.issuing.source import Row, Source

_NAMES = {"resolved_rate": "办结率"}


def rate_name(key: str) -> str:
    """What the rate that units are graded by is called."""
    return _NAMES.get(key) or TOTALS[key].name


@dataclass(frozen=True)
class Grading:
    """Whether a table has the column, and what is said below it: the bands, and who has none."""

    said: str = ""

    @classmethod
    def of(cls, source: Source, figures: Sequence[str], rows: Sequence[Row]) -> "Grading":
        """For a table with these figures of units; figures of before the bands were kept with
        them have none."""
        chosen = source.document["definitions"].get("grades")
        if chosen is None or chosen["of"] not in figures or not any(row["grade"] for row in rows):
            return cls()
        name = rate_name(chosen["of"])
        bands = "，".join(f"{band}{start}%及以上" for band, start in chosen["bands"][:-1])
        last = chosen["bands"][-1][0]
        told = f"分档按{name}：{bands}，其余{last}" if bands else f"分档按{name}：都是{last}"
        few = chosen["at_least"]
        return cls(f"{told}；工单不足{few}件的不分档。" if few else f"{told}。")

    @property
    def columns(self) -> tuple[Column, ...]:
        """The column, or none."""
        return (Column("分档", parts.TEXT),) if self.said else ()

    def cells(self, row: Row) -> tuple[Cell, ...]:
        """What stands in it."""
        return (Cell(row["grade"]),) if self.said else ()
