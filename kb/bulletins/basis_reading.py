"""A city's choices from JSON or the ``figures`` table of a city profile, checked key by key."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from kb.bulletins.basis import (
    ASSISTING,
    DENOMINATORS,
    DISPATCHED,
    EVENTS,
    EXCEPT,
    GRADED,
    HALF_UP,
    LARGEST_REMAINDER,
    LEAD,
    LISTED,
    PARENT,
    RECEIVED,
    REQUESTS,
    TOTAL,
    Basis,
    DailyAverage,
    Grades,
    Roles,
    Satisfied,
    Scope,
    ShareRounding,
    Topic,
)
from kb.bulletins.given import Given
from kb.clock import SHANGHAI
from kb.errors import InvalidInput
from kb.terms import Outcome, Satisfaction

PERIOD_END, PERIOD_END_WORD = "period_end", "期末"
_ROLES = (LEAD, ASSISTING)
_RATED = tuple(member.label for member in Satisfaction)
_OUTCOMES = tuple(member.label for member in Outcome)
_MOST_DECIMALS = 6
# Keys that tell of the file and decide nothing.
_TOLD = ("bulletin", "note", "notes", "source", "description")
# "满意率 = 1 - 不满意 / …" is written in several ways.
_MODES = {
    LISTED: LISTED,
    EXCEPT: EXCEPT,
    "all_but": EXCEPT,
    "all_except": EXCEPT,
    "not_listed": EXCEPT,
    "not_dissatisfied": EXCEPT,
}
_COHORTS = {RECEIVED: RECEIVED, EVENTS: EVENTS, "events_in_period": EVENTS}
_WRITTEN_DENOMINATORS = {"signed": "acknowledged"}
_MOMENTS = (PERIOD_END, "end_of_period", PERIOD_END_WORD)


def load_basis(path: Path) -> Basis:
    """Read a basis from a JSON file, or from the ``figures`` table of a city profile in TOML.

    :raises InvalidInput: the file is missing or a value is wrong; the sentence says which.
    """
    try:
        text = path.read_text("utf-8")
        data = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except FileNotFoundError as error:
        raise InvalidInput(f"找不到统计口径文件 {path}") from error
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"统计口径文件 {path.name} 读不懂：{error}") from error
    if path.suffix == ".toml":
        data = {"city": data.get("name", "")} | data.get("figures", {})
    return basis_from(data)


def basis_from(data: Any) -> Basis:
    """A basis from parsed JSON or TOML; what is not given keeps its default.

    :raises InvalidInput: an unknown key, or a value that is none of the possible ones.
    """
    given = Given(data)
    default = Basis()
    given.only(_KEYS)
    return Basis(
        scope=_scope(given.table("scope")),
        cohort=given.one_of("cohort", _COHORTS, RECEIVED),
        as_of=_as_of(given),
        share_base=given.one_of("share_base", (REQUESTS, DISPATCHED), REQUESTS),
        child_share_base=given.one_of("child_share_base", (TOTAL, PARENT), TOTAL),
        roles=_roles(given.table("roles")),
        denominators=_denominators(given.table("denominators")),
        satisfied=_satisfied(given.table("satisfied")),
        daily_average=_daily_average(given.table("daily_average")),
        decimals=_decimals(given.table("rounding")),
        share_rounding=_share_rounding(given),
        unit_aliases=_aliases(given.table("unit_aliases")),
        zero_lines=given.words("zero_lines", ()),
        phone_channels=given.words("phone_channels", default.phone_channels),
        topics=tuple(_topic(one) for one in given.tables("topics")),
        grades=_grades(given.table("grades")),
        top=given.number("top", default.top, least=1, most=1000),
        city=given.text("city", ""),
    )


# Fields of a basis that are no key of their own in a file.
_ELSEWHERE = ("decimals", "share_rounding", "purpose_names", "answerable", "renamed")
_KEYS = (
    *(one.name for one in fields(Basis) if one.name not in _ELSEWHERE),
    "rounding",
    "printed_share_rounding",
    *_TOLD,
)


def _scope(given: Given) -> Scope:
    given.only(("channels", "exclude_outcomes"))
    channels = given.words("channels", ()) if given.has("channels") else None
    if channels == ():
        given.refuse("channels", "至少一个渠道；全部渠道写 null 或不写")
    outcomes = given.words("exclude_outcomes", Scope().exclude_outcomes, _OUTCOMES)
    return Scope(channels, outcomes)


def _as_of(given: Given) -> datetime | str | None:
    text = given.text("as_of", "")
    if not text or text == "now":
        return None
    if text in _MOMENTS:
        return PERIOD_END
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        given.refuse("as_of", f"时刻，如 2026-10-21 23:59:59，或 {PERIOD_END}（{PERIOD_END_WORD}）")
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _roles(given: Given) -> Roles:
    given.only(("totals", "by_unit"))
    default = Roles()
    totals = given.words("totals", default.totals, _ROLES)
    by_unit = given.words("by_unit", default.by_unit, _ROLES)
    for name, chosen in (("totals", totals), ("by_unit", by_unit)):
        if not chosen:
            given.refuse(name, f"{LEAD}、{ASSISTING} 中至少一个")
    return Roles(totals, by_unit)


def _denominators(given: Given) -> dict[str, str]:
    given.only(tuple(DENOMINATORS))
    return {
        name: given.one_of(name, {one: one for one in choices} | _written(choices), choices[0])
        for name, choices in DENOMINATORS.items()
    }


def _written(choices: tuple[str, ...]) -> dict[str, str]:
    return {said: meant for said, meant in _WRITTEN_DENOMINATORS.items() if meant in choices}


def _satisfied(given: Given) -> Satisfied:
    given.only(("mode", "values"))
    default = Satisfied()
    said = given.text("mode", default.mode)
    mode = given.one_of("mode", _MODES, default.mode)
    if said == "not_dissatisfied":
        return Satisfied(EXCEPT, (Satisfaction.DISSATISFIED.label,))
    usual = default.values if mode == LISTED else (Satisfaction.DISSATISFIED.label,)
    values = given.words("values", usual, _RATED)
    if not values:
        given.refuse("values", f"{'、'.join(_RATED)} 中至少一个")
    return Satisfied(mode, values)


def _daily_average(given: Given) -> DailyAverage:
    given.only(("of", "days", "decimals"))
    default = DailyAverage()
    return DailyAverage(
        given.one_of("of", ("offered", "answered", "requests"), default.of),
        given.one_of("days", ("calendar", "working"), default.days),
        given.number("decimals", default.decimals, least=0, most=_MOST_DECIMALS),
    )


def _decimals(given: Given) -> int:
    given.only(("decimals", "mode"))
    given.one_of("mode", (HALF_UP,), HALF_UP)
    return given.number("decimals", Basis().decimals, least=0, most=_MOST_DECIMALS)


def _share_rounding(given: Given) -> ShareRounding:
    """One word is for the column that is printed whole, 目的; a table names columns one by one.

    Of categories, channels and districts a bulletin prints the head. Forced to 100 over rows that
    nobody sees, a printed row would change with them, so they are forced only when asked to be.
    """
    name, words = "printed_share_rounding", (HALF_UP, LARGEST_REMAINDER)
    if not given.is_table(name):
        return ShareRounding(by_purpose=given.one_of(name, words, HALF_UP))
    table = given.table(name)
    columns = tuple(one.name for one in fields(ShareRounding))
    table.only(columns)
    return ShareRounding(**{one: table.one_of(one, words, HALF_UP) for one in columns})


def _aliases(given: Given) -> dict[str, str]:
    """``alias: name``, or ``name: [aliases]``."""
    found: dict[str, str] = {}
    for name in given.names():
        if given.is_list(name):
            found |= dict.fromkeys(given.words(name, ()), name)
        else:
            found[name] = given.text(name, "")
    for alias, name in found.items():
        if not name or name in found:
            given.refuse(alias, "一个单位的名称，且它自己不是别名")
    return found


def _topic(given: Given) -> Topic:
    given.only(tuple(one.name for one in fields(Topic)))
    parts = {
        one.name: given.words(one.name, ())
        for one in fields(Topic)
        if one.name not in ("name", "days")
    }
    name, days = given.text("name", ""), tuple(_day(given, one) for one in given.words("days", ()))
    if not name:
        given.refuse("name", "专项的名称")
    if not any(parts.values()) and not days:
        given.refuse("words", "至少一个条件：渠道、专线、目的、类别、区域、词语或日期")
    return Topic(name, days=days, **parts)


def _day(given: Given, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        given.refuse("days", "日期，如 2026-11-21")


def _grades(given: Given) -> Grades:
    given.only(("of", "bands", "at_least"))
    default = Grades()
    of = given.one_of("of", tuple(GRADED), default.of)
    bands = given.bands("bands", default.bands)
    return Grades(of, bands, given.number("at_least", default.at_least, least=0, most=1_000_000))


def as_mapping(basis: Basis) -> Mapping[str, Any]:
    """The choices as they are printed with figures, under the names of a profile."""
    return {
        "scope": {
            "channels": list(basis.scope.channels) if basis.scope.channels else None,
            "exclude_outcomes": list(basis.scope.exclude_outcomes),
        },
        "cohort": basis.cohort,
        "share_base": basis.share_base,
        "child_share_base": basis.child_share_base,
        "roles": {"totals": list(basis.roles.totals), "by_unit": list(basis.roles.by_unit)},
        "denominators": dict(basis.denominators),
        "satisfied": {"mode": basis.satisfied.mode, "values": list(basis.satisfied.values)},
        "daily_average": {
            "of": basis.daily_average.of,
            "days": basis.daily_average.days,
            "decimals": basis.daily_average.decimals,
        },
        "grades": {
            "of": basis.grades.of,
            "bands": [list(band) for band in basis.grades.bands],
            "at_least": basis.grades.at_least,
        },
        "rounding": {"decimals": basis.decimals, "mode": HALF_UP},
        "printed_share_rounding": {
            one.name: getattr(basis.share_rounding, one.name) for one in fields(ShareRounding)
        },
    }
