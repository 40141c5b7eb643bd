"""From the grids of a workbook to a document: records where the headers are known, else tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from docs_import.document import Block, Record
from docs_import.errors import DocumentUnreadable
from docs_import.guide_forms import form_record
from docs_import.hints import Hints
from docs_import.limits import Limits
from docs_import.raw import RawDocument
from docs_import.sheet_headers import Header, find_header
from docs_import.sheet_records import Taken, take_rows
from docs_import.tables import table_blocks, too_many_cells

_MAX_COLUMNS = 200
_SHOWN = 5
# What a column is read as, in words for people; a meaning that is not here goes into the text.
MEANINGS = {
    "unit": "单位",
    "department": "科室",
    "phone": "电话",
    "place": "地点",
    "hours": "时间",
    "online": "网上办",
    "question": "标题",
    "title": "标题",
    "similar": "相似问",
    "category": "类别",
    "kind": "种类",
    "audience": "公开属性",
    "document_number": "文号",
    "issuing_authority": "发文机关",
    "issued_on": "成文日期",
    "published_on": "发布日期",
    "valid_from": "施行日期",
    "valid_until": "有效期至",
    "conditions": "条件",
    "materials": "材料",
    "steps": "步骤",
    "time_limit": "时限",
    "fee": "费用",
    "personal": "不收录（个人信息）",
    "number": "不使用",
}
_GIVEN_NAME = re.compile(r"(?:Sheet|工作表)\s*\d*", re.IGNORECASE)


@dataclass
class Sheet:
    """One table: (row number from 1, cells) of the rows that are not empty, merges filled."""

    name: str
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


def sheets_document(
    sheets: Iterable[Sheet], limits: Limits, warnings: Sequence[str] = ()
) -> RawDocument:
    """Return what the sheets hold; sheets are taken one by one.

    :raises DocumentUnreadable: too_complex.
    """
    blocks: list[Block] = []
    records: list[Record] = []
    said = list(warnings)
    cells = 0
    for sheet in sheets:
        if not sheet.rows:
            continue
        grid = _trimmed([row for _, row in sheet.rows])
        form = form_record(grid, limits)
        if form is not None:
            records.append(replace(form, sheet=sheet.name))
            said.append(f"工作表“{sheet.name}”读作一份办事指南。")
            continue
        header = find_header(grid)
        if header is None:
            cells += sum(map(len, grid))
            if cells > limits.max_cells:
                raise too_many_cells()
            if not _GIVEN_NAME.fullmatch(sheet.name) and sheet.name:
                blocks.append(Block("heading", sheet.name, 2))
            blocks += table_blocks(grid)
            continue
        numbers = [number for number, _ in sheet.rows]
        below = list(zip(numbers, grid, strict=True))[header.at + 1 :]
        taken = take_rows(header, below, sheet.name, limits)
        records += taken.records
        said += _told(sheet.name, header, taken)
        if len(records) > limits.max_records:
            raise _too_many_records(limits)
    return RawDocument(blocks, Hints(), tuple(said), records=tuple(records))


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    """Cut off columns that are empty from top to bottom at either side.

    :raises DocumentUnreadable: too_complex, when more than 200 are left.
    """
    width = max(map(len, rows))
    used = {at for row in rows for at, cell in enumerate(row) if cell}
    first, last = min(used, default=0), max(used, default=-1)
    if last - first >= _MAX_COLUMNS:
        raise too_many_cells()
    return [(row + [""] * (width - len(row)))[first : last + 1] for row in rows]


def _told(sheet: str, header: Header, taken: Taken) -> Iterable[str]:
    where = f"工作表“{sheet}”" if sheet else "表格"
    yield f"{where}的列这样对应：{_mapping(header)}。"
    personal = [
        label
        for label, meaning in zip(header.labels, header.columns, strict=True)
        if meaning == "personal"
    ]
    if personal:
        yield f"{where}中的{'、'.join(f'“{label}”' for label in personal)}属于个人信息，没有收录。"
    if taken.notes:
        shown = "；".join(f"第 {number} 行“{text[:40]}”" for number, text in taken.notes[:_SHOWN])
        more = f"等 {len(taken.notes)} 行" if len(taken.notes) > _SHOWN else ""
        yield f"{where}中只有一格有字的行没有作为条目收录：{shown}{more}。"


def _mapping(header: Header) -> str:
    """How each column is read; one without a meaning of its own goes into the text."""
    parts = []
    for label, meaning in zip(header.labels, header.columns, strict=True):
        if label:
            parts.append(f"{label} → {MEANINGS.get(meaning, '正文')}")
    return "，".join(parts)


def _too_many_records(limits: Limits) -> DocumentUnreadable:
    return DocumentUnreadable(
        "too_complex",
        f"表格超过 {limits.max_records} 行，已停止读取。请拆成几个文件后再上传。",
    )
