"""GET /figures: the present figures over a span of days."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields

from kb.clock import local_day
from kb.errors import InvalidInput
from kb.queries import figures as query
from webapp.api_v1.request_json import instant
from webapp.api_v1.room import Blueprint, scoped
from webapp.context import purpose_name, services
from webapp.database import db

bp = Blueprint("api_figures", __name__, description="统计数字")

DEFAULT_DAYS, MAX_DAYS = 30, 400
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)


class FiguresQuerySchema(Schema):
    """Which days, both included."""

    from_ = fields.Date(data_key="from", metadata={"description": "第一天；不填为最近 30 天"})
    to = fields.Date(metadata={"description": "最后一天；不填为今天"})


class CountsSchema(Schema):
    """Requests of one group; invalid ones stand outside ``requests``."""

    requests = fields.Integer(required=True, metadata={"description": "受理量"})
    online = fields.Integer(required=True, metadata={"description": "在线办结"})
    handed_over = fields.Integer(required=True, metadata={"description": "转办"})
    open = fields.Integer(required=True, metadata={"description": "处理中"})
    invalid = fields.Integer(required=True, metadata={"description": "无效"})
    online_rate = fields.Float(
        required=True, allow_none=True, metadata={"description": "在线办结率，百分数，两位小数"}
    )


class NamedCountsSchema(CountsSchema):
    """A group with its name."""

    name = fields.String(required=True)
    label = fields.String(required=True)


class UnitFiguresSchema(Schema):
    """One unit's part."""

    unit_id = fields.Integer(required=True)
    unit = fields.String(required=True)
    online = fields.Integer(required=True, metadata={"description": "条目在线办结的诉求"})
    orders = fields.Integer(required=True, metadata={"description": "工单"})
    resolved = fields.Integer(required=True, metadata={"description": "已办结"})
    overdue = fields.Integer(required=True, metadata={"description": "超期"})
    resolve_rate = fields.Float(required=True, allow_none=True)


class FiguresSchema(Schema):
    """The figures of a span."""

    from_ = fields.String(data_key="from", required=True, metadata={"format": "date"})
    to = fields.String(required=True, metadata={"format": "date"})
    as_of = fields.String(required=True, metadata={"format": "date-time"})
    totals = fields.Nested(CountsSchema, required=True)
    by_purpose = fields.List(fields.Nested(NamedCountsSchema), required=True)
    by_category = fields.List(fields.Nested(NamedCountsSchema), required=True)
    by_unit = fields.List(fields.Nested(UnitFiguresSchema), required=True)


@bp.route("/figures", methods=["GET"])
@bp.doc(summary="一段日子的统计数字")
@bp.arguments(FiguresQuerySchema, location="query")
@bp.response(200, FiguresSchema)
@scoped("figures")
def figures(asked: dict[str, Any]) -> dict[str, Any]:
    """与督办看板同一套口径；起止日期都包含在内，按北京时间。"""
    now = services().clock()
    span = _span(asked, local_day(now))
    purposes = query.by_purpose(db(), span)
    return {
        "from_": span.first.isoformat(),
        "to": span.last.isoformat(),
        "as_of": instant(now),
        "totals": _counts(query.totals(db(), span)),
        "by_purpose": [
            _counts(counts) | {"name": purpose, "label": purpose_name(purpose)}
            for purpose, counts in purposes
        ],
        "by_category": [
            _counts(counts) | {"name": name, "label": name}
            for name, counts in query.by_category(db(), span)
        ],
        "by_unit": [_unit(row) for row in query.by_unit(db(), span, now)],
    }


def _span(asked: dict[str, Any], today: date) -> query.Span:
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
    return query.Span(first, last)


def _counts(counts: query.Counts) -> dict[str, Any]:
    return {
        "requests": counts.requests,
        "online": counts.online,
        "handed_over": counts.handed_over,
        "open": counts.open,
        "invalid": counts.invalid,
        "online_rate": _number(counts.online_rate),
    }


def _unit(row: query.UnitCounts) -> dict[str, Any]:
    return {
        "unit_id": row.unit_id,
        "unit": row.unit,
        "online": row.online,
        "orders": row.orders,
        "resolved": row.resolved,
        "overdue": row.overdue,
        "resolve_rate": _number(row.resolve_rate),
    }


def _number(rate: Decimal | None) -> float | None:
    return float(rate) if rate is not None else None
