"""What tells two statements of one kind apart: each may hold although their values differ."""

import re

from kb.conflicts.brief import Brief
from kb.conflicts.contacts import is_misprint
from kb.conflicts.entry import Statement
from kb.conflicts.groups import is_later_step, on_other_sides, without_household
from kb.conflicts.rules import HOUSEHOLD
from kb.conflicts.same import same_quantity
from kb.conflicts.values import CONTACT_KINDS, Days, Meaning, Phone, Quantity, Rule
from kb.conflicts.words import alike

# One value is rarely more than so many times the other when both tell the same thing.
MAX_RATIO = 10
# Digits of the shortest number of a city's own.
_LOCAL = 7
# Weight of one word that names what a price is for.
_ANOTHER_THING = 0.8
_PRICE = re.compile("收?费用?|工本费?|手续费|服务费|收取|交纳|缴纳|价格|单价|支付")
_PRICES = ("收费标准", "价格", "缴费标准")
_MINUTES = {"工作日": 1440, "自然日": 1440, "分钟": 1, "月": 43_200}


def are_apart(left: Brief, one: Statement, right: Brief, other: Statement) -> bool:
    """Whether group, case, year, place, shape or limits keep two statements from contradicting."""
    mine = tuple(a or b for a, b in zip(one.sides, left.sides, strict=True))
    theirs = tuple(a or b for a, b in zip(other.sides, right.sides, strict=True))
    if isinstance(one.meaning, Rule) and one.meaning.about == HOUSEHOLD:
        mine, theirs = without_household(mine), without_household(theirs)
    elif on_other_sides(one.sides, other.sides):
        return True
    if on_other_sides(mine, theirs) or is_later_step(mine, theirs):
        return True
    if _other_case(left, one, right, other):
        return True
    years, other_years = one.years or left.years, other.years or right.years
    if years and other_years and years.isdisjoint(other_years):
        return True
    if (_is_past(left, one) and not other_years) or (_is_past(right, other) and not years):
        return True
    places, other_places = one.places or left.at, other.places or right.at
    if bool(left.places) != bool(right.places) and one.kind not in CONTACT_KINDS:
        # A district sets its own levels, in what is marked for it: the rest is said to all.
        return places.isdisjoint(other_places)
    if places and other_places and places.isdisjoint(other_places):
        return True
    if one.kind in CONTACT_KINDS and bool(places) != bool(other_places):
        # A district has windows of its own; only a slip of the pen is the same window.
        return (
            left.entry.is_contact
            or right.entry.is_contact
            or not (
                isinstance(one.meaning, Phone)
                and isinstance(other.meaning, Phone)
                and is_misprint(one.meaning, other.meaning)
            )
        )
    if _is_priced_alone(left, one, right, other) or _is_priced_alone(right, other, left, one):
        return True
    return _shapes_differ(one.meaning, other.meaning) or _limits_differ(one, other)


def _is_past(brief: Brief, statement: Statement) -> bool:
    """Whether it only tells of a year that is over (2024年度), which the rule of today may not."""
    years = statement.of_years or (frozenset() if statement.years else brief.years)
    return (
        bool(years)
        and brief.entry.today is not None
        and all(int(year) < brief.entry.today.year for year in years)
    )


def _is_priced_alone(left: Brief, one: Statement, right: Brief, other: Statement) -> bool:
    """Whether the first is a price of something that the other does not say is free.

    不收费 is said of the matter itself: a delivery fee beside it, or a sum paid out, is no other
    price of it.
    """
    if not _is_free(other) or _is_free(one):
        return False
    if not one.role.is_sure or one.role.name not in _PRICES:
        return True
    words = left.words
    named = {word for word in one.near if not _PRICE.fullmatch(word)}
    return words.total(named) - words.met(named, right.vocabulary) >= _ANOTHER_THING


def _is_free(statement: Statement) -> bool:
    meaning = statement.meaning
    return isinstance(meaning, Quantity) and meaning.unit == "元" and not meaning.high


def _other_case(left: Brief, one: Statement, right: Brief, other: Statement) -> bool:
    """拆除重建的 against 修缮加固的: each holds for a case that the other does not name."""
    known = left.topics | right.topics
    mine, theirs = one.who - known, other.who - known
    if not mine or not theirs:
        return False
    return not any(alike(word, theirs) >= 0.8 for word in mine)


def _shapes_differ(one: Meaning, other: Meaning) -> bool:
    """Whether two values are of such different shape or size that they answer other questions."""
    if isinstance(one, Days) and isinstance(other, Days):
        return bool(one.first.month) != bool(other.first.month)
    if isinstance(one, Phone) and isinstance(other, Phone):
        # A hotline of the whole country (12329) stands beside the office's own number.
        return (len(one.digits) < _LOCAL) != (len(other.digits) < _LOCAL)
    if not isinstance(one, Quantity) or not isinstance(other, Quantity):
        return False
    if bool(one.bound) and bool(other.bound) and one.bound != other.bound:
        return True
    if one.unit != other.unit and not {one.unit, other.unit} <= set(_MINUTES):
        return True
    if one.low < one.high and other.low < other.high and not _overlap(one, other):
        return True  # 80-89周岁 and 90-99周岁 are two rungs of one ladder
    small, large = sorted(q.high * _MINUTES.get(q.unit, 1) for q in (one, other))
    return bool(small) and large > MAX_RATIO * small


def _overlap(one: Quantity, other: Quantity) -> bool:
    return one.low <= other.high and other.low <= one.high


def _limits_differ(one: Statement, other: Statement) -> bool:
    for unit in {limit.unit for limit in one.conditions}:
        mine = [limit for limit in one.conditions if limit.unit == unit]
        theirs = [limit for limit in other.conditions if limit.unit == unit]
        if theirs and not all(any(same_quantity(a, b) for b in theirs) for a in mine):
            return True
    return False
