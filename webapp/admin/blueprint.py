"""The room's blueprint, and how its forms are read."""

from flask import Blueprint, request

from kb.errors import InvalidInput

bp = Blueprint("admin", __name__, url_prefix="/admin")


def form_id(name: str) -> int | None:
    """The id chosen in a field, or ``None`` when the blank was.

    :raises InvalidInput: not a number.
    """
    raw = request.form.get(name, "").strip()
    if not raw:
        return None
    if not raw.isascii() or not raw.isdigit() or len(raw) > 9:
        raise InvalidInput("选择的内容不对，请重新选择", {name: "请重新选择"})
    return int(raw)


def page_number() -> int:
    """The page asked for, from 1."""
    raw = request.args.get("page", "1")
    return max(int(raw), 1) if raw.isascii() and raw.isdigit() and len(raw) < 8 else 1
