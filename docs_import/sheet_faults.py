"""Why a row cannot be taken, in words the person who keeps the table understands."""

from __future__ import annotations

from collections.abc import Mapping

from docs_import.document import Record
from docs_import.sheet_values import day, has_phone, is_open_end, term_end

MAX_TITLE, MAX_BODY = 300, 2_000_000
_LONGEST = {
    "document_number": ("文号", 80),
    "issuing_authority": ("发文机关", 200),
    "category": ("类别", 80),
}
_TITLE = {
    "contact": ("unit", "单位"), "qa": ("question", "问题"), "guide": ("title", "事项名称"),
}  # fmt: skip
_DAYS = {
    "issued_on": "成文日期", "published_on": "发布日期", "valid_from": "生效日期",
    "valid_until": "有效期至",
}  # fmt: skip


def check(record: Record, cells: Mapping[str, str], labels: Mapping[str, str]) -> list[str]:
    """Return the faults of a row in Chinese, [] when it can be taken.

    :param cells: meaning -> text as the table gives it.
    :param labels: meaning -> header as the table prints it.
    """
    faults = [*_title(record, labels), *_content(record, cells, labels), *_days(cells, labels)]
    start, end = record.values.get("valid_from"), record.values.get("valid_until")
    if start and end and end < start:
        faults.append(f"失效日期 {end} 早于生效日期 {start}")
    for name, (label, longest) in _LONGEST.items():
        if len(record.values.get(name, "")) > longest:
            size = len(record.values[name])
            faults.append(f"{label}有 {size} 字，超过 {longest} 字")
    return faults


def _title(record: Record, labels: Mapping[str, str]) -> list[str]:
    name, usual = _TITLE.get(record.kind, ("title", "标题"))
    label = labels.get(name) or labels.get("title") or labels.get("department") or usual
    if not record.title:
        return [f"“{label}”是空的"]
    if len(record.title) > MAX_TITLE:
        return [f"“{label}”有 {len(record.title)} 字，超过 {MAX_TITLE} 字"]
    return []


def _content(record: Record, cells: Mapping[str, str], labels: Mapping[str, str]) -> list[str]:
    if record.kind == "contact":
        label, phone = labels.get("phone", "电话"), cells.get("phone", "")
        if not phone:
            return [f"“{label}”是空的"]
        return [] if has_phone(phone) else [f"“{label}”里没有可以拨打的号码：{phone[:40]}"]
    for name in ("answer", "body"):
        if name in labels and not cells.get(name):
            return [f"“{labels[name]}”是空的"]
    if not record.body.strip() and not record.facts:
        return ["除名称外没有内容"]
    if len(record.body) > MAX_BODY:
        return [f"正文有 {len(record.body)} 字，超过 {MAX_BODY // 10_000} 万字"]
    return []


def _days(cells: Mapping[str, str], labels: Mapping[str, str]) -> list[str]:
    faults = []
    for name, usual in _DAYS.items():
        text = " ".join(cells.get(name, "").split())
        if not text or is_open_end(text) or day(text):
            continue
        start = next((found for key in _DAYS if (found := day(cells.get(key, "")))), None)
        if name == "valid_until" and term_end(text, start):
            continue
        faults.append(f"“{labels.get(name, usual)}”不是完整的日期：{text[:40]}")
    return faults
