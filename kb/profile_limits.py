"""The ``[limits]`` table of a city profile, read and checked; every fault names its place."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from kb.calendar import Limit
from kb.errors import InvalidInput
from kb.profile_choices import and_above
from kb.terms import ClockKind, Purpose, Term, Urgency
from kb.time_limits import LimitRule, Limits

_T = TypeVar("_T", bound=Term)
_CONDITIONS = ("urgency", "category", "purpose")
_KINDS = {kind.value: kind for kind in ClockKind}


def read_limits(data: Mapping[str, Any], categories: Sequence[str]) -> Limits:
    """Limits from parsed TOML; what is not given keeps its default.

    :param categories: the profile's, written ``一级/二级``; without any, none is checked.
    :raises InvalidInput: the sentence says which line and what would be right.
    """
    default = Limits()
    _only(data, (*_KINDS, "extension", "by_purpose", "rules"), "limits")
    return Limits(
        base={**default.base, **_kinds(data, "limits")},
        rules=_rules(data, categories, default),
        extension=_limit(data.get("extension", str(default.extension)), "limits.extension"),
    )


def read_term(kind: type[_T], word: object, place: str) -> _T:
    """A term by its code or its Chinese label.

    :raises InvalidInput: neither; the sentence names those there are.
    """
    for term in kind:
        if word in (term.value, term.label):
            return term
    known = "、".join(term.label for term in kind)
    raise InvalidInput(f"城市方案的 {place} 只能是 {known}，现为“{word}”")


def _rules(
    data: Mapping[str, Any], categories: Sequence[str], default: Limits
) -> tuple[LimitRule, ...]:
    """``by_purpose`` is short for rules on the limit for resolving with nothing but a purpose."""
    by_purpose = [rule for rule in default.rules if rule.purpose is not None]
    others = [rule for rule in default.rules if rule.purpose is None]
    if "rules" in data:
        known = {parent for name in categories for parent in and_above(name)}
        others = [
            _rule(row, f"limits.rules 第 {number} 条", known)
            for number, row in enumerate(data["rules"], start=1)
        ]
    if "by_purpose" in data:  # an empty table: no such rules
        by_purpose = [
            LimitRule(
                {ClockKind.RESOLVE: _limit(text, f"limits.by_purpose.{word}")},
                purpose=read_term(Purpose, word, "limits.by_purpose"),
            )
            for word, text in _table(data["by_purpose"], "limits.by_purpose").items()
        ]
    elif "rules" in data:
        own = {rule.conditions for rule in others}
        by_purpose = [rule for rule in by_purpose if rule.conditions not in own]
    rules = (*others, *by_purpose)
    _refuse_doubles(rules)
    return rules


def _rule(data: object, place: str, categories: Collection[str]) -> LimitRule:
    row = _table(data, place)
    _only(row, (*_CONDITIONS, *_KINDS), place)
    limits = _kinds(row, place)
    if not limits or not any(row.get(name) for name in _CONDITIONS):
        raise InvalidInput(
            f"城市方案的 {place} 要写明条件（urgency、category、purpose 至少一项）和至少一种时限"
        )
    category = str(row.get("category", ""))
    if category and categories and category not in categories:
        raise InvalidInput(f"城市方案的 {place}：分类里没有“{category}”，应写一级或“一级/二级”")
    urgency, purpose = row.get("urgency"), row.get("purpose")
    return LimitRule(
        limits,
        urgency=read_term(Urgency, urgency, f"{place} urgency") if urgency else None,
        category=category,
        purpose=read_term(Purpose, purpose, f"{place} purpose") if purpose else None,
    )


def _refuse_doubles(rules: Sequence[LimitRule]) -> None:
    """Two rules with the same conditions would leave open which one holds."""
    seen: set[tuple[object, ClockKind]] = set()
    for rule in rules:
        for kind in rule.limits:
            if (rule.conditions, kind) in seen:
                raise InvalidInput(f"城市方案对“{rule.words}”写了两次{kind.label}时限，请只留一条")
            seen.add((rule.conditions, kind))


def _kinds(data: Mapping[str, Any], place: str) -> dict[ClockKind, Limit]:
    return {
        kind: _limit(data[name], f"{place}.{name}") for name, kind in _KINDS.items() if name in data
    }


def _limit(text: object, place: str) -> Limit:
    try:
        return Limit.parse(str(text))
    except InvalidInput as fault:
        raise InvalidInput(f"城市方案的 {place}：{fault.message}") from fault


def _table(value: object, place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidInput(f"城市方案的 {place} 应是一组“名称 = 值”")
    return value


def _only(data: Mapping[str, Any], known: Collection[str], place: str) -> None:
    for name in data:
        if name not in known:
            raise InvalidInput(
                f"城市方案的 {place} 里没有“{name}”这一项，可写的有：{'、'.join(known)}"
            )
