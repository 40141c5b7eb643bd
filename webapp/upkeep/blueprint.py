"""The room's blueprint, and how its addresses and forms are read."""

from datetime import date, datetime

from flask import Blueprint, request

from kb.clock import SHANGHAI
from kb.errors import InvalidInput

bp = Blueprint("upkeep", __name__)


def number(text: str) -> int | None:
    """A whole number, or ``None`` for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def page_number() -> int:
    """The page asked for, from 1."""
    return max(number(request.args.get("page", "")) or 1, 1)


def form_day(name: str) -> date | None:
    """The day of a field; ``None`` when it is empty.

    :raises InvalidInput: it is no day.
    """
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            "日期不对，应形如 2026-05-07", {name: "日期应形如 2026-05-07"}
        ) from error


def form_moment(name: str) -> datetime:
    """The city time of a ``datetime-local`` field, as an instant.

    :raises InvalidInput: it is empty or no time.
    """
    try:
        moment = datetime.fromisoformat(request.form.get(name, "").strip())
    except ValueError as error:
        raise InvalidInput("请选择日期和时间", {name: "请选择日期和时间"}) from error
    return moment.replace(tzinfo=SHANGHAI)
