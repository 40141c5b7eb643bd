"""单位: the tree of everyone who answers, pushes or handles. Callers commit."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import Duplicate, InvalidInput, NotFound
from kb.models import Unit
from kb.services import audit
from kb.services.accounts import unit_scope
from kb.terms import UnitKind

MAX_NAME = 100


def get_unit(session: Session, unit_id: int) -> Unit:
    """:raises NotFound: no such unit."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise NotFound("没有这个单位", unit_id=unit_id)
    return unit


def unit_tree(session: Session) -> list[tuple[int, Unit]]:
    """Every unit with its depth, parents before children, siblings by name."""
    children: dict[int | None, list[Unit]] = {}
    for unit in session.scalars(select(Unit).order_by(Unit.name)):
        children.setdefault(unit.parent_id, []).append(unit)
    ordered: list[tuple[int, Unit]] = []
    waiting = [(0, unit) for unit in reversed(children.get(None, []))]
    while waiting:
        depth, unit = waiting.pop()
        ordered.append((depth, unit))
        waiting += [(depth + 1, child) for child in reversed(children.get(unit.id, []))]
    return ordered


def add_unit(
    session: Session,
    *,
    name: str,
    kind: UnitKind,
    parent_id: int | None,
    is_trusted: bool,
    actor_id: int | None,
    now: datetime,
) -> Unit:
    """Add a unit. A trusted one publishes after its own review.

    :raises InvalidInput: the name or the parent is wrong.
    :raises Duplicate: another unit has the name.
    """
    unit = Unit(kind=kind.value, is_trusted=is_trusted, aliases=[])
    _fill(session, unit, name, parent_id)
    session.add(unit)
    session.flush()
    detail = {"name": unit.name, "kind": unit.kind, "parent_id": parent_id, "trusted": is_trusted}
    audit.record(session, actor_id, "unit_created", "unit", unit.id, detail, now)
    return unit


def change_unit(
    session: Session,
    unit_id: int,
    *,
    name: str,
    kind: UnitKind,
    parent_id: int | None,
    is_trusted: bool,
    is_active: bool,
    actor_id: int,
    now: datetime,
) -> Unit:
    """Rename a unit, move it in the tree, change what it is; its entries and orders stay its own.

    :raises InvalidInput: the name is wrong, or the parent is the unit itself or below it.
    :raises Duplicate: another unit has the name.
    """
    unit = get_unit(session, unit_id)
    if parent_id is not None and parent_id in unit_scope(session, unit.id):
        problem = "上级单位不能是自己或自己的下级"
        raise InvalidInput(problem, {"parent_id": problem})
    before = {"name": unit.name, "parent_id": unit.parent_id, "trusted": unit.is_trusted}
    _fill(session, unit, name, parent_id)
    unit.kind, unit.is_trusted, unit.is_active = kind.value, is_trusted, is_active
    after = {"name": unit.name, "parent_id": parent_id, "trusted": is_trusted}
    detail = {"before": before, "after": after, "active": is_active}
    audit.record(session, actor_id, "unit_changed", "unit", unit.id, detail, now)
    return unit


def _fill(session: Session, unit: Unit, name: str, parent_id: int | None) -> None:
    cleaned = name.strip()
    if not 2 <= len(cleaned) <= MAX_NAME:
        problem = f"单位名称要写全称，2 至 {MAX_NAME} 个字"
        raise InvalidInput(problem, {"name": problem})
    if parent_id is not None and session.get(Unit, parent_id) is None:
        problem = "没有这个上级单位，请重新选择"
        raise InvalidInput(problem, {"parent_id": problem})
    with session.no_autoflush:
        same = session.scalar(select(Unit.id).where(Unit.name == cleaned))
    if same is not None and same != unit.id:
        raise Duplicate(f"已经有名为“{cleaned}”的单位", existing_id=same)
    unit.name, unit.parent_id = cleaned, parent_id
