"""The kinds of fields a profile has: how each is shown, and read from what was typed."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from operator import attrgetter
from typing import Any

from kb.calendar import Limit
from kb.errors import InvalidInput
from kb.profile import Profile

Typed = Mapping[str, Sequence[str]]
Options = Sequence[tuple[str, str]]
BLANK_ROWS = 2


class Kind(StrEnum):
    """What a field holds; how it is stored stands beside it."""

    TEXT = "text"  # str
    LETTERS = "letters"  # str of capital letters
    LONG = "long"  # str of several lines
    NUMBER = "number"  # int
    SWITCH = "switch"  # bool
    TIME = "time"  # "09:00"
    LIMIT = "limit"  # "2 工作日"; empty where it may be: not stored
    LINES = "lines"  # list of str, one a line
    TREE = "tree"  # paths, one a line; stored as name and children
    PAIRS = "pairs"  # "旧名 = 新名", one a line; stored as a table
    BANDS = "bands"  # "优秀 = 95", one a line, best first; stored as a list of pairs
    WORDS = "words"  # list of str in one line, "；" between; empty where it may be: not stored
    DECIMAL = "decimal"  # int, or a str where it has decimals: exact, as it was written
    CHOICE = "choice"  # one of the options
    CHOICES = "choices"  # several of the options
    ROWS = "rows"  # a table of fields


@dataclass(frozen=True)
class Field:
    """One field of a form.

    :ivar key: its place in the profile's data, ``hours.opens``; in a row the name alone.
    :ivar of: profile → the value the form shows: text, bool, texts, or rows of these by key.
    :ivar least, most: bounds of a number; ``most`` is also the longest text.
    """

    key: str
    label: str
    kind: Kind
    of: Callable[[Profile], Any] = lambda _profile: ""
    hint: str = ""
    options: Options = ()
    columns: tuple["Field", ...] = ()
    least: int = 1
    most: int = 60
    may_be_empty: bool = False


@dataclass(frozen=True)
class Section:
    """A page of the profile."""

    name: str
    label: str
    about: str
    fields: tuple[Field, ...]


def read_field(field: Field, typed: Typed) -> Any:
    """The value to store; ``None`` when nothing is to be stored.

    :raises InvalidInput: what was typed cannot be; the sentence says what would be right.
    """
    if field.kind is Kind.ROWS:
        return _rows(field, typed)
    given = typed.get(field.key, ())
    if field.kind is Kind.SWITCH:
        return "1" in given
    if field.kind is Kind.CHOICES:
        return [_known(field, one) for one in given]
    text = (given[0] if given else "").replace("\r\n", "\n").strip()
    if not text and field.kind not in (Kind.LINES, Kind.TREE, Kind.PAIRS, Kind.BANDS):
        if field.may_be_empty:
            return None
        raise InvalidInput(f"请填写{field.label}")
    return _READERS[field.kind](field, text)


def _text(field: Field, text: str) -> str:
    if len(text) > field.most:
        raise InvalidInput(f"{field.label}最多 {field.most} 个字，现有 {len(text)} 个")
    return text


def _letters(field: Field, text: str) -> str:
    text = _text(field, text)
    if not re.fullmatch("[A-Z]+", text):
        raise InvalidInput(f"{field.label}只写大写字母，如 YT，现为“{text[:20]}”")
    return text


def _number(field: Field, text: str) -> int:
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    if not is_number or not field.least <= int(text) <= field.most:
        raise InvalidInput(
            f"{field.label}写 {field.least} 至 {field.most} 的整数，现为“{text[:20]}”"
        )
    return int(text)


def _time(field: Field, text: str) -> str:
    try:
        text = text.replace("：", ":")
        return f"{time.fromisoformat(f'0{text}' if text[1:2] == ':' else text):%H:%M}"
    except ValueError as error:
        raise InvalidInput(f"{field.label}写时刻，如 08:30，现为“{text[:20]}”") from error


def _limit(_field: Field, text: str) -> str:
    return str(Limit.parse(text))


def _lines(field: Field, text: str) -> list[str]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines and not field.may_be_empty:
        raise InvalidInput(f"{field.label}至少写一行")
    for line in lines:
        if lines.count(line) > 1:
            raise InvalidInput(f"{field.label}里“{line}”写了两次，请只留一行")
    return lines


def _tree(field: Field, text: str) -> list[dict[str, Any]]:
    roots: list[dict[str, Any]] = []
    for line in _lines(field, text):
        siblings = roots
        for name in (part.strip() for part in line.split("/")):
            found = next((node for node in siblings if node["name"] == name), None)
            if found is None:
                found = {"name": name, "children": []}
                siblings.append(found)
            siblings = found["children"]
    return roots


def _pairs(field: Field, text: str) -> dict[str, str]:
    pairs = {}
    for line in _lines(field, text):
        old, equals, new = (part.strip() for part in line.partition("="))
        if not (old and equals and new):
            raise InvalidInput(f"{field.label}每行写作“旧名 = 新名”，现有“{line[:40]}”")
        pairs[old] = new
    return pairs


def _bands(field: Field, text: str) -> list[list[Any]]:
    bands: list[list[Any]] = []
    for line in _lines(field, text):
        name, equals, start = (part.strip() for part in line.partition("="))
        if not (name and equals and start.isascii() and start.isdigit() and len(start) < 4):
            raise InvalidInput(f"{field.label}每行写作“档名 = 起点分数”，现有“{line[:40]}”")
        bands.append([name, int(start)])
    if [start for _name, start in bands] != sorted({one for _n, one in bands}, reverse=True):
        raise InvalidInput(f"{field.label}从高到低写，起点各不相同")
    if bands[-1][1] != 0:
        raise InvalidInput(f"{field.label}最后一档从 0 起")
    return bands


def in_a_line(words: Sequence[str]) -> str:
    """A list as a field of ``Kind.WORDS`` shows it."""
    return "；".join(words)


def _words(_field: Field, text: str) -> list[str]:
    return [word.strip() for word in re.split("[；;，,]", text) if word.strip()]


def _decimal(field: Field, text: str) -> int | str:
    if not re.fullmatch(r"-?[0-9]{1,7}(\.[0-9]{1,4})?", text):
        raise InvalidInput(f"{field.label}写一个数，如 95 或 -0.5，现为“{text[:20]}”")
    return text if "." in text else int(text)


def _known(field: Field, text: str) -> str:
    if text not in {value for value, _label in field.options}:
        raise InvalidInput(f"{field.label}请从列表中选择")
    return text


_READERS: Mapping[Kind, Callable[[Field, str], Any]] = {
    Kind.TEXT: _text,
    Kind.LETTERS: _letters,
    Kind.LONG: _text,
    Kind.NUMBER: _number,
    Kind.TIME: _time,
    Kind.LIMIT: _limit,
    Kind.LINES: _lines,
    Kind.TREE: _tree,
    Kind.PAIRS: _pairs,
    Kind.BANDS: _bands,
    Kind.WORDS: _words,
    Kind.DECIMAL: _decimal,
    Kind.CHOICE: _known,
}


def _rows(field: Field, typed: Typed) -> list[dict[str, Any]]:
    rows = []
    for number, cells in enumerate(typed_rows(field, typed), 1):
        row = {}
        for column in field.columns:
            try:
                value = read_field(column, {column.key: cells[column.key]})
            except InvalidInput as invalid:
                raise InvalidInput(f"第 {number} 行：{invalid.message}") from invalid
            if value not in (None, False):
                row[column.key] = value
        rows.append(row)
    return rows


def typed_rows(field: Field, typed: Typed) -> list[dict[str, list[str]]]:
    """The rows of a table as they were typed, blank ones left out."""
    rows = []
    at = 0
    while any(f"{field.key}-{at}-{column.key}" in typed for column in field.columns):
        cells = {
            column.key: list(typed.get(f"{field.key}-{at}-{column.key}", ()))
            for column in field.columns
        }
        words = [
            one
            for column in field.columns
            if column.kind is not Kind.SWITCH
            for one in cells[column.key]
        ]
        if any(word.strip() for word in words):
            rows.append(cells)
        at += 1
    return rows


# What a form shows of a value of each kind; of any other, the value itself.
_SHOWN: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.TIME: lambda value: f"{value:%H:%M}",
    Kind.LIMIT: str,
    Kind.LINES: "\n".join,
    Kind.TREE: "\n".join,
    Kind.CHOICES: list,
    Kind.WORDS: in_a_line,
    Kind.DECIMAL: str,
    Kind.BANDS: lambda bands: "\n".join(f"{name} = {start}" for name, start in bands),
}


def simple(key: str, label: str, kind: Kind, path: str = "", **more: Any) -> Field:
    """A field that shows an attribute of the profile.

    :param path: of the attribute; the key where it is the same.
    """
    read, shown = attrgetter(path or key), _SHOWN.get(kind)
    return Field(key, label, kind, lambda of: shown(read(of)) if shown else read(of), **more)
