"""Headers of several rows (区域 | 小型车 over 首小时, 之后每小时) as one row of joined names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

_MOST = 4  # rows
_MAX_NAME = 30
_BETWEEN = "·"
_YEAR = re.compile(
    r"(?:19|20)\d{2}(?:年度?)?(?:\d{1,2}月)?|第?\d{1,2}(?:季度|月份?|期|档|级|类|孩|批)"
)

Rows = Sequence[Sequence[str]]


def join_header(rows: Rows) -> tuple[tuple[str, ...], Rows]:
    """Return the header of a table in one row, and the rows below it.

    A name merged over several columns (小型车) has the names below it joined on; a name merged
    downwards (区域) is said once.

    :param rows: merged cells filled, the header first.
    """
    first = _flat(rows[0])
    levels = [[name] for name in first]
    at = 1
    while at < min(_MOST, len(rows) - 1) and _goes_on(levels, rows, at):
        for names, name in zip(levels, _flat(rows[at]), strict=True):
            if name and name != names[-1]:
                names.append(name)
        at += 1
    if at == 1:
        return tuple(rows[0]), rows[1:]
    return tuple(_BETWEEN.join(filter(None, names)) for names in levels), rows[at:]


def _goes_on(levels: Sequence[Sequence[str]], rows: Rows, at: int) -> bool:
    """Tell whether a row names the columns that a name above it is merged over."""
    row = _flat(rows[at])
    spans = _spans(levels)
    over = [span for span in spans if len(span) > 1 and levels[span[0]][-1]]
    alone = [column for span in spans if span not in over for column in span]
    if not over or any(len(row[column]) > _MAX_NAME for span in over for column in span):
        return False
    for column in alone:
        # Below a name that is not merged downwards its place is empty, but not in the rows.
        is_empty = not row[column] and all(below[column].strip() for below in rows[at + 1 :])
        if row[column] != levels[column][-1] and not is_empty:
            return False
    told = [[row[column] for column in span] for span in over]
    if not all(all(names) for names in told) or all(len(set(names)) == 1 for names in told):
        return False
    # 区域 going on below itself says that the header does; else the cells must be no values.
    is_merged = any(levels[column][-1] and row[column] == levels[column][-1] for column in alone)
    # Without any other column only names that come back under each name above are surely names.
    is_named = bool(alone) or (len(told) > 1 and all(names == told[0] for names in told))
    return is_merged or (is_named and not any(map(_is_value, chain.from_iterable(told))))


def _spans(levels: Sequence[Sequence[str]]) -> list[list[int]]:
    """The columns by the names they share, side by side."""
    spans: list[list[int]] = []
    for column, names in enumerate(levels):
        if spans and levels[spans[-1][0]] == names:
            spans[-1].append(column)
        else:
            spans.append([column])
    return spans


def _is_value(name: str) -> bool:
    return bool(re.search(r"\d", _YEAR.sub("", name)))


def _flat(row: Sequence[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in row]
