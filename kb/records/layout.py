"""Uploaded tables → the record files they hold, as UTF-8 CSV under their own names.

A table is known by its header, so that it may be called anything and lie in any workbook; one
whose name says 往期 or history holds earlier periods.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from docs_import.errors import DocumentUnreadable
from docs_import.sheet_cells import read_cells
from kb.errors import InvalidInput
from kb.records.columns import FILES, TITLES
from kb.records.reading import HISTORY

_EARLIER = ("history", "往期", "历史")
_SHEETS = (b"PK", b"\xd0\xcf\x11\xe0")  # XLSX; XLS and ET
# The sheet of a workbook we handed out that only says what is wrong.
FAULT_LIST = "问题清单"
_FILE = re.compile(rf"(?:{HISTORY}/)?(?:{'|'.join(map(re.escape, FILES))})")
MIDNIGHT = " 00:00:00"


@dataclass(frozen=True)
class Table:
    """A table of an upload: where it came from, and which record file it is."""

    source: str
    name: str


class NotRecords(InvalidInput):
    """Raised when an upload cannot be read, or a table is none of the record files."""

    code = "not_records"


def lay_out(uploads: Sequence[tuple[str, Path]], folder: Path) -> list[Table]:
    """Write the record files of the uploads into a folder.

    :param uploads: the name each came with, and where its bytes lie.
    :returns: what each table was taken for.
    :raises NotRecords: a file cannot be read, is none of ours, or one is there twice.
    """
    found: list[Table] = []
    for shown, path in uploads:
        for source, text in _tables(shown, path):
            name = _recognised(source, text)
            if any(one.name == name for one in found):
                other = next(one.source for one in found if one.name == name)
                raise NotRecords(
                    f"“{source}”和“{other}”都是{title_of(name)}；往期的请在文件名里写上“往期”，重复的请去掉"
                )
            target = folder / name
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, "utf-8", newline="")
            found.append(Table(source, name))
    return found


def title_of(name: str) -> str:
    """What a record file is called to whoever gave a sheet: ``往期的单位表``."""
    earlier, _, own = name.rpartition("/")
    return f"往期的{TITLES[own]}" if earlier else TITLES[own]


def in_given_names(text: str, given: Mapping[str, str] | None = None) -> str:
    """A text about record files, in the names of what was given for them; else in their titles."""
    known = given or {}
    return _FILE.sub(lambda found: known.get(found[0]) or title_of(found[0]), text)


def _tables(shown: str, path: Path) -> Iterator[tuple[str, str]]:
    with path.open("rb") as file:
        start = file.read(4)
    if not start.startswith(_SHEETS):
        yield shown, _decoded(shown, path.read_bytes())
        return
    try:
        sheets = read_cells(path)
    except DocumentUnreadable as error:
        raise NotRecords(f"“{shown}”：{error.message}") from error
    for sheet in sheets:
        if sheet.rows and sheet.name != FAULT_LIST:
            yield f"{shown} · {sheet.name}", _as_csv(sheet.rows)


def _decoded(shown: str, data: bytes) -> str:
    """UTF-8, or what spreadsheet programs in China write."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotRecords(f"“{shown}”不是文字表格，请用 Excel 或 WPS 另存为 XLSX 或 CSV 再上传")


def _as_csv(rows: Sequence[tuple[int, tuple[str, ...]]]) -> str:
    """Every row on the line it has in the sheet, so that faults name that row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    first, header = rows[0]
    width = max((at for at, cell in enumerate(header, 1) if cell.strip()), default=0)
    moments = {at for at, cell in enumerate(header) if cell.strip().endswith("_at")}
    at = first
    for number, cells in rows:
        out.write("\n" * (number - at))
        shown = [_moment(cell) if place in moments else cell for place, cell in enumerate(cells)]
        shown += [""] * (width - len(shown))
        # What stands right of the header belongs to no column; only when filled it is a fault.
        extra = [cell for cell in shown[width:] if cell]
        writer.writerow([*shown[:width], *extra])
        at = number + 1
    return out.getvalue()


def _moment(cell: str) -> str:
    """A spreadsheet keeps midnight as a day."""
    return cell + MIDNIGHT if len(cell) == len("2026-05-07") else cell


def _recognised(source: str, text: str) -> str:
    header = next(csv.reader(io.StringIO(text, newline="")), [])
    names = {cell.strip() for cell in header}
    fitting = {
        name: len(names & {column.name for column in columns})
        for name, columns in FILES.items()
        if columns[0].name in names
    }
    # units.csv and others may share a first column's name with none; orders name requests too.
    best = max(fitting, key=lambda name: fitting[name], default="")
    if not best or fitting[best] < 2:
        known = "；".join(f"{TITLES[name]}有 {row[0].name}" for name, row in FILES.items())
        raise NotRecords(f"看不出“{source}”是哪张记录表，第一行应是列名（{known}）")
    earlier = any(word in source.casefold() for word in _EARLIER)
    return f"{HISTORY}/{best}" if earlier else best
