"""A command as it is decided on, and how a missing value is named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.errors import InvalidInput
from kb.work_orders.rules import Rules
from kb.work_orders.state import State


@dataclass(frozen=True)
class Given:
    """A command as it is decided on."""

    state: State
    at: datetime
    actor_id: int | None
    data: Mapping[str, Any]
    rules: Rules


Condition = Callable[[Given], None]


def wrong(name: str, sentence: str) -> InvalidInput:
    """The refusal of one field."""
    return InvalidInput(sentence, {name: sentence})
