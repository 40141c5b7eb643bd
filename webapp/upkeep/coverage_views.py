"""覆盖情况: one row per unit, sorted and exported; each figure opens the entries behind it."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import render_template, request, url_for
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from kb.actor import Actor
from kb.bulletins.periods import Period
from kb.bulletins.rounding import percent
from kb.clock import local_day
from kb.errors import NotFound
from kb.models import Unit
from kb.queries import coverage as figures
from kb.queries.coverage import Coverage
from kb.queries.timeliness import DEFINITION
from kb.spreadsheet import as_text
from kb.terms import Role
from kb.workbook import TYPE, Cell, workbook
from webapp.context import services
from webapp.database import db
from webapp.entry_links import entry_address
from webapp.identity import current_actor
from webapp.sheets import attachment
from webapp.upkeep.blueprint import bp, number, page_number

SORTS: dict[str, tuple[str, Callable[[Coverage], Any]]] = {
    "unit": ("单位", lambda row: row.unit.name),
    "in_force": ("现行有效", lambda row: row.in_force),
    "waiting": ("在途", lambda row: row.waiting),
    # A unit that never pushed comes before any that did.
    "silent": ("最近推送", lambda row: row.silent_days if row.silent_days is not None else 10**6),
    "overdue": ("超期未核验", lambda row: row.overdue),
    "expired": ("到期未处理", lambda row: row.expired),
    "rate": ("及时率", lambda row: row.rate if row.rate is not None else Decimal(101)),
}
# What needs an eye comes first.
_FALLING = ("in_force", "waiting", "silent", "overdue", "expired")
HEADER = (
    "单位",
    "现行有效（条）",
    "在途（件）",
    "最近推送",
    "距今（天）",
    "久未推送",
    "超期未核验（条）",
    "到期未处理（条）",
    "时段内应处理（件）",
    "按时处理（件）",
    "知识更新及时率（%）",
)


def _scope(actor: Actor) -> frozenset[int] | None:
    return None if actor.has(Role.SUPERVISOR, Role.EDITOR) else actor.unit_scope


def spans(today: date) -> list[tuple[str, Period]]:
    """The periods offered by name."""
    month = today.replace(day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    return [
        ("本月", Period(month, today)),
        ("上月", Period(last_month, month - timedelta(days=1))),
        ("本季度", Period(quarter, today)),
        ("本年", Period(date(today.year, 1, 1), today)),
    ]


def _span(today: date) -> Period:
    """The period of the address, or this month where it names none that can be read."""
    try:
        first = date.fromisoformat(request.args.get("from", ""))
        last = date.fromisoformat(request.args.get("to", ""))
    except ValueError:
        return spans(today)[0][1]
    is_usable = date(2000, 1, 1) <= first <= last <= date(2100, 12, 31)
    return Period(first, last) if is_usable else spans(today)[0][1]


def _period(span: Period) -> dict[str, Any]:
    """The span as an address carries it."""
    return {"from": span.first, "to": span.last}


def _sort() -> tuple[str, bool]:
    """The column, and whether the order is turned round."""
    asked = request.args.get("sort", "unit")
    return (asked if asked in SORTS else "unit"), request.args.get("turned") == "1"


def _rows(span: Period, today: date) -> list[Coverage]:
    profile = services().profile
    silent_days = profile.upkeep.silent_days if profile is not None else 30
    rows = figures.coverage(db(), _scope(current_actor()), span, today, silent_days)
    name, is_turned = _sort()
    return sorted(rows, key=SORTS[name][1], reverse=(name in _FALLING) != is_turned)


@bp.get("/units/coverage")
def coverage() -> str:
    """The table."""
    today = local_day(services().clock())
    span, (sort, is_turned) = _span(today), _sort()
    rows = _rows(span, today)
    period = _period(span)

    def column(name: str) -> str:
        turned = 1 if name == sort and not is_turned else None
        return url_for("upkeep.coverage", **period, sort=name, turned=turned)

    timely, duties = sum(row.timely for row in rows), sum(row.duties for row in rows)
    return render_template(
        "upkeep/coverage.html",
        rows=rows,
        span=span,
        spans=spans(today),
        sort=sort,
        is_falling=(sort in _FALLING) != is_turned,
        column=column,
        door=lambda row, figure: url_for(
            "upkeep.coverage_entries", unit=row.unit.id, figure=figure, **period
        ),
        export=lambda kind: url_for(
            "upkeep.coverage_file", kind=kind, **period, sort=sort, turned=1 if is_turned else None
        ),
        silent=sum(row.is_silent for row in rows),
        silent_days=services().profile.upkeep.silent_days if services().profile else 30,
        timely=timely,
        duties=duties,
        total_rate=percent(timely, duties, 2),
        definition=DEFINITION,
        is_supervisor=current_actor().has(Role.SUPERVISOR),
    )


@bp.get("/units/coverage.<kind>")
def coverage_file(kind: str) -> Response:
    """The same table as CSV (UTF-8 with a mark, so that spreadsheets read it) or XLSX."""
    if kind not in ("csv", "xlsx"):
        raise NoSuchPage
    today = local_day(services().clock())
    span = _span(today)
    rows: list[tuple[Cell, ...]] = [HEADER, *map(_cells, _rows(span, today))]
    name = f"coverage-{span.first}-{span.last}.{kind}"
    if kind == "xlsx":
        data, mime = workbook(f"覆盖情况 {span.first} 至 {span.last}", rows), TYPE
    else:
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        data, mime = ("\ufeff" + out.getvalue()).encode(), "text/csv; charset=utf-8"
    return attachment(data, mime, name)


def _cells(row: Coverage) -> tuple[Cell, ...]:
    return (
        as_text(row.unit.name),
        row.in_force,
        row.waiting,
        row.last_push.isoformat() if row.last_push else "从未推送",
        row.silent_days,
        "是" if row.is_silent else "",
        row.overdue,
        row.expired,
        row.duties,
        row.timely,
        row.rate,
    )


@bp.get("/units/coverage/entries")
def coverage_entries() -> str:
    """The entries behind one figure of one unit."""
    actor, today = current_actor(), local_day(services().clock())
    unit_id, figure = number(request.args.get("unit", "")), request.args.get("figure", "")
    scope = _scope(actor)
    unit = db().get(Unit, unit_id) if unit_id is not None else None
    if (
        unit is None
        or figure not in figures.FIGURES
        or (scope is not None and unit.id not in scope)
    ):
        raise NotFound("没有这份清单，或者它不在您可查看的范围内")
    span, page, size = _span(today), page_number(), 30
    found, total = figures.entries_behind(db(), unit.id, figure, span, today, page=page, size=size)
    return render_template(
        "upkeep/coverage_entries.html",
        unit=unit,
        name=figures.FIGURES[figure],
        found=found,
        total=total,
        page=page,
        pages=max(1, -(-total // size)),
        span=span if figure in ("duties", "timely", "late") else None,
        # What was never published is shown to those who write it, not merely counted.
        entry_href=lambda row: (
            entry_address(actor, row.version) if row.item.current_version_id else _draft(row, actor)
        ),
        page_href=lambda number: url_for(
            "upkeep.coverage_entries",
            unit=unit.id,
            figure=figure,
            page=number,
            **_period(span),
        ),
        home=url_for("upkeep.coverage", **_period(span)),
    )


def _draft(row: figures.Behind, actor: Actor) -> str:
    if actor.has(Role.EDITOR, Role.UNIT_CLERK, Role.UNIT_REVIEWER):
        return url_for("unit_portal.version", version_id=row.version.id)
    return ""
