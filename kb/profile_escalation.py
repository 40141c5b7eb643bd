"""提醒 and escalation as data: how far ahead, when it is quiet, and who is told when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from kb.calendar import Limit, natural
from kb.clock import SHANGHAI
from kb.errors import InvalidInput

TARGETS = ("unit", "reviewer", "supervisor", "leader:1", "leader:2", "leader:3")


@dataclass(frozen=True)
class Step:
    """One step of the ladder: ``after`` the due time (None: at once), ``to`` one of TARGETS."""

    to: str
    after: Limit | None = None

    @property
    def level(self) -> int:
        """Which leaders are told by mail; 0 for none."""
        return int(self.to[-1]) if self.to.startswith("leader:") else 0


_LADDER = (
    Step("reviewer"),
    Step("supervisor", Limit(1, "工作日")),
    Step("leader:1", Limit(2, "工作日")),
    Step("leader:2", Limit(3, "工作日")),
)


@dataclass(frozen=True)
class Reminders:
    """``before``: how long ahead of a due time, but never before half of the limit is over.

    Between ``quiet_from`` and ``quiet_to`` (city time) only urgent orders are spoken of.
    """

    before: Limit = field(default_factory=lambda: Limit(1, "自然日"))
    quiet_from: time = time(22, 0)
    quiet_to: time = time(8, 0)
    ladder: tuple[Step, ...] = _LADDER

    def is_quiet(self, at: time) -> bool:
        """Tell whether ordinary reminders wait at this time of day."""
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= at < self.quiet_to
        return at >= self.quiet_from or at < self.quiet_to

    def is_quiet_now(self, now: datetime) -> bool:
        """The same of an instant."""
        return self.is_quiet(now.astimezone(SHANGHAI).time())

    def soon_from(self, due_at: datetime, since: datetime) -> datetime:
        """When to remind of a due time that was set at ``since``."""
        return due_at - min(natural(self.before), (due_at - since) / 2)

    @property
    def quiet_words(self) -> str:
        """``22:00 至次日 08:00``; empty where it is never quiet."""
        if self.quiet_from == self.quiet_to:
            return ""
        next_day = "次日 " if self.quiet_to < self.quiet_from else ""
        return f"{self.quiet_from:%H:%M} 至{next_day or ' '}{self.quiet_to:%H:%M}"


def read_reminders(data: Mapping[str, Any]) -> Reminders:
    """The ``[reminders]`` table; what is not given keeps its default.

    :raises InvalidInput: the sentence says which line and what would be right.
    """
    usual = Reminders()
    for name in data:
        if name not in ("before", "quiet_from", "quiet_to", "ladder"):
            raise InvalidInput(
                f"城市方案的 reminders 里没有“{name}”这一项，"
                "可写的有：before、quiet_from、quiet_to、ladder"
            )
    before = _limit(data.get("before", str(usual.before)), "before")
    if before.in_workdays:
        raise InvalidInput("城市方案的 reminders.before 用分钟、小时或自然日")
    return Reminders(
        before,
        _time(data.get("quiet_from", "22:00"), "quiet_from"),
        _time(data.get("quiet_to", "08:00"), "quiet_to"),
        tuple(_step(row) for row in data["ladder"]) if "ladder" in data else usual.ladder,
    )


def _step(row: object) -> Step:
    if not isinstance(row, Mapping) or row.get("to") not in TARGETS:
        raise InvalidInput(f"城市方案的 reminders.ladder 每级要写 to，只能是 {'、'.join(TARGETS)}")
    return Step(row["to"], _limit(row["after"], "ladder.after") if row.get("after") else None)


def _limit(text: object, name: str) -> Limit:
    try:
        return Limit.parse(str(text))
    except InvalidInput as fault:
        raise InvalidInput(f"城市方案的 reminders.{name}：{fault.message}") from fault


def _time(text: object, name: str) -> time:
    try:
        return time.fromisoformat(str(text)).replace(tzinfo=None)
    except ValueError as error:
        raise InvalidInput(
            f"城市方案的 reminders.{name} 应为时刻，如 22:00，现为“{text}”"
        ) from error
