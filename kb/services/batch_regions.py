"""适用区域 of rows of a batch: proposed where the text names one district, taken by a tick."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, String, cast, select
from sqlalchemy.orm import Session, undefer

from kb.models import BatchEntry, Unit
from kb.regions_said import said_regions
from kb.services.batch_seen import OPEN
from kb.services.recognised import content_of_json

SAID_REGION = "said_region"


def note_said_region(session: Session, entry: BatchEntry, known: Sequence[str]) -> None:
    """Keep with a judged row the one district it speaks for, unless it says for whom it is."""
    if entry.outcome not in OPEN or not known:
        return
    content = content_of_json(entry.content)
    if content.regions:
        return
    unit = session.get_one(Unit, entry.unit_id)
    said = said_regions(
        known, authority=content.issuing_authority, unit=unit.name, title=content.title
    )
    for one in said:
        words = f"看起来只适用于“{one.region}”，读自{one.where}“{one.quoted[:80]}”"
        notice = {"kind": SAID_REGION, "message": words, "item_id": None, "region": one.region}
        entry.notices = [*entry.notices, notice]


def has_said_region() -> ColumnElement[bool]:
    """The condition that a district is proposed for a row."""
    return cast(BatchEntry.notices, String).contains(f'"{SAID_REGION}"')


def take_said_regions(session: Session, which: Sequence[ColumnElement[bool]]) -> int:
    """Write the proposed district into the rows, which are then about to be made."""
    query = select(BatchEntry).where(*which, has_said_region())
    count = 0
    for entry in session.scalars(query.options(undefer(BatchEntry.content))):
        said = [each["region"] for each in entry.notices if each["kind"] == SAID_REGION]
        entry.content = {**entry.content, "regions": said}
        entry.notices = [each for each in entry.notices if each["kind"] != SAID_REGION]
        count += 1
    return count
