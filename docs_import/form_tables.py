"""Tables that are a form of one matter (事项名称 | …, 申请材料 | …) as labels and what they say.

A label over several rows (申请材料, one row a material) holds all of them, every cell of each;
where the first of them names the columns (序号, 材料名称, 份数) each cell is said with its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from docs_import.sheet_headers import meaning_of

_FEWEST = 4  # labels that are known, the name among them
_TELLING = frozenset({"conditions", "materials", "steps", "time_limit"})
_LISTS = frozenset({"conditions", "materials", "steps"})
_MAX_LABEL = 30
# What a column inside a label is called; two of them in a row make it a row of names.
_COLUMN = re.compile(
    r"(?:序号|编号|名称|份数|数量|要求|备注|说明|形式|类型|种类|来源|渠道|方式|环节|步骤|内容"
    r"|结果|时限|期限|标准|金额|单位|部门|电话|地址|地点|时间|必要性|材料|项目|对象)$"
)
_MAX_COLUMN = 10
_COUNT = re.compile(r"\d{1,4}\D?$")
_CAPTION = re.compile(r"(?:指南|表|清单|事项)$")

Rows = list[tuple[str, ...]]


@dataclass(frozen=True)
class Entry:
    """One label of a form and the text it stands for, one line a row of the table."""

    label: str
    meaning: str
    text: str


@dataclass
class Form:
    """What a form says.

    :ivar beside: words that belong to no label, once: notes across the table, names of its parts.
    """

    entries: list[Entry] = field(default_factory=list)
    beside: dict[str, None] = field(default_factory=dict)


def read_form(grid: Sequence[Sequence[str]]) -> Form | None:
    """Return what a form says, None when the grid is no form of one matter.

    :param grid: merged cells filled.
    """
    rows = [tuple(cell.strip() for cell in row) for row in grid]
    rows = [row for row in rows if any(row)]
    if not rows or any(_is_head(rows, at) for at in range(len(rows))):
        return None
    form = _Reader(rows).form
    known = {entry.meaning for entry in form.entries if entry.meaning}
    titles = {entry.text for entry in form.entries if entry.meaning == "title"}
    others = {entry.label for entry in form.entries if not entry.meaning}
    if len(titles) != 1 or not all(titles) or len(known) < _FEWEST or not known & _TELLING:
        return None
    return form if len(known) >= len(others) else None


def label_rows(rows: Sequence[Sequence[str]]) -> Rows:
    """Return a table whose first column holds the labels as rows of a label and its text."""
    groups = _Groups()
    for row in rows:
        groups.take(row[0], tuple(row[1:]))
    return [(label, _said(held)) for label, held in groups.held]


def known_label(text: str) -> str:
    """Return what a label of a form means, "" for one that is not known."""
    return meaning_of("guide", _flat(text))


class _Groups:
    """Labels and the rows beside them; a label merged over several rows is one."""

    def __init__(self) -> None:
        self.held: list[tuple[str, Rows]] = []

    def take(self, label: str, cells: tuple[str, ...]) -> None:
        if not self.held or self.held[-1][0] != label:
            self.held.append((label, []))
        self.held[-1][1].append(cells)


class _Reader:
    def __init__(self, rows: Rows) -> None:
        self.form = Form()
        self.groups = _Groups()
        self.parts = _parts(rows)
        self.paired = _is_paired(rows)
        self.long = {row[0] for row, below in pairwise(rows) if row[0] == below[0]}
        for row in rows:
            self._take(row)
        for label, held in self.groups.held:
            self._keep(label, _said(held))

    def _take(self, row: tuple[str, ...]) -> None:
        if row[0] in self.parts:
            part = row[0]
            self._say_beside(part)
            row = row[next(at for at, cell in enumerate((*row, "")) if cell != part) :]
        cells = _distinct(row)
        if len(cells) < 2 and (len(row) < 2 or row[-1] or not known_label(row[0])):
            self._say_beside(*cells)
        elif not row[0] or len(row[0]) > _MAX_LABEL:
            self._say_beside("，".join(cells))
        elif pairs := self._pairs(row):
            for label, text in pairs:
                self.groups.take(label, (text,))
        else:
            label = row[0]
            rest = next((at for at, cell in enumerate(row) if cell != label), len(row))
            self.groups.take(label, row[rest:])

    def _pairs(self, row: tuple[str, ...]) -> list[tuple[str, str]]:
        """Return the labels of a row and what each says, which may be nothing; [] for one label."""
        cells = _columns(row)
        if not self.paired or len(cells) % 2:
            return []
        known = [known_label(cell) for cell in cells]
        if known[1] and len(cells) > 2 and not known[2]:
            return []  # 收费标准 | 项目名称 | 金额 | 备注 names the columns of one label
        is_list = row[0] in self.long or known[0] in _LISTS
        if not all(cells) and is_list and not all(known[2::2]):
            return []  # 申请材料 | 船东身份证 | 原件 | nothing to say of it
        return list(zip(cells[::2], cells[1::2], strict=True))

    def _keep(self, label: str, text: str) -> None:
        self.form.entries.append(Entry(_flat(label), known_label(label), text))

    def _say_beside(self, *texts: str) -> None:
        for text in texts:
            is_caption = not self.groups.held and _CAPTION.search(text)
            if not is_caption:
                self.form.beside[text] = None


def _is_head(rows: Rows, at: int) -> bool:
    """A row of labels (事项名称 | 受理条件 | …) heads a table of matters.

    收费标准 | 项目名称 | 金额, where 收费标准 goes on below, names the columns inside a label.
    """
    row = rows[at]
    near = [rows[i][0] for i in (at - 1, at + 1) if 0 <= i < len(rows)]
    meanings = [known_label(cell) for cell in _distinct(row)]
    if meanings[0] not in ("", "title") and row[0] in near:
        return False
    beside = pairwise(meanings)
    return any(a and b and a != b and "title" in (a, b) for a, b in beside)


def _parts(rows: Rows) -> set[str]:
    """基本信息 beside several labels names a part of the form."""
    named = (_columns(row) for row in rows)
    return {
        cells[0]
        for cells in named
        if len(cells) > 2 and cells[0] and not known_label(cells[0]) and known_label(cells[1])
    }


def _is_paired(rows: Rows) -> bool:
    """Two labels a row: 收费标准 | 不收费 | 咨询电话 | 0999-8250110."""
    lines = [cells for row in rows if len(cells := _columns(row)) % 2 == 0 and len(cells) > 2]
    lines = [cells for cells in lines if all(cells) or known_label(cells[2])]
    paired = [cells for cells in lines if known_label(cells[2]) and not known_label(cells[1])]
    return bool(paired) and 2 * len(paired) >= len(lines)


def _said(rows: Rows) -> str:
    """Return the text beside one label, a line a row."""
    names = rows[0] if len(rows) > 1 and _names_columns(rows[0]) else ()
    lines = _named(names, rows[1:]) if names else (_line(row) for row in rows)
    return "\n".join(line for line in lines if line)


def _names_columns(cells: Sequence[str]) -> bool:
    told = [cell for cell in cells if cell]
    if len(told) < 2 or len(set(told)) < len(told):
        return False
    if any(len(cell) > _MAX_COLUMN or re.search(r"\d", cell) for cell in told):
        return False
    named = sum(bool(_COLUMN.search(_flat(cell))) for cell in told)
    return named > 1 and 2 * named >= len(told)


def _named(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """材料名称：原犬证，份数：1; a row that repeats the names says nothing, one across is whole."""
    for row in rows:
        if tuple(row) == tuple(names):
            continue
        if len(set(row)) == 1:
            yield row[0]
            continue
        pairs = zip(names, map(_flat, row), strict=False)
        yield "，".join(f"{_flat(name)}：{cell}" if name else cell for name, cell in pairs if cell)


def _line(row: Sequence[str]) -> str:
    told = [cell for cell in row if cell]
    if len(set(told)) == 1:
        return told[0]
    cells: list[str] = []
    for cell in map(_flat, told):
        # A merged cell stands in each of its places; two counts side by side may be alike.
        if not cells or cell != cells[-1] or _COUNT.match(cell):
            cells.append(cell)
    if len(cells) == 2 and (known_label(cells[0]) or _COLUMN.search(cells[0])):
        return "：".join(cells)
    return "，".join(cells)


def _columns(row: Sequence[str]) -> list[str]:
    """The cells of a row in their places, a merged one once; an empty one is a place, too."""
    cells = [cell for cell, _ in groupby(row)]
    return cells[:-1] if len(cells) % 2 and not cells[-1] else cells


def _distinct(row: Sequence[str]) -> list[str]:
    """The cells of a row, a merged one once."""
    return [cell for cell, _ in groupby(filter(None, row))]


def _flat(text: str) -> str:
    return " ".join(text.split())
