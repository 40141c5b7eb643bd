"""How surely two statements are about one attribute of one matter."""

from kb.conflicts import matter
from kb.conflicts.brief import Brief
from kb.conflicts.contacts import is_misprint
from kb.conflicts.entry import Statement
from kb.conflicts.groups import are_apart, is_later_step, said_by_one, without_household
from kb.conflicts.quantities import same_quantity
from kb.conflicts.roles import are_compatible, names_role
from kb.conflicts.rules import HOUSEHOLD
from kb.conflicts.values import CONTACT_KINDS, Days, Kind, Meaning, Phone, Quantity, Rule
from kb.conflicts.words import alike

# One value is rarely more than so many times the other when both tell the same thing.
MAX_RATIO = 10
# Ages and counts have no role that tells them apart, so words that only one side has weigh more.
_REST = {Kind.AGE: 0.35, Kind.COUNT: 0.35, Kind.RULE: 0.35}
_MINUTES = {"工作日": 1440, "自然日": 1440, "分钟": 1, "月": 43_200}


def closeness(left: Brief, one: Statement, right: Brief, other: Statement) -> float:
    """How surely two statements of one kind are about the same attribute of the same matter.

    0 when something tells them apart: role, group, place, year, limit or direction.
    """
    if not are_compatible(one.role, other.role) or _are_apart(left, one, right, other):
        return 0.0
    if not _is_one_rule(one.meaning, other.meaning):
        return 0.0
    if not matter.is_same(left, one, right, other):
        return 0.0
    met = left.words.met(one.near, other.near)
    only_one = _left_over(one, other.near | other.around | right.topics, left)
    only_other = _left_over(other, one.near | one.around | left.topics, right)
    contrast, rest = min(only_one, only_other), max(only_one, only_other)
    unlike = said_by_one(one.sides, other.sides) + 0.5 * (
        bool(one.conditions) != bool(other.conditions)
    )
    known = met + _prior(left, one, right, other)
    return known / (known + 1.5 * contrast + _REST.get(one.kind, 0.15) * rest + 0.25 * unlike or 1)


def _is_one_rule(one: Meaning, other: Meaning) -> bool:
    if not isinstance(one, Rule) or not isinstance(other, Rule):
        return True
    return one.manner == other.manner and alike(one.about, (other.about,)) >= 0.8


def _prior(left: Brief, one: Statement, right: Brief, other: Statement) -> float:
    """What role and label say for two statements being about one attribute."""
    if one.label and one.label == other.label:
        return 2.5
    is_single = left.is_single(one) and right.is_single(other)
    if one.kind in _REST:
        return 1.6 if is_single else 0.8
    if not one.role.is_sure and not other.role.is_sure:
        return 0.0
    if one.role == other.role:
        return 3.0 if is_single else 1.5
    return 1.5 if is_single else 0.6


def _left_over(statement: Statement, known: frozenset[str], brief: Brief) -> float:
    return sum(
        brief.words.weight(word) * (1 - alike(word, known))
        for word in statement.near
        if word not in brief.topics
        and brief.words.is_telling(word)
        and not (statement.role.is_sure and names_role(statement.kind, statement.role, word))
    )


def _are_apart(left: Brief, one: Statement, right: Brief, other: Statement) -> bool:
    mine = tuple(a or b for a, b in zip(one.sides, left.sides, strict=True))
    theirs = tuple(a or b for a, b in zip(other.sides, right.sides, strict=True))
    if isinstance(one.meaning, Rule) and one.meaning.about == HOUSEHOLD:
        mine, theirs = without_household(mine), without_household(theirs)
    elif are_apart(one.sides, other.sides):
        return True
    if are_apart(mine, theirs) or is_later_step(mine, theirs):
        return True
    if _other_case(left, one, right, other):
        return True
    years, other_years = one.years or left.years, other.years or right.years
    if years and other_years and years.isdisjoint(other_years):
        return True
    places, other_places = one.places or left.places, other.places or right.places
    if bool(left.places) != bool(right.places) and one.kind not in CONTACT_KINDS:
        return places.isdisjoint(other_places)  # a district sets its own levels
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
    return _shapes_differ(one.meaning, other.meaning) or _limits_differ(one, other)


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
