"""The room's blueprint and what its pages share."""

from flask import Blueprint, request

from kb.services.catalogue import EDITORS
from webapp.context import city
from webapp.identity import current_actor

bp = Blueprint("catalogue", __name__, url_prefix="/dispatch/catalogue")


def number(name: str) -> int | None:
    """A whole number of the address or form; None when it is missing or none."""
    raw = request.values.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None


def may_edit() -> bool:
    """Tell whether the person keeps the catalogue."""
    return current_actor().has(*EDITORS)


def choices() -> dict[str, tuple[str, ...]]:
    """Categories and regions of the city."""
    return {"categories": city().categories, "regions": city().all_regions}
