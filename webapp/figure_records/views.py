"""One page: the requests, orders, gaps, entries or days of calls that a figure counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from kb.bulletins.basis import basis_about
from kb.bulletins.explaining import definition_at
from kb.bulletins.naming import name_of
from kb.bulletins.periods import Period
from kb.bulletins.records import PAGE, Behind, Record, records_of
from kb.bulletins.window import Window
from kb.clock import SHANGHAI
from kb.errors import InvalidInput
from kb.masking import mask_person
from kb.models import CitizenRequest
from kb.services.contact_details import shown_question, shown_text
from kb.services.topics import basis_of
from kb.workbook import Cell
from webapp import formats
from webapp.context import city, services
from webapp.database import db
from webapp.identity import current_actor
from webapp.list_address import address_of
from webapp.navigation import may
from webapp.sheets import MAX_ROWS, sheet, title_of

bp = Blueprint("figure_records", __name__, url_prefix="/supervise/figures")

_NAMES = ("address", "from", "to", "at", "about")
_MAX_DAYS, _EARLIEST, _LATEST = 400, date(2000, 1, 1), date(2199, 12, 31)
_HEAD = ("编号", "诉求编号", "标题", "单位", "时间")


@dataclass(frozen=True)
class Row:
    """A record as it is shown; ``href`` is empty where there is no page of its own."""

    record: Record
    title: str
    href: str


@bp.get("/records")
def records() -> str:
    """The list, 50 a page."""
    window, address = _window(), _address()
    page = _page()
    found = records_of(db(), window, address, page=page)
    return render_template(
        "figure_records/list.html",
        name=name_of(address),
        definition=definition_at(address, window.basis.denominators),
        window=window,
        found=found,
        rows=_rows(found.records),
        page=page,
        pages=max(1, -(-found.total // PAGE)),
        address=address_of(request.path, request.args, _NAMES),
        export=address_of(url_for("figure_records.export"), request.args, _NAMES),
    )


@bp.post("/records/export")
def export() -> Response:
    """All of the list as a file; the taking is recorded."""
    window, address = _window(), _address()
    found = records_of(db(), window, address, size=MAX_ROWS)
    if found.days:
        head: Sequence[str] = ("日期", "呼入", "接通")
        days = [(f"{day.day}", day.offered, day.answered) for day in found.days]
        return sheet("figure-records", name_of(address), head, days, len(days), about="figure")
    return sheet(
        "figure-records", name_of(address), _HEAD, _cells(found), found.total, about="figure"
    )


def _cells(found: Behind) -> list[tuple[Cell, ...]]:
    asked = _requests(found.records)
    return [
        (
            one.number,
            one.request_number,
            title_of(asked[one.request_number])
            if one.request_number in asked
            else mask_person(one.title),
            one.unit,
            formats.filed_time(one.at),
        )
        for one in found.records
    ]


def _rows(found: Sequence[Record]) -> list[Row]:
    asked, actor = _requests(found), current_actor()
    return [
        Row(
            one,
            shown_text(one.title, asked[one.request_number], actor)
            if one.request_number in asked
            else shown_question(one.title, actor),
            _href(one),
        )
        for one in found
    ]


def _requests(found: Sequence[Record]) -> dict[str, CitizenRequest]:
    numbers = {one.request_number for one in found}
    query = select(CitizenRequest).where(CitizenRequest.number.in_(numbers))
    return {one.number: one for one in db().scalars(query)}


def _href(one: Record) -> str:
    endpoint = {"request": "dispatch.citizen_request", "order": "dispatch.order"}.get(one.kind)
    if endpoint is None or not may(current_actor(), endpoint):
        return ""
    return url_for(endpoint, number=one.number)


def _address() -> str:
    address = request.args.get("address", "").strip()
    if not address:
        raise InvalidInput("地址里没有写是哪个数字；请从看板或通报里点数字打开")
    return address


def _page() -> int:
    value = request.args.get("page", "1")
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < 7 else 1


def _window() -> Window:
    """The period of the address as it stood at its moment, or stands now."""
    now = services().clock()
    try:
        first = date.fromisoformat(request.args.get("from", ""))
        last = date.fromisoformat(request.args.get("to", ""))
        moment = datetime.fromisoformat(request.args["at"]) if "at" in request.args else now
    except ValueError as error:
        raise InvalidInput("起止日期应写作 2026-05-07；请从看板或通报里点数字打开") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    is_usable = _EARLIEST <= first <= last <= _LATEST and (last - first).days < _MAX_DAYS
    if not is_usable or not _EARLIEST <= moment.date() <= _LATEST:
        raise InvalidInput(f"起始日期不能晚于结束日期，一次最多查 {_MAX_DAYS} 天")
    basis = basis_of(db(), city())
    if "at" in request.args:
        basis = replace(basis, as_of=moment)
    return Window.of(Period(first, last), basis_about(basis, request.args.get("about", "")), now)
