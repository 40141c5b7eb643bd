"""Units from a table: looked at row by row first, then taken in whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import Unit
from kb.services import units
from kb.services.given_table import (
    Fault,
    FormTable,
    Row,
    checked,
    parts,
    read_filled,
    refuse,
    template_of,
)
from kb.services.units import UnitRules
from kb.terms import UnitKind

UNITS = ("单位全称", "类别", "上级单位", "简称", "审核即发")
_YES, _NO = ("是", "1", "√"), ("", "否", "0")
_UNITS = FormTable(
    UNITS,
    ("单位全称", "类别"),
    2_000,
    (
        ("市教育局", "市直部门", "", "教育局、教委", "否"),
        ("市招生考试中心", "其他单位", "市教育局", "考试院", "否"),
    ),
)


def units_template() -> bytes:
    """The table to fill in, with two rows as examples and a sheet that explains each column."""
    kinds = "、".join(kind.label for kind in UnitKind)
    return template_of(
        "单位",
        _UNITS,
        (
            ("单位全称", "必填，2 至 100 个字，不能与已有单位相同"),
            ("类别", f"必填，其中一种：{kinds}"),
            ("上级单位", "没有就留空；可以是同一张表里的单位"),
            ("简称", "平时怎么叫，几个用顿号隔开"),
            ("审核即发", "“是”：本单位审核后直接发布；“否”或留空：还要中心复核"),
        ),
    )


def read_units(data: bytes) -> list[Row]:
    """:raises InvalidInput: the file is no such table."""
    return read_filled(data, _UNITS)


def check_units(session: Session, rows: Sequence[Row]) -> list[Fault]:
    """What is wrong with a table of units; nothing is kept."""
    taken = set(session.scalars(select(Unit.name)))
    parents = taken | {cells["单位全称"] for _number, cells in rows}
    above = {cells["单位全称"]: cells["上级单位"] for _number, cells in rows}
    return checked(rows, "单位全称", lambda cells: _unit_problems(cells, taken, parents, above))


def _unit_problems(
    cells: Mapping[str, str], taken: set[str], parents: set[str], above: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    name, kinds = cells["单位全称"], [kind.label for kind in UnitKind]
    if not 2 <= len(name) <= units.MAX_NAME:
        yield "单位全称", f"单位全称，2 至 {units.MAX_NAME} 个字"
    elif name in taken:
        yield "单位全称", "还没有的单位；已有的请在“单位”里改"
    if cells["类别"] not in kinds:
        yield "类别", "、".join(kinds)
    if cells["上级单位"] and cells["上级单位"] not in parents:
        yield "上级单位", "已有的单位，或这张表里的单位"
    elif _goes_in_a_circle(name, above):
        yield "上级单位", "不能是自己，也不能绕回自己"
    if cells["审核即发"] not in (*_YES, *_NO):
        yield "审核即发", "是 或 否"


def take_in_units(
    session: Session, rows: Sequence[Row], *, actor_id: int | None, now: datetime
) -> list[Unit]:
    """Add every unit, those above before those below. The caller commits.

    :raises InvalidInput: :func:`check_units` finds something.
    """
    refuse(check_units(session, rows))
    ids = {name: unit_id for unit_id, name in session.execute(select(Unit.id, Unit.name))}
    added, waiting = [], [cells for _number, cells in rows]
    while waiting:
        later = []
        for cells in waiting:
            parent = cells["上级单位"]
            if parent and parent not in ids:
                later.append(cells)
                continue
            unit = units.add_unit(
                session,
                name=cells["单位全称"],
                kind=UnitKind(cells["类别"]),
                parent_id=ids.get(parent),
                rules=UnitRules(is_trusted=cells["审核即发"] in _YES),
                actor_id=actor_id,
                now=now,
            )
            unit.aliases = parts(cells["简称"])
            ids[unit.name] = unit.id
            added.append(unit)
        waiting = later
    return added


def _goes_in_a_circle(name: str, above: Mapping[str, str]) -> bool:
    seen, at = {name}, above.get(name, "")
    while at:
        if at in seen:
            return True
        seen.add(at)
        at = above.get(at, "")
    return False
