"""What is wrong with a set of record files, value by value."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.errors import InvalidInput

MOST_KEPT = 500


@dataclass(frozen=True)
class Fault:
    """A value that cannot be taken: where it stands, what it is, and what was expected.

    ``row`` counts as a spreadsheet shows it: the header is row 1. ``column`` is empty when the
    whole row or file is at fault.
    """

    file: str
    row: int
    column: str
    value: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.file} 第 {self.row} 行" if self.row else self.file
        if self.column:
            place += f" {self.column} 列"
        found = f"现为“{self.value}”" if self.value else "现为空"
        return f"{place}：{found}，应为{self.expected}"


class RecordFaults(InvalidInput):
    """Raised when a set of record files is refused whole; ``faults`` holds the first of them."""

    code = "invalid_records"

    def __init__(self, faults: Sequence[Fault], count: int) -> None:
        shown = f"，下面是前 {len(faults)} 处" if count > len(faults) else ""
        super().__init__(f"记录文件有 {count} 处不对，整组没有导入{shown}")
        self.faults = tuple(faults)
        self.count = count


class FaultList:
    """Collects faults; keeps the first ones and counts all."""

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        self.most_kept = most_kept
        self.kept: list[Fault] = []
        self.count = 0

    def add(self, file: str, row: int, column: str, value: object, expected: str) -> None:
        """Note a fault; long values are cut, so that no whole letter stands in a message."""
        self.count += 1
        if len(self.kept) < self.most_kept:
            self.kept.append(Fault(file, row, column, _short(value), expected))

    def raise_any(self) -> None:
        """Refuse the set when anything was noted.

        :raises RecordFaults: with what was noted.
        """
        if self.count:
            raise RecordFaults(self.in_order(), self.count)

    def in_order(self) -> list[Fault]:
        """What was kept, file by file as they were read, row by row."""
        files = list(dict.fromkeys(one.file for one in self.kept))
        return sorted(self.kept, key=lambda one: (files.index(one.file), one.row))


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 40 else text[:40] + "…"
