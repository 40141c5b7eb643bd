"""坐席台: one screen for a call, keyboard first."""

from webapp.agent_desk import (
    calls,
    entry,
    home,
    invalid,
    kept,
    lists,
    outcomes,
    suggesting,
    writing,
)
from webapp.agent_desk.blueprint import bp

__all__ = [
    "bp",
    "calls",
    "entry",
    "home",
    "invalid",
    "kept",
    "lists",
    "outcomes",
    "suggesting",
    "writing",
]
