"""What was not taken of a batch, as a workbook to correct and send again.

Rows stand as their table gave them, under its own headers, a sheet for each set of headers; files
have a sheet of their own. The first columns say why and where; no table reads them back.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from docs_import.document import Record
from kb.actor import Actor
from kb.facts import fact_text
from kb.models import Batch, BatchEntry
from kb.queries.batches import FILTERS
from kb.services.batch_access import entries_for
from kb.services.batch_rows import CELLS
from kb.services.batch_seen import place_of
from kb.terms import KnowledgeKind
from kb.xlsx import workbook

WHY, WHERE = "未收录的原因", "原来的位置"
_FILE_HEADS = ("文件", WHY)

Column = tuple[str, Callable[[Record], str]]


def _value(name: str) -> Callable[[Record], str]:
    return lambda record: record.values.get(name, "")


def _fact(name: str) -> Callable[[Record], str]:
    return lambda record: _lines(record.facts.get(name, ""))


def _lines(value: str | list[str]) -> str:
    return "\n".join(value) if isinstance(value, list) else value


def _business(record: Record) -> str:
    """What the row said before 电话：…; the lines from there on come of its other columns."""
    return f"\n\n{record.body}".split("\n\n电话：")[0].strip()


_COMMON: tuple[Column, ...] = (
    ("分类", _value("category")),
    ("公开属性", _value("audience")),
    ("生效日期", _value("valid_from")),
    ("有效期至", _value("valid_until")),
)
_COLUMNS: Mapping[str, tuple[Column, ...]] = {
    KnowledgeKind.CONTACT: (
        ("单位", lambda record: record.title),
        ("业务范围", _business),
        ("联系电话", _fact("phone")),
        ("地址", _fact("place")),
        ("工作时间", _fact("hours")),
    ),
    KnowledgeKind.QA: (
        ("问题", lambda record: record.title),
        ("答案", lambda record: record.body.strip()),
        ("相似问", lambda record: "\n".join(record.variants)),
        ("责任单位", _value("unit")),
        *_COMMON,
    ),
    KnowledgeKind.GUIDE: (
        ("事项名称", lambda record: record.title),
        ("办理条件", _fact("conditions")),
        ("申请材料", _fact("materials")),
        ("办理流程", _fact("steps")),
        ("办理时限", _fact("time_limit")),
        ("收费标准", _fact("fee")),
        ("办理地点", _fact("place")),
        ("办理时间", _fact("hours")),
        ("咨询电话", _fact("phone")),
        ("实施主体", _value("unit")),
        ("分类", _value("category")),
    ),
}
_ARCHIVE: tuple[Column, ...] = (
    ("标题", lambda record: record.title),
    ("正文", lambda record: record.body.strip()),
    ("知识类型", lambda record: KnowledgeKind(record.kind).label),
    ("文号", _value("document_number")),
    ("发文机关", _value("issuing_authority")),
    ("成文日期", _value("issued_on")),
    ("相似问", lambda record: "\n".join(record.variants)),
    ("责任单位", _value("unit")),
    *_COMMON,
)


def failed_workbook(session: Session, batch: Batch, actor: Actor) -> bytes:
    """The XLSX of the failed files and rows that the person sees, without dismissed ones."""
    query = (
        select(BatchEntry)
        .where(
            BatchEntry.batch_id == batch.id,
            entries_for(actor),
            FILTERS["failed"][1],
            BatchEntry.dismissed_at.is_(None),
        )
        .order_by(BatchEntry.path, BatchEntry.row, BatchEntry.id)
        .options(undefer(BatchEntry.content))
    )
    files: list[Sequence[str]] = [_FILE_HEADS]
    tables: dict[tuple[str, ...], list[Sequence[str]]] = {}
    names: dict[tuple[str, ...], str] = {}
    for entry in session.scalars(query):
        if entry.row is None:
            files.append((entry.path, entry.reason))
            continue
        name, cells = _kind_name(entry), _cells(entry)
        heads = (name, *(label for label, _text in cells))
        names.setdefault(heads, _unlike(name, names.values()))
        rows = tables.setdefault(heads, [(WHY, WHERE, *heads[1:])])
        where = f"{entry.path} {place_of(entry)}"
        rows.append((entry.reason, where, *(text for _label, text in cells)))
    sheets = [(names[heads], rows) for heads, rows in tables.items()]
    if len(files) > 1 or not sheets:
        sheets.append(("文件", files))
    return workbook(sheets)


def _kind_name(entry: BatchEntry) -> str:
    return KnowledgeKind(entry.kind).label if entry.kind in _COLUMNS else "知识条目"


def _unlike(name: str, taken: Iterable[str]) -> str:
    """The name of one more sheet: 联系方式, 联系方式 2."""
    count = sum(other.split(" ")[0] == name for other in taken)
    return f"{name} {count + 1}" if count else name


def _cells(entry: BatchEntry) -> list[tuple[str, str]]:
    """Headers and texts of a row as its table gave them, without what an earlier list added; of a
    row read before these were kept, what was made of it."""
    given = entry.content.get("record", entry.content).get(CELLS)
    if given:
        return [(label, text) for label, text in given if label not in (WHY, WHERE)]
    record = _record(entry)
    return [(label, of(record)) for label, of in _COLUMNS.get(entry.kind, _ARCHIVE)]


def _record(entry: BatchEntry) -> Record:
    """The row as it was read; of one that was refused later, as it would have been written."""
    if "record" in entry.content:
        return Record(**entry.content["record"])
    whole = entry.content
    days = ("issued_on", "valid_from", "valid_until")
    texts = ("document_number", "issuing_authority", "category", "audience")
    return Record(
        whole["kind"],
        whole["title"],
        whole["body"],
        {name: fact_text(value) for name, value in whole["facts"].items()},
        tuple(whole["variants"]),
        {name: whole[name] or "" for name in (*days, *texts)},
    )
