"""单位: the tree of everyone who answers, pushes or handles. Callers commit."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.calendar import Limit
from kb.errors import Duplicate, InvalidInput, NotFound
from kb.models import Unit
from kb.models.unit import CORRECTION_LIMIT
from kb.services import audit
from kb.services.accounts import unit_scope
from kb.terms import Submitters, UnitKind

MAX_NAME, MAX_REVIEW_MONTHS = 100, 120


@dataclass(frozen=True)
class UnitRules:
    """How a unit's knowledge gets published; the columns of :class:`kb.models.Unit` by name.

    ``review_months``: a published entry without a day of its own is checked again after so many.
    ``correction_limit``: a ``kb.calendar.Limit`` such as ``1 工作日``.
    """

    is_trusted: bool = False
    needs_unit_review: bool = True
    needs_second_reviewer: bool = False
    submitters: Submitters = Submitters.ANYONE
    review_months: int | None = None
    correction_limit: str = CORRECTION_LIMIT

    def check(self) -> None:
        """:raises InvalidInput: rules that would let a draft out unseen, or that cannot be read."""
        faults: dict[str, str] = {}
        if not self.needs_unit_review and (self.is_trusted or self.needs_second_reviewer):
            faults["needs_unit_review"] = "不经中心复核或要双人审核的单位，必须有本单位审核"
        if self.review_months is not None and not 1 <= self.review_months <= MAX_REVIEW_MONTHS:
            faults["review_months"] = f"写 1 至 {MAX_REVIEW_MONTHS} 个月；不定期核验就留空"
        try:
            Limit.parse(self.correction_limit)
        except InvalidInput as fault:
            faults["correction_limit"] = fault.message
        if faults:
            raise InvalidInput("有几项没有填对，请按提示修改", faults)


def rules_of(unit: Unit) -> UnitRules:
    """The rules a unit has now."""
    return UnitRules(
        is_trusted=unit.is_trusted,
        needs_unit_review=unit.needs_unit_review,
        needs_second_reviewer=unit.needs_second_reviewer,
        submitters=Submitters(unit.submitters),
        review_months=unit.review_months,
        correction_limit=unit.correction_limit,
    )


def _apply(unit: Unit, rules: UnitRules) -> None:
    rules.check()
    for name, value in asdict(rules).items():
        setattr(unit, name, str(Limit.parse(value)) if name == "correction_limit" else value)


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
    rules: UnitRules,
    actor_id: int | None,
    now: datetime,
) -> Unit:
    """Add a unit. A trusted one publishes after its own review.

    :raises InvalidInput: the name, the parent or a rule is wrong.
    :raises Duplicate: another unit has the name.
    """
    unit = Unit(kind=kind.value, aliases=[])
    _apply(unit, rules)
    _fill(session, unit, name, parent_id)
    session.add(unit)
    session.flush()
    detail = {"name": unit.name, "kind": unit.kind, "parent_id": parent_id, **_told(rules)}
    audit.record(session, actor_id, "unit_created", "unit", unit.id, detail, now)
    return unit


def change_unit(
    session: Session,
    unit_id: int,
    *,
    name: str,
    kind: UnitKind,
    parent_id: int | None,
    rules: UnitRules,
    is_active: bool,
    actor_id: int,
    now: datetime,
) -> Unit:
    """Rename a unit, move it in the tree, change what it is; its entries and orders stay its own.

    :raises InvalidInput: the name or a rule is wrong, or the parent is the unit itself or below it.
    :raises Duplicate: another unit has the name.
    """
    unit = get_unit(session, unit_id)
    if parent_id is not None and parent_id in unit_scope(session, unit.id):
        problem = "上级单位不能是自己或自己的下级"
        raise InvalidInput(problem, {"parent_id": problem})
    before = {"name": unit.name, "parent_id": unit.parent_id, **_told(rules_of(unit))}
    _apply(unit, rules)
    _fill(session, unit, name, parent_id)
    unit.kind, unit.is_active = kind.value, is_active
    after = {"name": unit.name, "parent_id": parent_id, **_told(rules)}
    detail = {"before": before, "after": after, "active": is_active}
    audit.record(session, actor_id, "unit_changed", "unit", unit.id, detail, now)
    return unit


def _told(rules: UnitRules) -> dict[str, object]:
    """The rules for the audit record."""
    return {
        "trusted": rules.is_trusted,
        "unit_review": rules.needs_unit_review,
        "second_reviewer": rules.needs_second_reviewer,
        "submitters": rules.submitters.label,
        "review_months": rules.review_months,
        "correction_limit": rules.correction_limit,
    }


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
