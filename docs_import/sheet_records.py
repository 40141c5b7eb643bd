"""Rows of a table with a known header as entries: contacts, questions, guides, old entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docs_import.document import Record
from docs_import.limits import Limits
from docs_import.sheet_bodies import body_of, labelled_lines, sections, split_items
from docs_import.sheet_faults import check
from docs_import.sheet_headers import Header, kind_named
from docs_import.sheet_rows import Row, alone, beyond, cells_of, repeats_header, row_of
from docs_import.sheet_values import day, is_open_end, term_end

_STATED = (
    "document_number", "issuing_authority", "category", "unit", "region", "audience", "number",
)  # fmt: skip
DAYS = ("issued_on", "published_on", "valid_from", "valid_until")
_LIST_FACTS = ("conditions", "materials", "steps")
_TEXT_FACTS = ("time_limit", "fee", "phone", "place", "hours", "online")
_MAX_FACT = 2000  # a longer one stays in the body alone
MAX_VARIANTS = 30


@dataclass
class Taken:
    """What became of the rows: the records, and the rows that are none (notes, group titles)."""

    records: list[Record] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)


def take_rows(
    header: Header, rows: Sequence[tuple[int, Sequence[str]]], sheet: str, limits: Limits
) -> Taken:
    """Return the records of the rows below a header.

    :param rows: row number and cells, merged cells filled, without empty rows.
    """
    taken = Taken()
    unit, group = "", ""
    make = _MAKERS[header.kind]
    for number, cells in rows:
        if repeats_header(header, cells):
            continue
        title = alone(cells)
        if title:
            group = title
            taken.notes.append((number, title))
            continue
        row = row_of(header, number, cells)
        if not any(row.cells.get(name) for name in row.cells if name not in ("number", "personal")):
            continue
        if header.kind == "contact":
            # One unit over many offices is often written once, without merging the cells.
            unit = row.get("unit") or unit or group
            row = replace(row, cells={**row.cells, "unit": unit})
        record = _checked(make(row, limits), row, beyond(header, cells))
        given = cells_of(header, cells, row.get("unit") if header.kind == "contact" else "")
        taken.records.append(replace(record, sheet=sheet, cells=given))
    if header.kind == "contact":
        taken.records = _told_apart(taken.records)
    return taken


def record_of(kind: str, row: Row, limits: Limits) -> Record:
    """Return what one row under no header becomes: a form, or a pair of a page of questions.

    :param kind: as of a header, see `docs_import.sheet_headers`.
    """
    return _checked(_MAKERS[kind](row, limits), row)


def _checked(record: Record, row: Row, faults: Sequence[str] = ()) -> Record:
    """The record with its place and faults; one with faults keeps its wrong dates as they are
    written, to be corrected."""
    fault = "；".join([*faults, *check(record, row.cells, row.labels)])
    values = record.values
    if fault:
        values = {name: row.one_line(name) for name in DAYS if row.get(name)} | dict(values)
    return replace(record, row=row.number, fault=fault, values=values)


def _contact(row: Row, limits: Limits) -> Record:
    unit, department = row.one_line("unit"), row.one_line("department")
    title = department if unit and department.startswith(unit) else unit + department
    title = title or row.one_line("business")
    phone, facts = row.one_line("phone"), _facts(row)
    if title and phone:
        facts["conclusion"] = f"{title}：{phone}。"
    lines = labelled_lines(
        row,
        ("phone", "place", "window", "hours", "online"),
        ("电话", "地址", "窗口", "时间", "网址"),
    )
    body = body_of(row.get("business"), limits, after=[*lines, *_other_lines(row)])
    return Record("contact", title, body, facts, values=_values(row))


def _question(row: Row, limits: Limits) -> Record:
    lines = labelled_lines(row, ("basis", "phone"), ("依据", "电话"))
    body = body_of(row.get("answer"), limits, after=[*lines, *_other_lines(row)])
    facts = {"phone": row.one_line("phone")} if row.get("phone") else {}
    title, variants = row.one_line("question"), _variants(row)
    return Record("qa", title, body, facts, variants, _values(row))


def _guide(row: Row, limits: Limits) -> Record:
    named = {
        "target": "办理对象", "conditions": "办理条件", "materials": "申请材料",
        "steps": "办理流程", "time_limit": "办理时限", "fee": "收费", "place": "办理地点",
        "hours": "办理时间", "phone": "咨询电话", "online": "网上办理", "basis": "依据",
    }  # fmt: skip
    parts = [(row.labels[name], row.get(name)) for name in named if row.get(name)]
    body = sections([*parts, *row.others], limits)
    return Record("guide", row.one_line("title"), body, _facts(row), values=_values(row))


def _archived(row: Row, limits: Limits) -> Record:
    title = row.one_line("title")
    kind = kind_named(row.get("kind"))
    if not kind:
        kind = "qa" if title.endswith(("?", "？", "吗", "怎么办", "多少钱")) else "policy"
    lines = labelled_lines(row, ("basis", "phone"), ("依据", "电话"))
    body = body_of(row.get("body"), limits, title=title, after=[*lines, *_other_lines(row)])
    facts = {"phone": row.one_line("phone")} if row.get("phone") else {}
    return Record(kind, title, body, facts, _variants(row), _values(row))  # type: ignore[arg-type]


_MAKERS: Mapping[str, Callable[[Row, Limits], Record]] = {
    "contact": _contact,
    "qa": _question,
    "guide": _guide,
    "archive": _archived,
}


def _facts(row: Row) -> dict[str, str | list[str]]:
    facts: dict[str, str | list[str]] = {}
    for name in _TEXT_FACTS:
        if (text := row.one_line(name)) and len(text) <= _MAX_FACT:
            facts[name] = text
    for name in _LIST_FACTS:
        items = split_items(row.get(name))
        if items and len("".join(items)) <= _MAX_FACT:
            facts[name] = items
    return facts


def _variants(row: Row) -> tuple[str, ...]:
    asked = dict.fromkeys(split_items(row.get("similar"), questions=True))
    return tuple(asked)[:MAX_VARIANTS]


def _values(row: Row) -> dict[str, str]:
    values = {name: text for name in _STATED if (text := row.one_line(name))}
    for name in DAYS:
        text = row.one_line(name)
        if not text or is_open_end(text):
            continue
        found = day(text)
        if name == "valid_until":
            start = values.get("valid_from") or values.get("issued_on")
            found = term_end(text, start or values.get("published_on")) or found
        if found:
            values[name] = found
    return values


def _other_lines(row: Row) -> Iterator[str]:
    return (f"{label}：{' '.join(text.split())}" for label, text in row.others)


def _told_apart(records: list[Record]) -> list[Record]:
    """Give contacts of one name what sets them apart: 房产窗口（过户）, 房产窗口（抵押）."""
    count = Counter(record.title for record in records)
    told: list[Record] = []
    for record in records:
        first = record.body.split("\n", 1)[0].replace("\\", "")
        apart = first if len(first) <= 20 and "：" not in first else ""
        if count[record.title] > 1 and apart and apart != record.title:
            told.append(replace(record, title=f"{record.title}（{apart}）"))
        else:
            told.append(record)
    return told
