"""经过: what was done to an object and by whom, in words, for the page of the object.

Whoever may open the page may read it: acts hold no phone, name or question of a caller.
"""

from dataclasses import dataclass
from datetime import datetime

from kb.models import AuditRecord
from kb.queries.audit_log import Found, acts_on
from webapp.act_details import detail_text
from webapp.act_words import ACTIONS, OBJECTS
from webapp.database import db

NOBODY = "系统"


@dataclass(frozen=True)
class Told:
    """One step as a person reads it."""

    at: datetime
    name: str
    what: str
    detail: str = ""


@dataclass(frozen=True)
class Line(Told):
    """A recorded act; ``which`` names its object."""

    which: str = ""
    record_id: int = 0


def lines(found: Found) -> list[Line]:
    """The acts in words."""
    return [_line(row, name) for row, name in found]


def _line(row: AuditRecord, name: str) -> Line:
    return Line(
        row.at,
        name or NOBODY,
        ACTIONS.get(row.action, row.action),
        detail_text(row.detail),
        f"{OBJECTS.get(row.object_type, row.object_type)} {row.object_id}".strip(),
        row.id,
    )


def acts_in_words(object_type: str, object_id: object) -> list[Line]:
    """What was last done to an object, newest first, for its page."""
    return lines(acts_on(db(), object_type, object_id))
