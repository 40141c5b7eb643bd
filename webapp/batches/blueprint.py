"""The blueprint of the batches; its views register themselves in their own files."""

from flask import Blueprint

from kb.models import Batch
from kb.services.batch_access import get_batch
from webapp.database import db
from webapp.identity import current_actor

bp = Blueprint("batches", __name__, url_prefix="/units/batches")


def own_batch(batch_id: int) -> Batch:
    """The batch, as far as this person may see it.

    :raises NotFound: it does not exist, or not for them.
    """
    return get_batch(db(), batch_id, current_actor())


def number_or_none(text: str) -> int | None:
    """A whole number from an address or form, or ``None`` for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
