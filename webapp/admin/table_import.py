"""管理: people and units from a table: a template, a trial that changes nothing, the import."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput
from kb.services import people_table, units_table
from kb.services.audit import record
from kb.services.given_table import MAX_BYTES, Fault, Row
from kb.workbook import TYPE
from kb.xlsx import workbook
from webapp.admin.blueprint import bp
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.sheets import attachment

MAX_PASSWORDS = 300


@dataclass(frozen=True)
class _Kind:
    """What is imported, and the functions that know its table."""

    name: str
    word: str
    measure: str
    columns: Sequence[str]
    template: Callable[[], bytes]
    read: Callable[[bytes], list[Row]]
    check: Callable[[Session, Sequence[Row]], list[Fault]]


_PEOPLE = _Kind(
    "people",
    "人员",
    "人",
    people_table.PEOPLE,
    people_table.people_template,
    people_table.read_people,
    people_table.check_people,
)
_UNITS = _Kind(
    "units",
    "单位",
    "个",
    units_table.UNITS,
    units_table.units_template,
    units_table.read_units,
    units_table.check_units,
)


@bp.get("/people/import")
def import_people() -> str:
    """The form for a table of people."""
    return _page(_PEOPLE)


@bp.get("/units/import")
def import_units() -> str:
    """The form for a table of units."""
    return _page(_UNITS)


@bp.get("/people/template")
def people_template() -> Response:
    """The table of people to fill in."""
    return attachment(_PEOPLE.template(), TYPE, "people-template.xlsx")


@bp.get("/units/template")
def units_template() -> Response:
    """The table of units to fill in."""
    return attachment(_UNITS.template(), TYPE, "units-template.xlsx")


@bp.post("/people/import/try")
def try_people() -> Response:
    """试导入: what is wrong, cell by cell, or what would be added."""
    return _try(_PEOPLE)


@bp.post("/units/import/try")
def try_units() -> Response:
    """试导入: what is wrong, cell by cell, or what would be added."""
    return _try(_UNITS)


@bp.post("/people/import")
def save_people() -> Response:
    """Add everybody of the table that was tried; their passwords are shown in this answer alone."""
    try:
        rows = _rows_again(_PEOPLE)
        added = people_table.take_in_people(
            db(), rows, actor_id=current_actor().user_id, now=services().clock()
        )
    except InvalidInput as refused:
        return _refused(_PEOPLE, refused)
    commit()
    kept = json.dumps([[one.name, one.username, one.unit, one.password] for one in added])
    return make_response(render_template("admin/people_added.html", added=added, kept=kept))


@bp.post("/units/import")
def save_units() -> Response:
    """Add every unit of the table that was tried."""
    try:
        rows = _rows_again(_UNITS)
        added = units_table.take_in_units(
            db(), rows, actor_id=current_actor().user_id, now=services().clock()
        )
    except InvalidInput as refused:
        return _refused(_UNITS, refused)
    commit()
    flash(f"已添加 {len(added)} 个单位。", "good")
    return redirect(url_for("admin.units"))


@bp.post("/people/passwords")
def passwords_file() -> Response:
    """The passwords the page still shows, as a file: they are kept nowhere else."""
    try:
        rows = json.loads(request.form.get("kept", ""))
        cells = [[str(cell) for cell in row] for row in rows][:MAX_PASSWORDS]
    except (ValueError, TypeError) as error:
        raise InvalidInput("页面已经过期；请在“人员”里逐个重设密码") from error
    now = services().clock()
    record(db(), current_actor().user_id, "passwords_taken", "user", "", {"count": len(cells)}, now)
    commit()
    head = ["姓名", "用户名", "单位", "初始密码（首次登录必须更换）"]
    data = workbook([("初始密码", [head, *cells])])
    return attachment(data, TYPE, f"passwords-{local_day(now)}.xlsx")


def _page(kind: _Kind, **found: Any) -> str:
    known: dict[str, Any] = {"problem": "", "faults": (), "rows": (), "kept": ""}
    return render_template("admin/table_import.html", kind=kind, **(known | found))


def _try(kind: _Kind) -> Response:
    upload = request.files.get("table")
    if upload is None or not upload.filename:
        return _refused(kind, InvalidInput("请先选择填好的表格"))
    data = upload.read(MAX_BYTES + 1)
    try:
        rows = kind.read(data)
    except InvalidInput as refused:
        return _refused(kind, InvalidInput(f"《{upload.filename}》：{refused.message}"))
    return _looked_at(kind, rows)


def _looked_at(kind: _Kind, rows: list[Row]) -> Response:
    faults = kind.check(db(), rows)
    page = _page(kind, faults=faults, rows=rows, kept="" if faults else json.dumps(rows))
    return make_response(page, 422 if faults else 200)


def _rows_again(kind: _Kind) -> list[Row]:
    """The rows that were tried, as the page kept them; they are checked as if they were new.

    :raises InvalidInput: the page did not send what it was given.
    """
    try:
        given = json.loads(request.form.get("rows", ""))
        return [
            (int(number), {name: str(cells[name]) for name in kind.columns})
            for number, cells in given
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidInput("页面已经过期，请重新选择表格") from error


def _refused(kind: _Kind, refused: InvalidInput) -> Response:
    db().rollback()
    return make_response(_page(kind, problem=refused.message), 422)
