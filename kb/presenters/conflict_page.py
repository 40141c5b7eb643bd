"""Conflicts in the words of a page: two sides, what a draft is warned of, what a card flags."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from kb.access import may_see_version
from kb.actor import Actor
from kb.clock import local_day
from kb.models import Conflict, KnowledgeItem, KnowledgeVersion
from kb.queries.conflicts import open_for, visible_among, warnings
from kb.services.conflict_answers import SIDES, may_answer, must_change
from kb.terms import ConflictState, Role

_MARK = 16  # characters of a value in a row of a list


@dataclass(frozen=True)
class Side:
    """One side for the page. What is internal to another unit is told to exist, not shown."""

    name: str
    item: KnowledgeItem
    version: KnowledgeVersion
    is_visible: bool
    before: str
    value: str
    after: str
    answer: str
    may_answer: bool
    must_change: bool


def sides(session: Session, conflict: Conflict, actor: Actor) -> tuple[Side, Side]:
    """Both sides, left first."""
    left, right = (_side(session, conflict, name, actor) for name in SIDES)
    return left, right


def _side(session: Session, conflict: Conflict, name: str, actor: Actor) -> Side:
    item = getattr(conflict, f"{name}_item")
    clause, value = getattr(conflict, f"{name}_clause"), getattr(conflict, f"{name}_value")
    start = min(getattr(conflict, f"{name}_start"), len(clause))
    return Side(
        name=name,
        item=item,
        version=getattr(conflict, f"{name}_version"),
        is_visible=item.id in visible_among(session, {item.id}, actor)
        and may_see_version(getattr(conflict, f"{name}_version"), item, actor),
        before=clause[:start],
        value=value,
        after=clause[start + len(value) :],
        answer=getattr(conflict, f"{name}_answer"),
        may_answer=may_answer(actor, conflict, name),
        must_change=name in must_change(conflict),
    )


@dataclass(frozen=True)
class Warned:
    """A contradiction as a draft or entry page tells it, seen from its own entry.

    :ivar path_id: the conflict's page, or ``None`` while it is only a hint.
    """

    attribute: str
    value: str
    clause: str
    other_id: int
    other_title: str
    other_unit: str
    other_place: str
    other_value: str
    other_clause: str
    path_id: int | None
    state: str


def panel(session: Session, version: KnowledgeVersion, actor: Actor) -> list[Warned]:
    """What the page of a version says about contradictions with entries in force.

    A draft shows its hints, a published version its open conflicts. Another unit's internal
    entry is not quoted.
    """
    rows = warnings(session, version)
    others = {_other(row, version.item_id).id for row in rows}
    visible = visible_among(session, others, actor)
    return [_warned(row, version, visible, actor) for row in rows]


def _other(row: Conflict, item_id: int) -> KnowledgeItem:
    return row.right_item if row.left_item_id == item_id else row.left_item


def _warned(row: Conflict, version: KnowledgeVersion, visible: set[int], actor: Actor) -> Warned:
    is_left = row.left_item_id == version.item_id
    mine, theirs = ("left", "right") if is_left else ("right", "left")
    other, other_version = getattr(row, f"{theirs}_item"), getattr(row, f"{theirs}_version")
    # The clause may be of an earlier version, which was internal.
    is_shown = other.id in visible and may_see_version(other_version, other, actor)
    ordinal = getattr(row, f"{theirs}_ordinal")
    heading = next((p.heading_path for p in other_version.passages if p.ordinal == ordinal), "")
    return Warned(
        attribute=row.attribute,
        value=getattr(row, f"{mine}_value"),
        clause=getattr(row, f"{mine}_clause"),
        other_id=other.id,
        other_title=other_version.title if is_shown else "内部条目",
        other_unit=other.unit.name,
        other_place=heading.split(" > ")[-1] if is_shown else "",
        other_value=getattr(row, f"{theirs}_value") if is_shown else "（内部）",
        other_clause=getattr(row, f"{theirs}_clause") if is_shown else "",
        path_id=None if row.state == ConflictState.HINT else row.id,
        state=row.state,
    )


def flags(
    session: Session, item_ids: Collection[int], actor: Actor
) -> dict[int, list[dict[str, Any]]]:
    """What cards say: 口径待确认, with the other entry's words.

    The centre's people are told of all, a unit of its own; another unit's internal entry is not
    quoted.
    """
    is_told_all = actor.is_centre or actor.has(Role.EDITOR)
    open_rows = {
        item_id: [row for row in rows if is_told_all or _is_of_unit(row, actor)]
        for item_id, rows in open_for(session, item_ids).items()
    }
    others = {_other(row, item_id).id for item_id, rows in open_rows.items() for row in rows}
    visible = visible_among(session, others, actor)
    return {
        item_id: [_flag(row, item_id, visible, actor) for row in rows]
        for item_id, rows in open_rows.items()
        if rows
    }


def _is_of_unit(row: Conflict, actor: Actor) -> bool:
    return not actor.unit_scope.isdisjoint({row.left_item.unit_id, row.right_item.unit_id})


def _flag(row: Conflict, item_id: int, visible: set[int], actor: Actor) -> dict[str, Any]:
    is_left = row.left_item_id == item_id
    mine, theirs = ("left", "right") if is_left else ("right", "left")
    other, other_version = _other(row, item_id), getattr(row, f"{theirs}_version")
    is_shown = other.id in visible and may_see_version(other_version, other, actor)
    return {
        "id": row.id,
        "attribute": row.attribute,
        "value": getattr(row, f"{mine}_value"),
        "other_item_id": other.id,
        "other_title": other_version.title if is_shown else "内部条目",
        "other_unit": other.unit.name,
        "other_value": getattr(row, f"{theirs}_value") if is_shown else "（内部）",
        "concluded": _concluded(row, mine, theirs, is_shown),
        "mark": _mark(row, mine, theirs, is_shown),
    }


def _mark(row: Conflict, mine: str, theirs: str, is_shown: bool) -> str:
    """What a row of a list says of a conclusion; empty as long as there is none."""
    changing = must_change(row)
    if not changing:
        return ""
    how = "口径已裁定" if row.ruling else "口径已商定"
    if len(changing) == len(SIDES):
        return f"{how}：两条都要改"
    if mine not in changing:
        return f"{how}：以本条的{_brief(getattr(row, f'{mine}_value'))}为准"
    value = _brief(getattr(row, f"{theirs}_value")) if is_shown else "对方的内部条目"
    return f"{how}：以{value}为准"


def _brief(value: str) -> str:
    return value if len(value) <= _MARK else f"{value[: _MARK - 1]}…"


def _concluded(row: Conflict, mine: str, theirs: str, is_shown: bool) -> str:
    """Which value holds since when, while the entries still say what they said.

    Empty until the units have agreed or an editor has ruled.
    """
    changing = must_change(row)
    if not changing:
        return ""
    kind = "ruled" if row.ruling else "answered"
    on = local_day(next(step.at for step in reversed(row.steps) if step.kind == kind))
    how = f"{on} {'已裁定' if row.ruling else '两家单位已商定'}"
    if len(changing) == len(SIDES):
        return f"{how}：两条都要改，改好之前请向承办单位核实"
    if mine in changing:
        value = getattr(row, f"{theirs}_value") if is_shown else "对方的内部条目"
        return f"{how}：以{value}为准，本条待修改"
    return f"{how}：以本条的{getattr(row, f'{mine}_value')}为准，对方待修改"
