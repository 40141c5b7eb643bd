"""The address of a figure: its way through the document, and the records it stands for.

``by_unit/市公安局/resolved`` is the number under that unit's row; ``/`` within a name is written
``~1`` and ``~`` is ``~0``. A rate stands for the records of its numerator.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement

from kb.bulletins.basis import DISPATCHED, Basis
from kb.bulletins.clock_spread import CLOCKS, PARTS
from kb.bulletins.conditions import (
    GENERAL_LINES,
    in_category,
    in_matter,
    in_region,
    in_topic,
    lost_by_unit,
    of_entry,
    of_units,
    present_category,
    present_region,
)
from kb.bulletins.populations import KNOWLEDGE
from kb.bulletins.rates import LEAD_COUNTS, is_counted, ratios
from kb.bulletins.tables import ORDER_COUNTS, REQUEST_COUNTS
from kb.errors import NotFound
from kb.models import CitizenRequest

REQUEST_FIGURES = (*REQUEST_COUNTS, *KNOWLEDGE)
CALL_FIGURES = ("offered", "answered", "call_days")
# Named apart from orders, which are reopened as well.
GAP_FIGURES = {f"gap_{name}": name for name in ("opened", "reopened", "closed")}
UPKEEP_FIGURES = ("duties", "timely")
_DIGITS = 18  # of an id that both databases can hold
_UNIT_FIGURES = {
    "orders": "dispatched",
    "count": "dispatched",
    "share": "dispatched",
    "resolved": "orders_resolved",
    "resolved_rate": "orders_resolved",
    "average_hours": "orders_resolved",
}


def join(parts: Sequence[str]) -> str:
    """The address of a figure from its parts."""
    return "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)


def split(address: str) -> list[str]:
    """The parts of an address."""
    return [part.replace("~1", "/").replace("~0", "~") for part in address.split("/")]


@dataclass(frozen=True)
class Selection:
    """Records of one or more populations, narrowed down.

    :ivar earlier: ``previous`` or ``last_year`` when the figure is of that period.
    :ivar populations: names of populations; records of each are listed.
    :ivar channels: the wanted channels; ``None`` for those in scope.
    :ivar is_phone: False for everything that did not come by phone.
    :ivar units: names of units; ``kind`` a kind of units; ``by_unit`` when the roles of the rows
        of units count, not those of the totals.
    :ivar is_led: only the leads' orders count, whatever roles the totals have.
    :ivar conditions: what must hold for the request; ``adoption`` what must hold for one of the
        adoptions that answered it.
    """

    populations: tuple[str, ...]
    earlier: str = ""
    channels: tuple[str, ...] | None = None
    is_phone: bool | None = None
    units: tuple[str, ...] | None = None
    kind: str | None = None
    by_unit: bool = False
    top_units: bool = False
    is_led: bool = False
    conditions: tuple[ColumnElement[bool], ...] = field(default=())
    adoption: ColumnElement[bool] | None = None


def selection(address: str, basis: Basis) -> Selection:
    """What a figure's address stands for.

    :raises NotFound: there is no such figure.
    """
    parts = split(address)
    try:
        if parts[0] == "compare":
            return _compared(parts, basis)
        return _SECTIONS[parts[0]](parts[1:], basis)
    except (KeyError, IndexError, ValueError) as error:
        raise NotFound(f"没有“{address}”这个数字") from error


def _compared(parts: list[str], basis: Basis) -> Selection:
    which, section, *rest = parts[1:]
    if which not in ("previous", "last_year") or rest[-1] not in ("previous", "change", "rate"):
        raise KeyError(which)
    if section == "totals":
        chosen = _totals(rest[:1], basis)
    elif section == "by_unit":
        chosen = _unit([rest[0], "orders"], basis)
    elif section == "topics":
        chosen = _topic([rest[0], "count"], basis)
    else:
        chosen = _SECTIONS[section]([*rest[:-1], "count"], basis)
    return replace(chosen, earlier=which)


def _numerator(name: str, basis: Basis) -> str:
    found = ratios(basis).get(name)
    return found[0] if found else name


def _totals(parts: list[str], basis: Basis) -> Selection:
    name = _numerator(parts[0], basis)
    if name == "overall_resolved":
        return Selection(("resolved_online", "orders_resolved"), is_led=True)
    if name == "average_hours":
        return Selection(("orders_resolved",))
    if name in LEAD_COUNTS and is_counted(name, basis):
        return Selection((LEAD_COUNTS[name],), is_led=True)
    if name in ("daily_average", "days"):
        name = basis.daily_average.of
    if name not in (*REQUEST_FIGURES, *ORDER_COUNTS, *CALL_FIGURES) or not is_counted(name, basis):
        raise KeyError(name)
    return Selection((name,))


def _request_figure(name: str) -> str:
    return {"count": "requests", "share": "requests", "resolved_online": "resolved_online"}[name]


def _base_figure(name: str, basis: Basis) -> str:
    if name in ("count", "share") and basis.share_base == DISPATCHED:
        return DISPATCHED
    return _request_figure(name)


def _channel(parts: list[str], basis: Basis) -> Selection:
    return Selection((_request_figure(parts[1]),), channels=(parts[0],))


def _line(parts: list[str], basis: Basis) -> Selection:
    condition = CitizenRequest.line.in_(basis.stored("lines", parts[:1]))
    return Selection((_request_figure(parts[1]),), conditions=(condition,))


def _purpose(parts: list[str], basis: Basis) -> Selection:
    condition = CitizenRequest.purpose.in_(basis.stored_purposes(parts[:1]))
    return Selection((_base_figure(parts[1], basis),), conditions=(condition,))


def _category(parts: list[str], basis: Basis) -> Selection:
    *names, figure = [part for part in parts if part != "children"]
    child = names[1] if len(names) > 1 else None
    if figure == "unspecified":
        figure, child = "count", ""
    condition = in_category(names[0], child, present_category(basis))
    return Selection((_base_figure(figure, basis),), conditions=(condition,))


def _region(parts: list[str], basis: Basis) -> Selection:
    placed = in_region(parts[0], present_region(basis))
    return Selection((_request_figure(parts[1]),), conditions=(placed,))


def _heat(parts: list[str], basis: Basis) -> Selection:
    category, region, _ = parts
    filed = in_category(category, column=present_category(basis))
    placed = in_region(region, present_region(basis))
    return Selection(("requests",), conditions=(filed, placed))


def _unit(parts: list[str], basis: Basis) -> Selection:
    name = _numerator(_UNIT_FIGURES.get(parts[1], parts[1]), basis)
    if name not in ORDER_COUNTS or not is_counted(name, basis):
        raise KeyError(name)
    return Selection((name,), units=(parts[0],), by_unit=True)


def _topic(parts: list[str], basis: Basis) -> Selection:
    topic = next((one for one in basis.topics if one.name == parts[0]), None)
    if topic is None or parts[1] != "count":
        raise KeyError(parts[0])
    return Selection(("requests",), conditions=(in_topic(topic, basis),))


def _extra(parts: list[str], basis: Basis) -> Selection:
    name, *rest = parts
    return _EXTRAS[name](rest, basis)


def _sent(parts: list[str], basis: Basis) -> Selection:
    return Selection(("dispatched",), channels=(parts[0],), is_led=True)


def _lines_total(parts: list[str], basis: Basis) -> Selection:
    general = basis.stored("lines", GENERAL_LINES)
    return Selection(("requests",), conditions=(CitizenRequest.line.not_in(general),))


def _kind(parts: list[str], basis: Basis) -> Selection:
    return Selection(("dispatched",), kind=parts[0], by_unit=True)


def _listed(name: str) -> Callable[[list[str], Basis], Selection]:
    def found(parts: list[str], basis: Basis) -> Selection:
        return Selection((name,), units=(parts[0],), by_unit=True)

    return found


def _top_units(parts: list[str], basis: Basis) -> Selection:
    return Selection(("dispatched",), by_unit=True, top_units=True)


def _matter(parts: list[str], basis: Basis) -> Selection:
    return Selection(
        (_base_figure(parts[1], basis),), conditions=(in_matter(parts[0], present_category(basis)),)
    )


def _non_phone(parts: list[str], basis: Basis) -> Selection:
    if parts[0] != "channels":
        return Selection(_letters(parts[0]), is_phone=False)
    name, *rest = parts[1:]
    if rest[0] != "by_category":
        return Selection(_letters(rest[0]), channels=(name,))
    chosen = _category(rest[1:], replace(basis, share_base="requests"))
    return replace(chosen, channels=(name,))


def _letters(name: str) -> tuple[str, ...]:
    return {
        "count": ("requests",),
        "requests": ("requests",),
        "resolved": ("resolved_online", "orders_resolved"),
        "resolved_online": ("resolved_online",),
        "dispatched": ("dispatched",),
    }[name]


def _clock(parts: list[str], basis: Basis) -> Selection:
    clock, part, _ = parts
    if clock not in CLOCKS or part not in PARTS:
        raise KeyError(clock)
    return Selection((f"{clock}:{part}",))


def _knowledge(parts: list[str], basis: Basis) -> Selection:
    section, *rest = parts
    if section.removesuffix("_rate") in KNOWLEDGE:
        return Selection((section.removesuffix("_rate"),))
    if section == "gaps":
        name = f"gap_{rest[0]}"
        if name not in GAP_FIGURES:
            raise KeyError(name)
        return Selection((name,))
    if section == "upkeep":
        name = {"rate": "timely"}.get(rest[0], rest[0])
        return Selection((UPKEEP_FIGURES[UPKEEP_FIGURES.index(name)],))
    return _KNOWLEDGE_ROWS[section](rest, basis)


def _knowledge_unit(parts: list[str], basis: Basis) -> Selection:
    unit, name = parts
    wanted = [unit, *(alias for alias in basis.unit_aliases if basis.unit_name(alias) == unit)]
    if name == "credited":
        return Selection((name,), adoption=of_units(wanted))
    return Selection(({"lost": name}[name],), conditions=(lost_by_unit(wanted),))


def _knowledge_entry(parts: list[str], basis: Basis) -> Selection:
    number, _ = parts
    if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
        raise KeyError(number)
    return Selection(("credited",), adoption=of_entry(int(number)))


_KNOWLEDGE_ROWS = {"by_unit": _knowledge_unit, "by_entry": _knowledge_entry}
_SECTIONS: dict[str, Callable[[list[str], Basis], Selection]] = {
    "totals": _totals,
    "by_channel": _channel,
    "by_line": _line,
    "by_purpose": _purpose,
    "by_category": _category,
    "by_region": _region,
    "heat": _heat,
    "by_unit": _unit,
    "extra": _extra,
}
_EXTRAS: dict[str, Callable[[list[str], Basis], Selection]] = {
    "dispatched_by_channel": _sent,
    "lines_total": _lines_total,
    "by_kind": _kind,
    "overdue_acknowledged": _listed("overdue_acknowledged"),
    "overdue_resolved": _listed("overdue_resolved"),
    "dissatisfied": _listed("dissatisfied"),
    "top_units": _top_units,
    "top_categories": _matter,
    "topics": _topic,
    "non_phone": _non_phone,
    "clocks": _clock,
    "knowledge": _knowledge,
}
