"""What the rows of 到期与复核 (``upkeep/_due.html``) need, for every page that shows them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.queries.duties import Due, on_the_way
from kb.terms import Role

_SPANS = ((91, "三个月后"), (182, "半年后"), (365, "一年后"), (730, "两年后"))


def next_days(today: date) -> list[tuple[str, str]]:
    """Review days to choose from, as (ISO day, words)."""
    days = [(today + timedelta(days=days), words) for days, words in _SPANS]
    return [(day.isoformat(), f"{words}（{day}）") for day, words in days]


def row_values(session: Session, rows: Sequence[Due], actor: Actor, today: date) -> dict[str, Any]:
    """The values beside the rows themselves, by their names in the template."""
    return {
        "next_days": next_days(today),
        "today": today,
        "tomorrow": (today + timedelta(days=1)).isoformat(),
        "pending": on_the_way(session, [row.item.id for row in rows]),
        "may_withdraw": actor.has(Role.EDITOR, Role.UNIT_REVIEWER),
    }
