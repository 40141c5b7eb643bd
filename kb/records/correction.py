"""A refused record set as one workbook to correct and send back: what is wrong stands beside."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from kb.records.columns import FILES
from kb.records.faults import Fault
from kb.records.layout import FAULT_LIST, in_given_names, title_of
from kb.records.reading import HISTORY
from kb.xlsx import workbook

PROBLEM = "问题"


def correction_workbook(folder: Path, faults: Sequence[Fault]) -> bytes:
    """The bytes of an XLSX file: a list of what is wrong, then every table with a 问题 column.

    The list is no record file and is left out when the workbook comes back.

    :param folder: where the record files were laid out.
    """
    by_place: dict[tuple[str, int], list[str]] = {}
    for fault in faults:
        where = f"{fault.column}：" if fault.column else ""
        by_place.setdefault((fault.file, fault.row), []).append(
            f"{where}现为“{fault.value}”，应为{in_given_names(fault.expected)}"
        )
    head = ("表", "行", "列", "现在的值", "应该是")
    rows = [
        (
            title_of(one.file),
            str(one.row or ""),
            one.column,
            one.value,
            in_given_names(one.expected),
        )
        for one in faults
    ]
    sheets: list[tuple[str, Sequence[Sequence[str]]]] = [(FAULT_LIST, [head, *rows])]
    for name in FILES:
        for shown in (name, f"{HISTORY}/{name}"):
            path = folder / shown
            if path.exists():
                sheets.append((title_of(shown), _with_problems(path, shown, by_place)))
    return workbook(sheets)


def _with_problems(
    path: Path, shown: str, by_place: dict[tuple[str, int], list[str]]
) -> list[list[str]]:
    text = path.read_text("utf-8")
    found: list[list[str]] = []
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline="")), start=1):
        said = PROBLEM if number == 1 else "；".join(by_place.get((shown, number), ()))
        found.append([*cells, said] if cells else [])
    return found
