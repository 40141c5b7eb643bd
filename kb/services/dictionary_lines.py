"""Dictionary entries as lines of text: pasted one a line, exported and imported as a table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kb.dictionary import PLAIN, Change, Entries, Identity, Value, clean, default_value
from kb.queries.dictionary import ListedEntry
from kb.spreadsheet import as_text, as_typed
from kb.terms import WordKind

COLUMNS = ("类别", "说法", "指向", "权重", "方向", "状态", "备注", "来源")
ONE_WAY, BOTH_WAYS = "单向", "双向"
ON, OFF = "在用", "停用"
_KINDS = {kind.label: kind for kind in WordKind}


class LineRefused(Exception):
    """Raised inside this module for a line that cannot be read; the message is a sentence."""


@dataclass(frozen=True)
class ReadLines:
    """Changes with the line each stands in (from 1), and the lines that cannot be read."""

    changes: tuple[Change, ...]
    lines: tuple[int, ...]
    refused: tuple[tuple[int, str], ...] = ()

    def without_effect(self, present: Entries) -> "ReadLines":
        """Leave out what is already so, as most lines of an exported table are."""
        kept = [
            (change, line)
            for change, line in zip(self.changes, self.lines, strict=True)
            if present.get(change.identity) != change.after
        ]
        changes = tuple(change for change, _ in kept)
        return ReadLines(changes, tuple(line for _, line in kept), self.refused)


def read_pasted(kind: WordKind, text: str) -> ReadLines:
    """One entry a line: the word alone, or ``说法→指向``, with a tab or arrow between.

    A synonym may lead to several words (spaces between) and end in its weight; ``甲 = 乙`` is
    two-way. Empty lines and what follows ``#`` are passed over.
    """
    return _read(_without_comments(text), lambda line: _pasted(kind, line))


def read_table(text: str) -> ReadLines:
    """A table as ``write_table`` makes it; the last column is not read."""
    rows = list(_lines(text))
    if not rows or _cells(rows[0][1])[: len(COLUMNS) - 1] != list(COLUMNS[:-1]):
        names = "、".join(COLUMNS)
        return ReadLines((), (), ((1, f"第一行应是表头：{names}（制表符分隔）。"),))
    return _read(rows[1:], _tabled)


def write_table(entries: Iterable[ListedEntry]) -> str:
    """Entries as tab-separated lines under a header, for a spreadsheet and for ``read_table``."""
    lines = ["\t".join(COLUMNS)]
    for entry in entries:
        kind, key, target = entry.identity
        value = entry.value
        cells = (
            kind.label,
            as_text(key),
            as_text(target),
            f"{value.weight:g}" if kind is WordKind.SYNONYM else "",
            (BOTH_WAYS if value.both_ways else ONE_WAY) if kind is WordKind.SYNONYM else "",
            ON if value.active else OFF,
            as_text(" ".join(value.note.split())),
            entry.source,
        )
        lines.append("\t".join(cells))
    return "\n".join(lines) + "\n"


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if line.strip():
            yield number, line


def _without_comments(text: str) -> Iterator[tuple[int, str]]:
    for number, line in _lines(text):
        content = line.partition("#")[0].rstrip()
        if content.strip():
            yield number, content


def _read(lines: Iterable[tuple[int, str]], read: Callable[[str], Sequence[Change]]) -> ReadLines:
    changes: list[Change] = []
    places: list[int] = []
    refused: list[tuple[int, str]] = []
    for number, line in lines:
        try:
            found = read(line)
        except LineRefused as error:
            refused.append((number, str(error)))
            continue
        changes += found
        places += [number] * len(found)
    return ReadLines(tuple(changes), tuple(places), tuple(refused))


def _cells(line: str) -> list[str]:
    for arrow in ("→", "->", "=>"):
        line = line.replace(arrow, "\t")
    return [cell.strip() for cell in line.split("\t")]


def _pasted(kind: WordKind, line: str) -> list[Change]:
    value = default_value(kind)
    if kind in PLAIN:
        return [Change(Identity(kind, clean(word)), value) for word in line.split()]
    if kind is WordKind.SYNONYM and " = " in line:
        return [_two_way(line, value)]
    cells = _cells(line)
    if len(cells) > (3 if kind is WordKind.SYNONYM else 2) or not all(cells[:2]):
        raise LineRefused("应写成“说法→指向”，一行一条。")
    if len(cells) < 2:
        raise LineRefused("缺少“→”和它后面的内容，应写成“说法→指向”。")
    if kind is not WordKind.SYNONYM:
        return [Change(Identity(kind, clean(cells[0]), clean(cells[1])), value)]
    value = replace(value, weight=_weight(cells[2])) if len(cells) == 3 else value
    targets = dict.fromkeys(clean(word) for word in cells[1].split())
    return [Change(Identity(kind, clean(cells[0]), target), value) for target in targets]


def _two_way(line: str, value: Value) -> Change:
    left, _, rest = line.partition(" = ")
    cells = _cells(rest)
    if len(cells) > 2 or not left.strip() or not cells[0]:
        raise LineRefused("双向同义词应写成“甲 = 乙”，后面可以再写“→权重”。")
    weight = _weight(cells[1]) if len(cells) == 2 else value.weight
    identity = Identity(WordKind.SYNONYM, clean(left), clean(cells[0]))
    return Change(identity, replace(value, weight=weight, both_ways=True))


def _weight(text: str) -> float:
    try:
        return round(float(text), 3)
    except ValueError:
        raise LineRefused(f"权重“{text[:20]}”不是数字，应是 0 到 1 之间的小数。") from None


def _tabled(line: str) -> list[Change]:
    cells = [as_typed(cell.strip()) for cell in line.split("\t")]
    cells += [""] * (len(COLUMNS) - len(cells))
    label, key, target, weight, direction, state, note = cells[:7]
    if label not in _KINDS:
        raise LineRefused(f"类别“{label[:20]}”不对，应是{'、'.join(_KINDS)}之一。")
    if direction not in ("", ONE_WAY, BOTH_WAYS) or state not in ("", ON, OFF):
        raise LineRefused(f"方向应是{ONE_WAY}或{BOTH_WAYS}，状态应是{ON}或{OFF}。")
    kind = _KINDS[label]
    value = Value(
        weight=_weight(weight) if weight else default_value(kind).weight,
        both_ways=direction == BOTH_WAYS,
        note=note,
        active=state != OFF,
    )
    identity = Identity(kind, clean(key), "" if kind in PLAIN else clean(target))
    return [Change(identity, value)]
