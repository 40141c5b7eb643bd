"""The blueprint of the room, and what its views share."""

from flask import Blueprint, request

from kb.errors import InvalidInput
from kb.models import Scan
from kb.profile import Profile
from kb.services.scan_quota import used_up
from kb.services.scans import get_scan
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor

bp = Blueprint("scans", __name__, url_prefix="/units/scans")


def scan_here(scan_id: int) -> Scan:
    """The scan of the address, for this person.

    :raises NotFound: it does not exist, or not for this person.
    """
    return get_scan(db(), scan_id, current_actor())


def number_of(text: str) -> int | None:
    """A whole number from a form or address; ``None`` for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def pages_a_day() -> int:
    """How many pages a unit may have recognised on a day."""
    return (services().profile or Profile()).scans.pages_a_day


def resting_units() -> set[int]:
    """The units for which nothing more is recognised today."""
    return used_up(db(), pages_a_day(), services().clock())


def revision() -> int:
    """The revision of what the person saw.

    :raises InvalidInput: the form does not say.
    """
    found = number_of(request.form.get("rev", ""))
    if found is None:
        raise InvalidInput("页面不完整，请刷新后再改")
    return found
