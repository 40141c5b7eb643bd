"""时限 as facts: when a clock started, when it runs out, how that was derived, what stopped it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.terms import ClockKind


@dataclass(frozen=True)
class Clock:
    """A promised time: ``limit`` in words (``5 工作日``), ``steps`` its derivation line by line."""

    start: datetime
    due: datetime
    limit: str = ""
    steps: tuple[str, ...] = ()
    stopped: datetime | None = None

    @property
    def is_running(self) -> bool:
        """True until something stopped it."""
        return self.stopped is None

    def overdue(self, now: datetime) -> bool:
        """True when it ran out before it was stopped; one that ended late stays late."""
        return (self.stopped or now) > self.due

    def as_data(self) -> dict[str, Any]:
        """Plain JSON for an event. ``stopped`` is never part of it: events stop clocks."""
        return {
            "start": self.start.isoformat(),
            "due": self.due.isoformat(),
            "limit": self.limit,
            "steps": list(self.steps),
        }


def clock_from(data: Mapping[str, Any]) -> Clock:
    """A running clock from an event's data."""
    return Clock(
        datetime.fromisoformat(data["start"]),
        datetime.fromisoformat(data["due"]),
        str(data.get("limit", "")),
        tuple(data.get("steps", ())),
    )


def clocks_in(data: Mapping[str, Any]) -> dict[ClockKind, Clock]:
    """The clocks an event carries."""
    return {
        ClockKind(kind): clock_from(clock)
        for kind, clock in data.get("clocks", {}).items()
        if clock is not None
    }


def as_data(clocks: Mapping[ClockKind, Clock]) -> dict[str, Any]:
    """Clocks as an event carries them."""
    return {kind.value: clock.as_data() for kind, clock in clocks.items()}
