"""时限 as facts: when a clock started, when it runs out, how that was derived, what stopped it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.terms import ClockKind, Urgency


@dataclass(frozen=True)
class Origin:
    """What the city's limits made a clock from: by this it can be made again (重算时限).

    ``kind`` is REOPEN for the clocks of a reopening that follow the limit for redoing; ``unit_id``
    the unit it was made for, whose duty roster counts.
    """

    kind: ClockKind
    urgency: Urgency
    unit_id: int | None = None


@dataclass(frozen=True)
class Clock:
    """A promised time: ``limit`` in words (``5 工作日``), ``steps`` its derivation line by line.

    ``origin`` is None where no limit of the city alone gave the due time: it was imported, moved
    by an approved act, taken over from a merged order, or is of a time when this was not kept.
    """

    start: datetime
    due: datetime
    limit: str = ""
    steps: tuple[str, ...] = ()
    stopped: datetime | None = None
    origin: Origin | None = None

    @property
    def is_running(self) -> bool:
        """True until something stopped it."""
        return self.stopped is None

    def overdue(self, now: datetime) -> bool:
        """True when it ran out before it was stopped; one that ended late stays late."""
        return (self.stopped or now) > self.due

    def as_data(self) -> dict[str, Any]:
        """Plain JSON for an event. ``stopped`` is never part of it: events stop clocks."""
        data: dict[str, Any] = {
            "start": self.start.isoformat(),
            "due": self.due.isoformat(),
            "limit": self.limit,
            "steps": list(self.steps),
        }
        if self.origin is not None:
            data["origin"] = {
                "kind": self.origin.kind.value,
                "urgency": self.origin.urgency.value,
                "unit_id": self.origin.unit_id,
            }
        return data


def clock_from(data: Mapping[str, Any]) -> Clock:
    """A running clock from an event's data."""
    made = data.get("origin")
    return Clock(
        datetime.fromisoformat(data["start"]),
        datetime.fromisoformat(data["due"]),
        str(data.get("limit", "")),
        tuple(data.get("steps", ())),
        origin=Origin(ClockKind(made["kind"]), Urgency(made["urgency"]), made["unit_id"])
        if made
        else None,
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
