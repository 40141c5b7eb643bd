"""城市方案 city profile: what differs between cities, as data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

from kb.calendar import Limit
from kb.errors import InvalidInput
from kb.terms import Purpose


@dataclass(frozen=True)
class Limits:
    """Clocks of a work order; both start at dispatch."""

    acknowledge: Limit = field(default_factory=lambda: Limit(1, "工作日"))
    resolve: Limit = field(default_factory=lambda: Limit(5, "工作日"))
    by_purpose: Mapping[Purpose, Limit] = field(
        default_factory=lambda: {Purpose.CONSULTATION: Limit(1, "工作日")}
    )

    def resolve_limit(self, purpose: str) -> Limit:
        """The limit for settling an order of this purpose."""
        return self.by_purpose.get(Purpose(purpose), self.resolve)


@dataclass(frozen=True)
class Upkeep:
    """When owners are reminded, and how long a unit may push nothing before it is flagged."""

    remind_at: time = time(8, 0)  # city time
    silent_days: int = 30


@dataclass(frozen=True)
class Profile:
    """A city: its name, lists of choices, and time limits.

    Categories are written ``一级/二级``.
    """

    city: str = "本市"
    hotline: str = "12345"
    number_prefix: str = "SQ"
    regions: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    channels: tuple[str, ...] = ("电话", "微信", "网站", "来信")
    lines: tuple[str, ...] = ("综合",)
    limits: Limits = field(default_factory=Limits)
    upkeep: Upkeep = field(default_factory=Upkeep)


def load_profile(path: Path) -> Profile:
    """Read a profile from a TOML file.

    :raises InvalidInput: the file is missing or a value is wrong; the sentence says which.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise InvalidInput(f"找不到城市方案文件 {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"城市方案 {path.name} 不是有效的 TOML：{error}") from error
    return profile_from(data)


def profile_from(data: Mapping[str, Any]) -> Profile:
    """A profile from parsed TOML; what is not given keeps its default."""
    known: dict[str, Any] = {}
    for name, field_name in (("name", "city"), ("hotline", "hotline"), ("code", "number_prefix")):
        if name in data:
            known[field_name] = str(data[name])
    for name in ("regions", "channels", "lines"):
        if name in data:
            known[name] = tuple(data[name])
    if "categories" in data:
        known["categories"] = tuple(
            f"{group['name']}/{child}"
            for group in data["categories"]
            for child in group["children"]
        )
    if "limits" in data:
        known["limits"] = _limits(data["limits"])
    if "upkeep" in data:
        known["upkeep"] = _upkeep(data["upkeep"])
    return Profile(**known)


def _limits(data: Mapping[str, Any]) -> Limits:
    default = Limits()
    by_purpose = {
        Purpose(name): Limit.parse(text) for name, text in data.get("by_purpose", {}).items()
    }
    return Limits(
        acknowledge=Limit.parse(data.get("acknowledge", str(default.acknowledge))),
        resolve=Limit.parse(data.get("resolve", str(default.resolve))),
        by_purpose=by_purpose or default.by_purpose,
    )


def _upkeep(data: Mapping[str, Any]) -> Upkeep:
    default = Upkeep()
    text, days = data.get("remind_at", "08:00"), data.get("silent_days", default.silent_days)
    try:
        remind_at = time.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            f"城市方案的 upkeep.remind_at 应为时刻，如 08:00，现为“{text}”"
        ) from error
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 3650:
        raise InvalidInput(f"城市方案的 upkeep.silent_days 应为 1 至 3650 的天数，现为 {days}")
    return Upkeep(remind_at.replace(tzinfo=None), days)
