"""The worklist an address asks for; the pages of its orders carry the same filters."""

from collections.abc import Mapping
from typing import Any

from kb.profile import Profile
from kb.queries.follow_ups import SORTS, CallFilter, Pile
from webapp.list_asked import Asked

NAMES = ("pile", "unit", "category", "channel", "region", "calls", "doubted", "q", "sort")


def call_filter(asked: Asked, profile: Profile) -> CallFilter:
    """What is due first on top, and in the other piles what was resolved first."""
    most = profile.orders.call_attempts
    pile = Pile(asked.one_of("pile", tuple(Pile), Pile.WAITING))
    return CallFilter(
        most_calls=most,
        pile=pile,
        unit_id=asked.number("unit"),
        category=asked.text("category"),
        channel=asked.text("channel"),
        region=asked.text("region"),
        calls=asked.number("calls"),
        is_doubted=asked.text("doubted") == "1",
        text=asked.text("q"),
        sort=asked.one_of("sort", SORTS, "due" if pile == Pile.WAITING else "resolved"),
    )


def is_narrowed(wanted: CallFilter) -> bool:
    """Tell whether any filter beside pile and sort is set."""
    return any(
        (
            wanted.unit_id,
            wanted.category,
            wanted.channel,
            wanted.region,
            wanted.calls is not None,
            wanted.is_doubted,
            wanted.text,
        )
    )


def kept(values: Mapping[str, str]) -> dict[str, Any]:
    """The filters of an address, for the addresses of the orders in its list."""
    return {name: values[name] for name in NAMES if values.get(name)}
