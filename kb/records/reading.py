"""A folder of record files → rows of checked values, or every fault in them."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.records.columns import FILES, Column, Value
from kb.records.faults import FaultList

HISTORY = "history"
_NEEDED = ("units.csv", "requests.csv", "work_orders.csv")
# One value may be 5,000 characters; a field beyond this is an unclosed quotation mark.
_LONGEST_FIELD = 200_000
_REPORT_EVERY = 5000

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Row:
    """A row of a record file: where it stands and its values by column.

    A row with faults has only the values that could be read.
    """

    file: str
    row: int
    values: Mapping[str, Value]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def knows(self, *names: str) -> bool:
        """Tell whether these values could be read."""
        return all(name in self.values for name in names)


@dataclass
class RecordSet:
    """The rows of one set, of earlier periods (``history/``) too.

    ``new_units``, once checked, counts the units that the system does not have yet. ``notes`` say
    what of the files is not taken though nothing is wrong with it. ``damaged`` are
    the rows with faults by the name of their file: what of them was read is checked with the rest,
    so that a person sees all that is wrong with a row at once. ``broken`` are the keys of these
    rows, so that one fault does not make more of the rows that name them; ``unread`` the files
    whose keys are not all known.
    """

    units: list[Row] = field(default_factory=list)
    requests: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    call_counts: list[Row] = field(default_factory=list)
    new_units: int = 0
    notes: list[str] = field(default_factory=list)
    damaged: dict[str, list[Row]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)

    def rows_of(self, name: str) -> list[Row]:
        """The rows read from the files of this name."""
        return {
            "units.csv": self.units,
            "requests.csv": self.requests,
            "work_orders.csv": self.orders,
            "call_counts.csv": self.call_counts,
        }[name]

    def all_of(self, name: str, *known: str) -> list[Row]:
        """The rows of a file, with faults or without, of which these values could be read."""
        damaged = [row for row in self.damaged.get(name, ()) if row.knows(*known)]
        return [*self.rows_of(name), *damaged]


def read_records(
    folder: Path, faults: FaultList, progress: Progress = lambda *_: None
) -> RecordSet:
    """Read the files of a folder and of its ``history/``.

    Faults are noted, not raised, so that a person sees all of them at once.

    :param progress: told the file and the number of its kind read so far.
    """
    records = RecordSet()
    for name, columns in FILES.items():
        for shown in (name, f"{HISTORY}/{name}"):
            if (folder / shown).exists():
                _RecordFile(shown, columns, records, faults).take(folder / shown, name, progress)
            elif shown in _NEEDED:
                records.unread.add(name)
                first, second = (column.name for column in columns[:2])
                expected = f"一张表头有 {first}、{second} 等列的表；几张表要一起导入"
                faults.add(shown, 0, "", "没有这张表", expected)
    return records


@dataclass(frozen=True)
class _RecordFile:
    shown: str
    columns: tuple[Column, ...]
    records: RecordSet
    faults: FaultList

    def take(self, path: Path, name: str, progress: Progress) -> None:
        target = self.records.rows_of(name)
        for row in self._rows(path):
            target.append(row)
            if len(target) % _REPORT_EVERY == 0:
                progress(self.shown, len(target))
        progress(self.shown, len(target))

    def _rows(self, path: Path) -> Iterator[Row]:
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            place = f"第 {error.start + 1} 个字节不是 UTF-8"
            self._note(0, "", place, "UTF-8 编码的文本；请另存为 UTF-8")
            self.records.unread.add(path.name)
            return
        csv.field_size_limit(_LONGEST_FIELD)
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        # Rows are counted as a spreadsheet does: a line break inside a value makes no row.
        number = 1
        try:
            names = [cell.strip() for cell in next(reader, [])]
            fits = self._header_fits(names)
            for cells in reader:
                number += 1
                # What is wrong with the rows is told together with what is wrong with the header.
                if cells:
                    yield from self._row(cells, names, number, fits)
        except csv.Error:
            self._note(number + 1, "", "引号没有成对", "CSV 的一行；请检查这一行的引号")
            self.records.unread.add(self._name)

    def _header_fits(self, names: list[str]) -> bool:
        wanted = [column.name for column in self.columns]
        missing = [name for name in wanted if name not in names]
        twice = sorted({name for name in names if names.count(name) > 1})
        if missing:
            self._note(1, "", "缺少 " + "、".join(missing), "表头 " + ",".join(wanted))
        if twice:
            self._note(1, "", "、".join(twice) + " 出现两次", "不重复的表头")
        others = [name for name in names if name not in wanted]
        if others:
            self.records.notes.append(f"{self.shown} 的 {'、'.join(others)} 列没有导入")
        if wanted[0] in missing:
            self.records.unread.add(self._name)
        return not (missing or twice)

    @property
    def _name(self) -> str:
        return self.shown.rpartition("/")[2]

    def _row(self, cells: list[str], names: list[str], number: int, fits: bool) -> Iterator[Row]:
        given = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        values: dict[str, Value] = {}
        if len(cells) != len(names):
            self._note(number, "", f"{len(cells)} 列", f"与表头一样的 {len(names)} 列")
        else:
            values = self._values(given, number)
        row = Row(self.shown, number, values)
        if fits and len(values) == len(self.columns):
            yield row
        else:
            self.records.damaged.setdefault(self._name, []).append(row)
            self.records.broken.add(given.get(self.columns[0].name, ""))

    def _values(self, given: Mapping[str, str], number: int) -> dict[str, Value]:
        """The values that can be read; a fault is noted for each other one."""
        values: dict[str, Value] = {}
        for column in self.columns:
            if column.name in given:
                before = self.faults.count
                value = self._value(column, given[column.name], number)
                if self.faults.count == before:
                    values[column.name] = value
        return values

    def _value(self, column: Column, text: str, number: int) -> Value:
        if not text:
            if column.is_required:
                self._note(number, column.name, "", column.expected)
            return column.empty
        try:
            return column.read(text)
        except ValueError:
            self._note(number, column.name, text, column.expected)
            return column.empty

    def _note(self, number: int, column: str, value: str, expected: str) -> None:
        self.faults.add(self.shown, number, column, value, expected)
