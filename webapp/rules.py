"""The words in which a room says who may use its endpoints."""

from collections.abc import Mapping
from enum import Enum

from kb.actor import Actor
from kb.terms import Role


class Access(Enum):
    """Rules that are not a set of roles."""

    PUBLIC = "public"
    LOGGED_IN = "logged_in"


PUBLIC = Access.PUBLIC
LOGGED_IN = Access.LOGGED_IN

Rule = Access | frozenset[Role]
Permissions = Mapping[str, Rule]


def roles(*names: Role) -> frozenset[Role]:
    """The rule that one of these roles is needed."""
    return frozenset(names)


def is_allowed(rule: Rule, actor: Actor | None) -> bool:
    """Tell whether the rule lets this person, or the public when ``None``, through."""
    if rule is PUBLIC:
        return True
    if actor is None:
        return False
    return rule is LOGGED_IN or (isinstance(rule, frozenset) and actor.has(*rule))
