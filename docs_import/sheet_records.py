"""Rows of a table with a known header as entries: contacts, questions, guides, old entries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from docs_import.document import Record
from docs_import.limits import Limits
from docs_import.sheet_bodies import body_of, labelled_lines, sections, split_items
from docs_import.sheet_faults import check
from docs_import.sheet_headers import Header, kind_named
from docs_import.sheet_values import day, is_open_end, term_end

_JOINED = {"category": "/", "similar": "\n"}
_STATED = (
    "document_number", "issuing_authority", "category", "unit", "region", "audience", "number",
)  # fmt: skip
DAYS = ("issued_on", "published_on", "valid_from", "valid_until")
_LIST_FACTS = ("conditions", "materials", "steps")
_TEXT_FACTS = ("time_limit", "fee", "phone", "place", "hours", "online")
_MAX_FACT = 2000  # a longer one stays in the body alone
MAX_VARIANTS = 30
_NOTE = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|注[：:]|备注|说明|填表|合计|共\d"
)


@dataclass(frozen=True)
class Row:
    """One row under a header.

    :ivar number: as the person sees it, from 1.
    :ivar cells: meaning -> text; columns of one meaning are joined.
    :ivar labels: meaning -> header as printed.
    :ivar others: (header, text) of the columns whose meaning is not known.
    """

    number: int
    cells: Mapping[str, str]
    labels: Mapping[str, str]
    others: tuple[tuple[str, str], ...] = ()

    def get(self, meaning: str) -> str:
        """Return the text of a column, "" when there is none."""
        return self.cells.get(meaning, "")

    def one_line(self, meaning: str) -> str:
        """Return the text of a column without its line breaks."""
        return " ".join(self.get(meaning).split())


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
        if _repeats(header, cells):
            continue
        alone = _alone(cells)
        if alone:
            group = alone
            taken.notes.append((number, alone))
            continue
        row = _row(header, number, cells)
        if not any(row.cells.get(name) for name in row.cells if name not in ("number", "personal")):
            continue
        if header.kind == "contact":
            # One unit over many offices is often written once, without merging the cells.
            unit = row.get("unit") or unit or group
            row = replace(row, cells={**row.cells, "unit": unit})
        record = replace(make(row, limits), sheet=sheet, row=number)
        faults = [*_beyond(header, cells), *check(record, row.cells, row.labels)]
        taken.records.append(replace(record, fault="；".join(faults)))
    if header.kind == "contact":
        taken.records = _told_apart(taken.records)
    return taken


def _repeats(header: Header, cells: Sequence[str]) -> bool:
    """A long table prints its header on every page."""
    return tuple(" ".join(cell.split()) for cell in cells) == header.labels


def _alone(cells: Sequence[str]) -> str:
    """Return the text of a row that is no entry, "" for others.

    That is a title across the columns, or a single cell such as 一、市直单位 or 注：…. A question
    whose answer is missing is an entry with a fault.
    """
    filled = [cell for cell in cells if cell]
    if len(set(filled)) != 1 or len(cells) == 1:
        return ""
    return filled[0] if len(filled) > 1 or _NOTE.match(filled[0]) else ""


def _beyond(header: Header, cells: Sequence[str]) -> list[str]:
    """A cell right of the last header: a comma without quotes has shifted the row, or a note."""
    last = max(at for at, label in enumerate(header.labels) if label)
    extra = next((text for text in cells[last + 1 :] if text), "")
    return [f"最后一列表头的右边还有内容：{extra[:40]}"] if extra else []


def _row(header: Header, number: int, cells: Sequence[str]) -> Row:
    texts: dict[str, str] = {}
    labels: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for meaning, label, text in zip(header.columns, header.labels, cells, strict=False):
        if meaning:
            labels.setdefault(meaning, label)
        if not text:
            continue
        if meaning and meaning in texts:
            if text not in texts[meaning].split("\n"):
                texts[meaning] += _JOINED.get(meaning, "\n") + text
        elif meaning:
            texts[meaning] = text
        else:
            others.append((label or "备注", text))
    return Row(number, texts, labels, tuple(others))


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
