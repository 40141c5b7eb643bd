"""评测问题 as a table: one line a question and entry, to hand over, edit elsewhere and take back.

CSV or TSV, UTF-8 (GB18030 is read too), with a header. A line without an entry is a question that
must be refused. The whole table is taken or none of it.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.access import visible_items
from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import JudgedQuery, KnowledgeItem, KnowledgeVersion
from kb.models.judging import USEFUL_GRADE
from kb.services.judged_queries import GRADES, MAX_QUERIES, Wanted, keep_query
from kb.spreadsheet import as_text, as_typed

COLUMNS = ("问题", "条目", "等级", "口径日期", "种类", "说明")
NEEDED = COLUMNS[:3]
MAX_LINES = 5_000
MAX_BYTES = 2 * 1024 * 1024
_SHOWN_FAULTS = 20


def export_csv(rows: Iterable[JudgedQuery], titles: dict[int, str]) -> bytes:
    """The questions as CSV that a spreadsheet opens.

    :param titles: item id -> title of the entries that may be named.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*COLUMNS, "条目标题"])
    for row in rows:
        rest = [row.as_of.isoformat() if row.as_of else "", as_text(row.label), as_text(row.note)]
        grades = [(g.item_id, g.grade) for g in row.grades if g.item_id in titles]
        for item_id, grade in grades:
            writer.writerow([as_text(row.text), item_id, grade, *rest, as_text(titles[item_id])])
        if not grades:
            writer.writerow([as_text(row.text), "", "", *rest, ""])
    return out.getvalue().encode("utf-8-sig")


def import_table(
    session: Session, data: bytes, *, unit_id: int | None, actor: Actor, now: datetime
) -> int:
    """Take a table in; returns how many questions were kept or changed.

    An entry is named by its number or its exact title.

    :raises InvalidInput: with line numbers; nothing of the table is kept then, if the caller
        rolls back as for any refusal.
    """
    lines = _lines(data)
    faults: list[str] = []
    wanted: dict[tuple[str, date | None], Wanted] = {}
    found = _Entries(session, actor)
    for number, line in lines:
        try:
            one = _wanted(line, found, unit_id)
        except InvalidInput as fault:
            faults.append(f"第 {number} 行：{fault.message}")
            continue
        key = (one.text, one.as_of)
        known = wanted.get(key)
        wanted[key] = one if known is None else _joined(known, one)
    if len(wanted) > MAX_QUERIES:
        faults.append(f"共 {len(wanted)} 个问题，最多 {MAX_QUERIES} 个")
    _refuse(faults)
    for one in wanted.values():
        try:
            keep_query(session, one, actor=actor, now=now)
        except InvalidInput as fault:
            sentences = "；".join(fault.fields.values()) or fault.message
            faults.append(f"“{one.text[:30]}”：{sentences}")
    _refuse(faults)
    return len(wanted)


def _joined(known: Wanted, more: Wanted) -> Wanted:
    refuse = known.must_refuse and more.must_refuse
    return replace(known, grades={**known.grades, **more.grades}, must_refuse=refuse)


def _refuse(faults: Sequence[str]) -> None:
    if not faults:
        return
    shown = "；".join(faults[:_SHOWN_FAULTS])
    rest = f"；还有 {len(faults) - _SHOWN_FAULTS} 处" if len(faults) > _SHOWN_FAULTS else ""
    sentence = f"{shown}{rest}"
    raise InvalidInput(f"表格没有导入，请改正后重新上传。{sentence}", {"file": sentence})


def _lines(data: bytes) -> list[tuple[int, dict[str, str]]]:
    text = _decoded(data)
    head = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in head else ","
    # Strict: a quote that is never closed must not swallow the lines after it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise _unreadable(f"第 {reader.line_num} 行的引号或分隔符不对") from error
    rows = [(number, row) for number, row in rows if any(row)]
    if not rows or not set(NEEDED) <= set(rows[0][1]):
        raise _unreadable(f"第 1 行应是表头，至少有：{'、'.join(NEEDED)}")
    if len(rows) == 1:
        raise _unreadable("表格只有表头，没有问题")
    if len(rows) > MAX_LINES + 1:
        raise _unreadable(f"表格有 {len(rows) - 1} 行，最多 {MAX_LINES} 行")
    names = rows[0][1]
    return [(number, dict(zip(names, row, strict=False))) for number, row in rows[1:]]


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _unreadable("表格超过 2 MB")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _unreadable("不是文本表格；请在表格软件中另存为 CSV（UTF-8）后上传")


def _unreadable(sentence: str) -> InvalidInput:
    return InvalidInput(f"表格没有导入。{sentence}。", {"file": sentence})


class _Entries:
    """Entries by number or title, among those the person may see."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session, self._actor = session, actor
        self._known: dict[str, int] = {}

    def id_of(self, name: str) -> int:
        """:raises InvalidInput: no such entry, or several of that title."""
        if name not in self._known:
            self._known[name] = self._look_up(name)
        return self._known[name]

    def _look_up(self, name: str) -> int:
        is_number = name.isascii() and name.isdigit() and len(name) < 10
        named = KnowledgeItem.id == int(name) if is_number else KnowledgeVersion.title == name[:400]
        query = (
            select(KnowledgeItem.id)
            .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
            .where(named, visible_items(self._actor))
            .limit(2)
        )
        ids = list(self._session.scalars(query))
        if not ids:
            raise InvalidInput(f"没有“{name[:40]}”这个条目，请写条目编号或完整标题")
        if len(ids) > 1:
            raise InvalidInput(f"有多个条目叫“{name[:40]}”，请改写条目编号")
        return ids[0]


def _wanted(line: dict[str, str], entries: _Entries, unit_id: int | None) -> Wanted:
    text = " ".join(as_typed(line.get("问题", "")).split())
    if not text:
        raise InvalidInput("缺少问题")
    grades = {}
    if line.get("条目"):
        grade = line.get("等级", "")
        if grade not in map(str, GRADES):
            raise InvalidInput("等级只能是 0、1、2、3")
        grades[entries.id_of(as_typed(line["条目"]))] = int(grade)
    return Wanted(
        text=text,
        grades=grades,
        as_of=_day(line.get("口径日期", "")),
        label=as_typed(line.get("种类", "")),
        note=as_typed(line.get("说明", "")),
        must_refuse=all(grade < USEFUL_GRADE for grade in grades.values()),
        unit_id=unit_id,
    )


def _day(cell: str) -> date | None:
    if not cell:
        return None
    try:
        return date.fromisoformat(cell.replace("/", "-"))
    except ValueError as error:
        raise InvalidInput("口径日期应写成 2026-05-07") from error
