"""The blueprint of the gaps, and how many wait for whoever looks at the portal's home."""

from flask import Blueprint

from kb.queries.gaps import waiting_count
from webapp.database import db
from webapp.identity import current_actor

bp = Blueprint("gaps", __name__)


@bp.app_template_global()
def gaps_waiting() -> int:
    """How many gaps wait for the person: an editor's to give out, a unit's to answer."""
    return waiting_count(db(), current_actor())
