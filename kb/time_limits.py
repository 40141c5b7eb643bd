"""时限 as data: which limit each clock has, by urgency, category and purpose.

Of the rules that fit an order and name the clock, the most specific decides: urgency before the
third level of a category, before its second, before its first, before purpose; without any, the
base limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.calendar import Limit
from kb.terms import ClockKind, Purpose, Urgency

# By how many levels of a category a rule names.
_CATEGORY = (0, 2, 4, 8)
_URGENCY, _PURPOSE = 16, 1


def _workdays(amount: int) -> Limit:
    return Limit(amount, "工作日")


@dataclass(frozen=True)
class Matter:
    """What the limits of an order depend on; ``category`` is ``一级/二级/三级`` or shorter."""

    urgency: Urgency = Urgency.NORMAL
    category: str = ""
    purpose: Purpose = Purpose.OTHER


@dataclass(frozen=True)
class LimitRule:
    """Limits for the orders that fit every condition given; an empty condition fits all."""

    limits: Mapping[ClockKind, Limit]
    urgency: Urgency | None = None
    category: str = ""
    purpose: Purpose | None = None

    @property
    def conditions(self) -> tuple[Urgency | None, str, Purpose | None]:
        """What it asks for; two rules that ask the same would contradict each other."""
        return self.urgency, self.category, self.purpose

    def fits(self, matter: Matter) -> bool:
        """Tell whether the order is one of those the rule speaks of."""
        return (
            self.urgency in (None, matter.urgency)
            and self.purpose in (None, matter.purpose)
            and (not self.category or f"{matter.category}/".startswith(f"{self.category}/"))
        )

    @property
    def weight(self) -> int:
        """How specific it is; no sum of lesser conditions reaches a greater one."""
        levels = self.category.count("/") + 1 if self.category else 0
        return (
            _CATEGORY[min(levels, 3)]
            + (_URGENCY if self.urgency is not None else 0)
            + (_PURPOSE if self.purpose is not None else 0)
        )

    @property
    def words(self) -> str:
        """The conditions as a person reads them: ``紧急 · 公用事业``."""
        names = (
            self.urgency.label if self.urgency is not None else "",
            self.category,
            self.purpose.label if self.purpose is not None else "",
        )
        return " · ".join(name for name in names if name)


@dataclass(frozen=True)
class Chosen:
    """The limit of one clock of one order, and the conditions that gave it (empty: the base)."""

    limit: Limit
    because: str = ""
    weight: int = 0


def _base() -> dict[ClockKind, Limit]:
    return {
        ClockKind.ACKNOWLEDGE: _workdays(1),
        ClockKind.RETURN: _workdays(2),
        ClockKind.RESOLVE: _workdays(5),
        ClockKind.CALL_BACK: _workdays(2),
        ClockKind.RULING: _workdays(1),
        ClockKind.SUPERVISION: _workdays(2),
    }


def _rules() -> tuple[LimitRule, ...]:
    return (
        LimitRule({ClockKind.ACKNOWLEDGE: Limit(15, "分钟")}, urgency=Urgency.CRITICAL),
        LimitRule({ClockKind.ACKNOWLEDGE: Limit(30, "分钟")}, urgency=Urgency.URGENT),
        LimitRule({ClockKind.RESOLVE: _workdays(1)}, purpose=Purpose.CONSULTATION),
    )


@dataclass(frozen=True)
class Limits:
    """The limits of a city. All clocks of the unit start at dispatch, not when it acknowledges.

    ``extension`` is how far all 延期 together may move the due time that was promised first.
    Replying and reopened orders without limits of their own have the limit for resolving.
    """

    base: Mapping[ClockKind, Limit] = field(default_factory=_base)
    rules: tuple[LimitRule, ...] = field(default_factory=_rules)
    extension: Limit = field(default_factory=lambda: _workdays(10))

    def chosen(self, kind: ClockKind, matter: Matter) -> Chosen:
        """The limit of a clock for an order, and why it is that one."""
        found = self._most_specific(kind, matter)
        if kind not in (ClockKind.REPLY, ClockKind.REOPEN):
            return found or Chosen(self.base[kind])
        resolve = self.chosen(ClockKind.RESOLVE, matter)
        own = found or (Chosen(self.base[kind]) if kind in self.base else None)
        # A limit for all never outlives one that was made for orders like this.
        return own if own is not None and own.weight >= resolve.weight else resolve

    def _most_specific(self, kind: ClockKind, matter: Matter) -> Chosen | None:
        fitting = [rule for rule in self.rules if kind in rule.limits and rule.fits(matter)]
        if not fitting:
            return None
        rule = max(fitting, key=lambda rule: rule.weight)
        return Chosen(rule.limits[kind], rule.words, rule.weight)

    @property
    def acknowledge(self) -> Limit:
        """The limit for 签收 that no rule shortens."""
        return self.base[ClockKind.ACKNOWLEDGE]

    def resolve_limit(self, purpose: Purpose, category: str = "") -> Limit:
        """The limit for settling an ordinary order of this purpose."""
        return self.chosen(ClockKind.RESOLVE, Matter(category=category, purpose=purpose)).limit
