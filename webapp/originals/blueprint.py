"""The room's blueprint, and what its addresses say."""

from flask import Blueprint, request

bp = Blueprint("originals", __name__, url_prefix="/originals")

_MAX_MARK = 200
_MAX_WORDS = 12


def number(name: str) -> int | None:
    """A whole number of the address; None when it is missing or none."""
    raw = request.args.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None


def marked_words() -> tuple[str, ...]:
    """The words to mark, separated by spaces in ``?mark=``."""
    words = request.args.get("mark", "")[:_MAX_MARK].split()
    return tuple(dict.fromkeys(words))[:_MAX_WORDS]
