"""Which part of a population a figure speaks of: a channel, a category, a unit, a 专项."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute

from kb.bulletins.basis import Basis, Topic
from kb.clock import day_start
from kb.models import Adoption, CitizenRequest, KnowledgeItem, Unit, WorkOrder

Column = ColumnElement[str] | InstrumentedAttribute[str]
UNFILED, UNPLACED, UNASSIGNED = "未分类", "未填区域", "待派单"
# The line of a request that came by no special line.
GENERAL_LINES = ("", "综合")


def present_category(basis: Basis) -> Column:
    """The path of a request's category as it is called now: one renamed is counted once."""
    return _present_path(CitizenRequest.category, basis.renamed.get("categories", {}))


def present_region(basis: Basis) -> Column:
    """The path of a request's region as it is called now."""
    return _present_path(CitizenRequest.region, basis.renamed.get("regions", {}))


def _present_path(stored: InstrumentedAttribute[str], names: Mapping[str, str]) -> Column:
    """:func:`kb.renaming.present_name` in SQL."""
    # Of two that hold, the longer lies below the other.
    longest_first = sorted(names.items(), key=lambda pair: -len(pair[0]))
    moved = [
        (
            or_(stored == old, _begins(stored, f"{old}/")),
            literal(new).concat(func.substr(stored, len(old) + 1, type_=String)),
        )
        for old, new in longest_first
    ]
    return case(*moved, else_=stored) if moved else stored


def in_category(
    name: str, child: str | None = None, column: Column = CitizenRequest.category
) -> ColumnElement[bool]:
    """Filed under a first-level category, and under a second-level one of it.

    ``child`` is empty for what is filed under the first level alone.

    :param column: what it is filed under; see :func:`present_category`.
    """
    if name == UNFILED:
        return column == ""
    if child == "":
        return column == name
    path = f"{name}/{child}" if child else name
    return or_(column == path, _begins(column, f"{path}/"))


def _begins(column: Column, start: str) -> ColumnElement[bool]:
    """``LIKE`` heeds upper and lower case in one of the databases only."""
    return func.substr(column, 1, len(start)) == start


def in_matter(name: str, column: Column = CitizenRequest.category) -> ColumnElement[bool]:
    """Filed under a second-level category of this name, or under such a first level alone."""
    ends, goes_on = (
        column.endswith(f"/{name}", autoescape=True),
        column.contains(f"/{name}/", autoescape=True),
    )
    # A third level of the same name is none: before it there is a second.
    is_second = and_(ends, ~column.like("%/%/%"))
    plain = name.replace("^", "^^").replace("%", "^%").replace("_", "^_")
    third = column.like(f"%/%/{plain}/%", escape="^")
    return or_(column == name, is_second, and_(goes_on, ~third))


def in_region(name: str, column: Column) -> ColumnElement[bool]:
    """Of a district, or of a place in it; :data:`UNPLACED` is without one.

    :param column: see :func:`present_region`.
    """
    if name == UNPLACED:
        return column == ""
    return or_(column == name, _begins(column, f"{name}/"))


def in_topic(topic: Topic, basis: Basis) -> ColumnElement[bool]:
    """What belongs to a 专项: every given part must hold, within a part any value."""
    request = CitizenRequest
    parts = [
        _any_of(request.channel, basis.stored("channels", topic.channels)),
        _any_of(request.line, basis.stored("lines", topic.lines)),
        _any_of(request.purpose, basis.stored_purposes(topic.purposes)),
    ]
    if topic.regions:
        column = present_region(basis)
        names = [basis.present("regions", name) for name in topic.regions]
        parts.append(or_(*(in_region(name, column) for name in names)))
    if topic.categories:
        parts.append(or_(*(_under(path, basis) for path in topic.categories)))
    if topic.words:
        parts.append(or_(*(_says(word) for word in topic.words)))
    if topic.days:
        parts.append(or_(*(_on(start) for start in map(day_start, topic.days))))
    return and_(*parts)


def _any_of(column: InstrumentedAttribute[str], values: Iterable[str]) -> ColumnElement[bool]:
    wanted = list(values)
    return column.in_(wanted) if wanted else true()


def _under(path: str, basis: Basis) -> ColumnElement[bool]:
    name, _, child = basis.present("categories", path).partition("/")
    return in_category(name, child or None, present_category(basis)) if name else false()


def _says(word: str) -> ColumnElement[bool]:
    return or_(
        CitizenRequest.title.icontains(word, autoescape=True),
        CitizenRequest.content.icontains(word, autoescape=True),
    )


def _on(start: datetime) -> ColumnElement[bool]:
    received = CitizenRequest.received_at
    return and_(received >= start, received < start + timedelta(days=1))


def of_units(names: Sequence[str]) -> ColumnElement[bool]:
    """An adoption of an entry of one of these units."""
    return Adoption.unit_id.in_(select(Unit.id).where(Unit.name.in_(names)))


def of_entry(item_id: int) -> ColumnElement[bool]:
    """An adoption of this entry."""
    return Adoption.item_id == item_id


def lost_by_unit(names: Sequence[str]) -> ColumnElement[bool]:
    """Became an order although an entry of one of these units was shown."""
    return exists().where(
        WorkOrder.request_id == CitizenRequest.id,
        WorkOrder.lost_item_id == KnowledgeItem.id,
        KnowledgeItem.unit_id == Unit.id,
        Unit.name.in_(names),
    )
