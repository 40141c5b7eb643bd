"""Contacts in tables: a row a unit, or names and values side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docs_import.contact_words import PHONE, clean_address, clean_phone
from docs_import.dates import normalise
from docs_import.metadata_fields import FoundContact

_PHONES = re.compile(r"电\s*话|热\s*线|联系方式|座机")
_NOT_PHONE = re.compile(r"传真|联系人")
_NUMBERS = re.compile(r"^(?:序号|编号|号)?$")
_OTHERS = re.compile(
    r"时间|日期|区划|联系人|姓名|负责人|内容|事项|业务|备注|传真|邮箱|性质|类别|类型"
)
_MAX_NAME = 30
_PLACES = re.compile(r"地\s*址|地\s*点|位\s*置")
_UNITS = re.compile(
    r"单位|机构|部门|名称|窗口|中心|网点|街道|镇街|街镇|大厅|医院|学校|站点|服务点|经办|区域|辖区"
)


def in_table(rows: tuple[tuple[str, ...], ...], where: str) -> Iterator[FoundContact]:
    """The contacts of a table with a phone column or of a list of names and values."""
    if not rows:
        return
    header = [re.sub(r"\s+", "", cell) for cell in rows[0]]
    if not any(header):
        yield from _keyed(rows[1:], where)
        return
    phone = _column(header, _PHONES, _NOT_PHONE)
    if phone is None:
        return
    place = _column(header, _PLACES)
    unit = _column(header, _UNITS, _PLACES, phone)
    if unit is None:
        unit = _first_names(rows, header, (phone, place))
    for at, row in enumerate(rows[1:], 1):
        numbers = phones_in(row[phone])
        if numbers:
            label = _flat(row[unit])[:60] if unit is not None else ""
            address = clean_address(_flat(row[place])) if place is not None else ""
            yield FoundContact(label, numbers, address, f"{where}（表格第{at}行）")


def _column(
    header: list[str],
    wanted: re.Pattern[str],
    unless: re.Pattern[str] | None = None,
    skip: int = -1,
) -> int | None:
    for i, cell in enumerate(header):
        if i != skip and wanted.search(cell) and not (unless and unless.search(cell)):
            return i
    return None


def _first_names(
    rows: tuple[tuple[str, ...], ...], header: list[str], others: tuple[int | None, ...]
) -> int | None:
    """The first column says what each row is about (公园 | 时间 | 电话), unless it counts."""
    for at, name in enumerate(header):
        if at in others or _NUMBERS.search(name):
            continue
        cells = [_flat(row[at]) for row in rows[1:]]
        named = all(1 < len(cell) <= _MAX_NAME and not cell[0].isdigit() for cell in cells)
        return at if named and not _OTHERS.search(name) else None
    return None


def _keyed(rows: tuple[tuple[str, ...], ...], where: str) -> Iterator[FoundContact]:
    """咨询电话 | 0999-2345678 and 办理地点 | …, in rows of two or four cells."""
    phone = address = label = ""
    at = 0
    for number, row in enumerate(rows, 1):
        for name, value in zip(row[::2], row[1::2], strict=False):
            if _PHONES.search(name) and not phone:
                phone, at = phones_in(value), number
            elif _PLACES.search(name) and not address:
                address = clean_address(_flat(value))
            elif re.search(r"(?:实施|受理|办理|责任)?(?:单位|机构|主体|部门)$", name) and not label:
                label = _flat(value)[:60]
    if phone:
        yield FoundContact(label, phone, address, f"{where}（表格第{at}行）")


def phones_in(cell: str) -> str:
    """The phones of a cell that holds nothing else of weight, joined by 、."""
    text = normalise(cell)
    return "、".join(dict.fromkeys(clean_phone(m.group()) for m in PHONE.finditer(text)))


def _flat(cell: str) -> str:
    return " ".join(cell.split())
