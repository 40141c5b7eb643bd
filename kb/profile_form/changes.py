"""From one profile to the next: data with a section filled in, and the difference in words."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from kb.errors import InvalidInput
from kb.profile import Profile, profile_from
from kb.profile_form.fields import Field, Kind, Section, Typed, read_field
from kb.profile_form.sections import SECTIONS

_WORDS = 200
_LISTS = (Kind.LINES, Kind.TREE, Kind.PAIRS, Kind.BANDS)


@dataclass(frozen=True)
class Change:
    """What differs in one field, in words."""

    section: str
    label: str
    before: str
    after: str


def filled(data: Mapping[str, Any], section: Section, typed: Typed) -> dict[str, Any]:
    """The profile's data with a section as it was typed; everything else stays.

    :raises InvalidInput: a field is wrong, or the profile as a whole; ``fields`` by their keys.
    """
    new = copy.deepcopy(dict(data))
    problems: dict[str, str] = {}
    for field in section.fields:
        try:
            _put(new, field.key.split("."), read_field(field, typed))
        except InvalidInput as invalid:
            problems[field.key] = invalid.message
    if problems:
        raise InvalidInput("有几项没有填对，请按提示修改", problems)
    if section.name == "limits":
        new["limits"]["by_purpose"] = {}  # the form shows these as rules like the others
    try:
        profile_from(new)
    except InvalidInput as invalid:
        raise _explained(invalid, section) from invalid
    return new


def _put(data: dict[str, Any], path: Sequence[str], value: Any) -> None:
    *above, last = path
    for name in above:
        if not isinstance(data.get(name), dict):  # a word may stand for a whole table
            data[name] = {}
        data = data[name]
    if value is None:
        data.pop(last, None)
    else:
        data[last] = value


def _explained(invalid: InvalidInput, section: Section) -> InvalidInput:
    """The profile's own sentence, with the names a form has, beside the field it speaks of."""
    fields = [(field, SECTIONS_OF[field.key]) for one in SECTIONS for field in one.fields]
    for field, of in sorted(fields, key=lambda pair: -len(pair[0].key)):
        if field.key in invalid.message:
            sentence = invalid.message.replace("城市方案的 ", "").replace(field.key, field.label)
            where = "" if of == section.label else f"（在“{of}”里）"
            return InvalidInput(sentence + where, {field.key: sentence})
    return InvalidInput(invalid.message)


SECTIONS_OF: Mapping[str, str] = {
    field.key: section.label for section in SECTIONS for field in section.fields
}


def changes_between(before: Profile, after: Profile) -> list[Change]:
    """What differs, field by field, of what the forms show."""
    found = []
    for section in SECTIONS:
        for field in section.fields:
            old, new = field.of(before), field.of(after)
            if old != new:
                found.append(_change(section, field, old, new))
    return found


def change_unshown(before: Profile, after: Profile) -> Change:
    """That two profiles differ in what no form shows, by the names of the parts."""
    names = [one.name for one in fields(Profile) if _differ(before, after, one.name)]
    told = "、".join(_UNSHOWN.get(name, name) for name in names)
    return Change("方案文件", told, "现在的内容", "那一版的内容（网页上不列出）")


# Parts of a profile that only its file has.
_UNSHOWN = {"figures": "统计口径的其他项"}


def _differ(before: Profile, after: Profile, name: str) -> bool:
    return bool(getattr(before, name) != getattr(after, name))


def _change(section: Section, field: Field, old: Any, new: Any) -> Change:
    if field.kind in _LISTS:
        was, now = old.split("\n"), new.split("\n")
        gone = [line for line in was if line and line not in now]
        come = [line for line in now if line and line not in was]
        if gone or come:
            return Change(section.label, field.label, _cut(gone), _cut(come))
        return Change(section.label, field.label, "原来的次序", "新的次序")
    if field.kind is Kind.ROWS:
        was_rows = [_row_words(field, row) for row in old]
        now_rows = [_row_words(field, row) for row in new]
        gone = [row for row in was_rows if row not in now_rows]
        come = [row for row in now_rows if row not in was_rows]
        return Change(section.label, field.label, _cut(gone), _cut(come))
    return Change(section.label, field.label, words_of(field, old), words_of(field, new))


def _cut(lines: Sequence[str]) -> str:
    text = "；".join(lines)
    return text if len(text) <= _WORDS else f"{text[:_WORDS]}…（共 {len(lines)} 项）"


def _row_words(field: Field, row: Mapping[str, Any]) -> str:
    cells = [
        f"{column.label} {words_of(column, row[column.key])}"
        for column in field.columns
        if row.get(column.key) not in (None, "", False)
    ]
    return " · ".join(cells)


def words_of(field: Field, value: Any) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    labels = dict(field.options)
    if isinstance(value, list):
        return "、".join(labels.get(one, str(one)) for one in value) or "（无）"
    text = str(labels.get(value, value))
    return (text if len(text) <= _WORDS else f"{text[:_WORDS]}…") or "（空）"
