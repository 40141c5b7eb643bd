"""How surely two statements are about one attribute of one matter."""

from kb.conflicts.apart import are_apart
from kb.conflicts.brief import Brief
from kb.conflicts.entry import Statement
from kb.conflicts.groups import said_by_one
from kb.conflicts.roles import are_compatible, names_role
from kb.conflicts.values import Kind, Meaning, Rule
from kb.conflicts.words import alike

# Ages and counts have no role that tells them apart, so words that only one side has weigh more.
_REST = {Kind.AGE: 0.35, Kind.COUNT: 0.35, Kind.RULE: 0.35}


def closeness(left: Brief, one: Statement, right: Brief, other: Statement) -> float:
    """How surely two statements of one kind are about the same attribute, their matter being one.

    0 when something tells them apart: role, group, place, year, limit or direction.
    """
    if not are_compatible(one.role, other.role) or are_apart(left, one, right, other):
        return 0.0
    if not _is_one_rule(one.meaning, other.meaning):
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
        brief.words.weight(word) * (1 - brief.words.alike(word, known))
        for word in statement.near
        if word not in brief.topics
        and brief.words.is_telling(word)
        and not (statement.role.is_sure and names_role(statement.kind, statement.role, word))
    )
