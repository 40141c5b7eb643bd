"""城市方案 city profile: what differs between cities, as data."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import time
from pathlib import Path
from typing import Any

from kb.assessment.basis import Assessment
from kb.assessment.basis_reading import assessment_from
from kb.bulletins.basis import Basis, under_present_names
from kb.bulletins.basis_reading import basis_from
from kb.calendar import OFFICE_HOURS, OfficeHours
from kb.errors import InvalidInput
from kb.profile_bulletins import BulletinSettings, read_bulletins
from kb.profile_choices import (
    MAX_CATEGORY,
    MAX_REGION,
    OUR_PURPOSES,
    PurposeChoice,
    and_above,
    fileable,
    read_names,
    read_purposes,
    read_renamed,
    read_tree,
)
from kb.profile_escalation import Reminders, read_reminders
from kb.profile_follow_up import FollowUp, read_follow_up
from kb.profile_life_events import LifeEvent, read_life_events
from kb.profile_limits import read_limits, read_term
from kb.renaming import Renamed, present_name
from kb.terms import ANSWERABLE, Purpose, Urgency
from kb.time_limits import Limits
from kb.work_orders.rules import DEFAULT_RULES, Rules


@dataclass(frozen=True)
class Hours:
    """When offices are open, and which orders do not wait for it.

    ``always``: their clocks start at any hour. ``on_duty``: they start at any hour when the unit
    serves 7×24 or its roster names somebody; else at the next opening, like all others.
    """

    office: OfficeHours = OFFICE_HOURS
    always: frozenset[Urgency] = frozenset({Urgency.CRITICAL})
    on_duty: frozenset[Urgency] = frozenset({Urgency.CRITICAL, Urgency.URGENT})


@dataclass(frozen=True)
class Upkeep:
    """When owners are reminded, and how long a unit may push nothing before it is flagged."""

    remind_at: time = time(8, 0)  # city time
    silent_days: int = 30


@dataclass(frozen=True)
class Scans:
    """How many pages of one unit are recognised on a day; what is beyond waits for the next."""

    pages_a_day: int = 500


@dataclass(frozen=True)
class Registering:
    """``repeat_days``: within how many days an appeal may be a repeat of an earlier one."""

    repeat_days: int = 30


@dataclass(frozen=True)
class Profile:
    """A city: its name, lists of choices, and time limits.

    Categories are written ``一级/二级`` or ``一级/二级/三级``; ``regions`` are the districts,
    ``areas`` all levels, written ``区县/街道/社区``. What a request has once been filed under is
    stored by its name, so that it stays readable when the lists change; ``renamed`` leads from
    an old name to the one it has now.
    """

    city: str = "本市"
    hotline: str = "12345"
    number_prefix: str = "SQ"
    regions: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    channels: tuple[str, ...] = ("电话", "微信", "网站", "来信")
    lines: tuple[str, ...] = ("综合",)
    purposes: tuple[PurposeChoice, ...] = OUR_PURPOSES
    renamed: Renamed = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    orders: Rules = DEFAULT_RULES
    hours: Hours = field(default_factory=Hours)
    reminders: Reminders = field(default_factory=Reminders)
    upkeep: Upkeep = field(default_factory=Upkeep)
    scans: Scans = field(default_factory=Scans)
    follow_up: FollowUp = field(default_factory=FollowUp)
    registering: Registering = field(default_factory=Registering)
    figures: Basis = field(default_factory=Basis)
    assessment: Assessment = field(default_factory=Assessment)
    bulletins: BulletinSettings = field(default_factory=BulletinSettings)
    life_events: tuple[LifeEvent, ...] = ()

    @property
    def all_regions(self) -> tuple[str, ...]:
        """Every region a request may be filed under: districts, streets and communities."""
        return self.areas or self.regions

    @property
    def offered_purposes(self) -> tuple[PurposeChoice, ...]:
        """The purposes to choose from now."""
        return tuple(one for one in self.purposes if one.is_offered)

    def purpose(self, stored: str) -> PurposeChoice:
        """A stored purpose as this city names it; one it no longer has keeps its own word."""
        for one in (*self.purposes, *OUR_PURPOSES):
            if one.stored == stored:
                return one
        return PurposeChoice(stored, stored, Purpose.OTHER, is_offered=False)

    def current(self, kind: str, name: str) -> str:
        """The name it has now.

        :param kind: ``categories``, ``regions``, ``channels``, ``lines`` or ``purposes``.
        """
        return present_name(self.renamed, kind, name)

    def current_purpose(self, stored: str) -> str:
        """What is stored for it now: the purpose that one of an old name became."""
        name = self.current("purposes", stored)
        return next((one.stored for one in self.purposes if one.name == name), stored)


def load_profile(path: Path) -> Profile:
    """Read a profile from a TOML file.

    :raises InvalidInput: the file is missing or a value is wrong; the sentence says which.
    """
    return profile_from(load_data(path))


def load_data(path: Path) -> dict[str, Any]:
    """What a TOML file says, as plain data that JSON can hold; days and times as texts.

    :raises InvalidInput: the file is missing or no TOML.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise InvalidInput(f"找不到城市方案文件 {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"城市方案 {path.name} 不是有效的 TOML：{error}") from error
    plain: dict[str, Any] = json.loads(json.dumps(data, default=str))
    return plain


def profile_from(data: Mapping[str, Any]) -> Profile:
    """A profile from parsed TOML; what is not given keeps its default."""
    known: dict[str, Any] = {}
    for name, field_name in (("name", "city"), ("hotline", "hotline"), ("code", "number_prefix")):
        if name in data:
            known[field_name] = str(data[name])
    known |= _choices(data)
    if "limits" in data:
        known["limits"] = read_limits(data["limits"], known.get("categories", ()))
    if "orders" in data:
        known["orders"] = _orders(data["orders"])
    if "hours" in data:
        known["hours"] = _hours(data["hours"])
    if "reminders" in data:
        known["reminders"] = read_reminders(data["reminders"])
    if "follow_up" in data:
        known["follow_up"] = read_follow_up(data["follow_up"])
    if "upkeep" in data:
        known["upkeep"] = _upkeep(data["upkeep"])
    if "scans" in data:
        known["scans"] = Scans(
            _number(data["scans"], "scans.pages_a_day", Scans.pages_a_day, 100_000)
        )
    if "registering" in data:
        days = _number(data["registering"], "registering.repeat_days", Registering.repeat_days, 365)
        known["registering"] = Registering(days)
    if "bulletins" in data:
        known["bulletins"] = read_bulletins(data["bulletins"])
    if "life_events" in data:
        known["life_events"] = read_life_events(data["life_events"])
    if "assessment" in data:
        known["assessment"] = assessment_from(data["assessment"])
    figures = basis_from({"city": known.get("city", "")} | data.get("figures", {}))
    names = {one.stored: one.name for one in known.get("purposes", ())}
    own = (one.stored for one in known.get("purposes", ()) if one.counts_as in ANSWERABLE)
    answerable = tuple(dict.fromkeys((*ANSWERABLE, *own)))
    figures = replace(figures, purpose_names=names, answerable=answerable)
    known["figures"] = under_present_names(figures, known.get("renamed", {}))
    return Profile(**known)


def _choices(data: Mapping[str, Any]) -> dict[str, Any]:
    """The lists one chooses from, as far as they are given."""
    known: dict[str, Any] = {
        name: read_names(data[name], name) for name in ("channels", "lines") if name in data
    }
    if "regions" in data:
        known["areas"] = read_tree(data["regions"], "regions", MAX_REGION)
        known["regions"] = tuple(path for path in known["areas"] if "/" not in path)
    if "categories" in data:
        known["categories"] = fileable(read_tree(data["categories"], "categories", MAX_CATEGORY))
    if "purposes" in data:
        known["purposes"] = read_purposes(data["purposes"])
    if "renamed" in data:
        lists = ("categories", "channels", "lines")
        names = {name: known.get(name, getattr(Profile, name)) for name in lists}
        # A whole branch may have been renamed, not only what one can file under.
        names["categories"] = [above for path in names["categories"] for above in and_above(path)]
        names["regions"] = known.get("areas", ())
        names["purposes"] = [one.name for one in known.get("purposes", OUR_PURPOSES)]
        known["renamed"] = read_renamed(data["renamed"], names)
    return known


def _orders(data: Mapping[str, Any]) -> Rules:
    known = {item.name: item.type for item in fields(Rules)}
    for name, value in data.items():
        kind = known.get(name)
        if kind is None:
            raise InvalidInput(
                f"城市方案的 orders 里没有“{name}”这一项，可写的有：{'、'.join(known)}"
            )
        is_right = isinstance(value, bool) if kind is bool else type(value) is int and value >= 0
        if not is_right:
            wanted = "true 或 false" if kind is bool else "不小于 0 的整数"
            raise InvalidInput(f"城市方案的 orders.{name} 应为{wanted}，现为“{value}”")
    return Rules(**data)


def _hours(data: Mapping[str, Any]) -> Hours:
    default = Hours()
    opens = _time(data, "hours.opens", default.office.opens)
    closes = _time(data, "hours.closes", default.office.closes)
    if opens >= closes:
        raise InvalidInput(f"城市方案的上班时刻 {opens:%H:%M} 应早于下班时刻 {closes:%H:%M}")
    return Hours(
        OfficeHours(opens, closes),
        _urgencies(data, "always", default.always),
        _urgencies(data, "on_duty", default.on_duty),
    )


def _time(data: Mapping[str, Any], name: str, default: time) -> time:
    text = data.get(name.rpartition(".")[2], f"{default:%H:%M}")
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"城市方案的 {name} 应为时刻，如 08:00，现为“{text}”") from error


def _urgencies(
    data: Mapping[str, Any], name: str, default: frozenset[Urgency]
) -> frozenset[Urgency]:
    if name not in data:
        return default
    return frozenset(read_term(Urgency, word, f"hours.{name}") for word in data[name])


def _upkeep(data: Mapping[str, Any]) -> Upkeep:
    default = Upkeep()
    remind_at = _time(data, "upkeep.remind_at", default.remind_at)
    days = _number(data, "upkeep.silent_days", default.silent_days, 3650)
    return Upkeep(remind_at, days)


def _number(data: Mapping[str, Any], name: str, default: int, most: int) -> int:
    """A whole number from 1, under the last part of its name."""
    value = data.get(name.rpartition(".")[2], default)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise InvalidInput(f"城市方案的 {name} 应为 1 至 {most} 的整数，现为“{value}”")
    return value
