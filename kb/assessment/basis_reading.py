"""The ``[assessment]`` table of a city profile, checked key by key."""

from dataclasses import fields
from decimal import Decimal, InvalidOperation
from typing import Any

from kb.assessment.basis import COUNTED, FIGURES, Assessment, Extra, Item
from kb.bulletins.given import Given


def assessment_from(data: Any) -> Assessment:
    """The scheme; what is not given keeps its default.

    :raises InvalidInput: an unknown key, or a value that cannot be; the sentence says which.
    """
    given, default = Given(data, "assessment"), Assessment()
    given.only(tuple(one.name for one in fields(Assessment)))
    items, extras = default.items, default.extras
    if given.has("items"):
        items = tuple(_item(one) for one in given.tables("items"))
        if not items:
            given.refuse("items", "至少一项")
    if given.has("extras"):
        extras = tuple(_extra(one) for one in given.tables("extras"))
    for name, listed in (("items", items), ("extras", extras)):
        if len({one.figure for one in listed}) != len(listed):
            given.refuse(name, "每个数字只写一项")
    return Assessment(
        items,
        extras,
        given.bands("bands", default.bands),
        given.number("at_least", default.at_least, least=0, most=1_000_000),
        given.number("decimals", default.decimals, least=0, most=4),
        given.number("objection_days", default.objection_days, least=1, most=366),
    )


def _item(given: Given) -> Item:
    given.only(("figure", "weight", "full", "floor"))
    figure = given.one_of("figure", tuple(FIGURES), "")
    weight, full = _decimal(given, "weight"), _decimal(given, "full")
    floor = _decimal(given, "floor")
    if weight <= 0:
        given.refuse("weight", "大于 0 的数")
    if full == floor:
        given.refuse("floor", "与满分线 full 不同的数")
    return Item(figure, weight, full, floor)


def _extra(given: Given) -> Extra:
    given.only(("figure", "each", "most"))
    figure = given.one_of("figure", COUNTED, "")
    each, most = _decimal(given, "each"), _decimal(given, "most")
    if each == 0:
        given.refuse("each", "每件加几分，扣分写负数")
    if most <= 0:
        given.refuse("most", "大于 0 的数，合计最多加或扣几分")
    return Extra(figure, each, most)


def _decimal(given: Given, name: str) -> Decimal:
    value = given.value(name)
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise InvalidOperation
        return Decimal(str(value))
    except InvalidOperation:
        given.refuse(name, "数")
