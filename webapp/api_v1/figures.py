"""GET /figures: the figures of a period as in a bulletin, and the records behind each."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from kb.bulletins.periods import Period
from kb.bulletins.records import records_of
from kb.bulletins.reporting import as_json, report
from kb.bulletins.window import Window
from kb.clock import local_day
from kb.errors import InvalidInput
from kb.services.topics import basis_of
from webapp.api_v1.figures_schemas import (
    FigureRecordsSchema,
    FiguresQuerySchema,
    FiguresSchema,
    RecordsQuerySchema,
)
from webapp.api_v1.request_json import instant
from webapp.api_v1.room import Blueprint, scoped
from webapp.context import city, services
from webapp.database import db

bp = Blueprint("api_figures", __name__, description="统计数字")

DEFAULT_DAYS, MAX_DAYS = 30, 400
# The years before the first are needed for comparisons.
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)


@bp.route("/figures", methods=["GET"])
@bp.doc(summary="一段日子的统计数字")
@bp.arguments(FiguresQuerySchema, location="query")
@bp.response(200, FiguresSchema)
@scoped("figures")
def figures(asked: dict[str, Any]) -> Any:
    """与通报同一套口径；起止日期都包含在内，按北京时间。"""
    return as_json(report(db(), _window(asked)))


@bp.route("/figures/records", methods=["GET"])
@bp.doc(summary="一个数字背后的诉求或工单")
@bp.arguments(RecordsQuerySchema, location="query")
@bp.response(200, FigureRecordsSchema)
@scoped("figures")
def records(asked: dict[str, Any]) -> dict[str, Any]:
    """列出来的件数与数字相同；率列出分子。"""
    found = records_of(db(), _window(asked), asked["address"], page=asked["page"])
    return {
        "address": asked["address"],
        "total": found.total,
        "page": asked["page"],
        "records": [asdict(record) | {"at": instant(record.at)} for record in found.records],
        "days": [asdict(day) for day in found.days],
    }


def _window(asked: dict[str, Any]) -> Window:
    now = services().clock()
    basis = basis_of(db(), city())
    if "as_of" in asked:
        if not EARLIEST <= local_day(asked["as_of"]) <= LATEST:
            raise InvalidInput("日期没有填对", {"as_of": "时刻应在 2000 年至 2199 年之间"})
        basis = replace(basis, as_of=asked["as_of"])
    return Window.of(_period(asked, local_day(now)), basis, now)


def _period(asked: dict[str, Any], today: date) -> Period:
    last = asked.get("to", today)
    first = asked.get("from_", last - timedelta(days=DEFAULT_DAYS - 1) if last > EARLIEST else last)
    faults = {}
    if first > last:
        faults["from"] = "起始日期不能晚于结束日期"
    elif (last - first).days >= MAX_DAYS:
        faults["from"] = f"一次最多查 {MAX_DAYS} 天"
    elif first < EARLIEST or last > LATEST:
        faults["from"] = "日期应在 2000 年至 2199 年之间"
    if faults:
        raise InvalidInput("日期没有填对", faults)
    return Period(first, last)
