"""A list as a file to take home, CSV or XLSX; who took how many rows stands in the audit log."""

import csv
import io
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from flask import request
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput
from kb.masking import mask_person
from kb.models import CitizenRequest, WorkOrder
from kb.services.audit import record
from kb.services.contact_details import shown_text
from kb.spreadsheet import as_text
from kb.workbook import TYPE, Cell, workbook
from webapp.context import purpose_name, services
from webapp.database import unit_of_work
from webapp.identity import current_actor

MAX_ROWS = 10_000
# The columns that :func:`what_was_asked` fills.
ASKED = ("工单", "标题", "诉求目的", "类别", "区域")
_CSV = "text/csv; charset=utf-8"


def title_of(asked: CitizenRequest) -> str:
    """The title as it may leave the house: nothing in it leads to a person, no door, house or
    plate either; and nothing of a 保密 request."""
    return "保密诉求" if asked.is_confidential else mask_person(asked.title)


def what_was_asked(order: WorkOrder) -> tuple[Cell, ...]:
    """The first columns of an order in every list (:data:`ASKED`): which one, and about what."""
    asked = order.request
    return (
        order.number,
        title_of(asked),
        purpose_name(asked.purpose),
        asked.category or "未分类",
        asked.region or "区域不详",
    )


def words_of(text: str, asked: CitizenRequest) -> str:
    """Words a unit wrote, masked as :func:`title_of`; none of a 保密 request's."""
    if asked.is_confidential:
        return "（保密诉求，内容不导出）"
    return mask_person(shown_text(text, asked, current_actor()))


def sheet(
    name: str,
    title: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    total: int,
    *,
    about: str = "work_order",
) -> Response:
    """The file, as ``?format=csv`` or else XLSX; the taking is recorded and committed.

    :param name: of the file and the record, ASCII.
    :param about: what the rows are, as the audit log calls it.
    :raises InvalidInput: more rows than a file is made of here.
    """
    if total > MAX_ROWS:
        raise InvalidInput(f"共 {total} 件，一次最多导出 {MAX_ROWS} 件；请先按单位或类别筛选")
    is_csv = request.args.get("format") == "csv"
    table: list[Sequence[Cell]] = [head, *(_safe(row) for row in rows)]
    data = _csv(table) if is_csv else workbook(title, table)
    actor, now = current_actor(), services().clock()
    with unit_of_work() as session:
        record(
            session,
            actor_id=actor.user_id or None,
            action=f"{about}.export",
            object_type=about,
            object_id=name,
            detail={"rows": total},
            now=now,
        )
    file = f"{name}-{local_day(now)}.{'csv' if is_csv else 'xlsx'}"
    return attachment(data, _CSV if is_csv else TYPE, file)


def attachment(data: bytes, content_type: str, name: str) -> Response:
    """A file to be kept under a name."""
    answer = Response(data, content_type=content_type)
    # Headers are Latin letters; others go as RFC 5987 has it.
    said = {"filename": name} if name.isascii() else {"filename*": f"UTF-8''{quote(name)}"}
    answer.headers.set("Content-Disposition", "attachment", **said)
    return answer


def _safe(row: Sequence[Cell]) -> Sequence[Cell]:
    return [as_text(cell) if isinstance(cell, str) else cell for cell in row]


def _csv(table: Iterable[Sequence[Cell]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    return out.getvalue().encode("utf-8-sig")  # the mark tells spreadsheets which encoding it is
