"""Where each figure of a sheet leads: to its records, or nowhere when it has none of its own."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from kb.bulletins.addresses import join, split
from kb.bulletins.issuing.source import Source
from kb.bulletins.periods import Period
from kb.bulletins.rendering.svg import Link
from kb.bulletins.topics_beside import is_of_edition
from kb.models import BulletinEdition, BulletinRow
from webapp.database import db
from webapp.figure_doors import FigureDoors

Document = Mapping[str, Any]
# How many units are listed counts units, not records; days are counted by the calendar.
_NOWHERE = frozenset({"extra/top_units/size", "totals/days"})


def draft_doors(row: BulletinRow) -> Link:
    """Doors of a draft: to the records as they were counted, or to the issue compared with."""
    document = row.document
    living = FigureDoors(Period(row.first, row.last), Source(document).as_of)

    def door(address: str) -> str:
        earlier = earlier_edition(document, address)
        if earlier is not None:
            return edition_door(*earlier)
        if _has_none(address):
            return ""
        # A 专报 keeps its own condition, and matters their own requests.
        if row.topic or address.startswith("matters/"):
            return url_for("bulletins.draft_records", bulletin_id=row.id, address=address)
        return living.of(address)

    return door


def edition_doors(edition: BulletinEdition) -> Link:
    """Doors to the records that were behind the figures of an edition."""
    document = edition.snapshot["document"]

    def door(address: str) -> str:
        if _has_none(address) and earlier_edition(document, address) is None:
            return ""
        return edition_door(edition, address)

    return door


def edition_door(edition: BulletinEdition, address: str) -> str:
    """The records behind a figure of an edition."""
    return url_for(
        "bulletins.edition_records",
        bulletin_id=edition.bulletin_id,
        number=edition.number,
        address=address,
    )


def earlier_edition(document: Document, address: str) -> tuple[BulletinEdition, str] | None:
    """The issued edition that a figure was compared with, and the figure's address in it."""
    issued, parts = document.get("compared_with", {}), split(address)
    if is_of_edition(document, address):
        return db().get_one(BulletinEdition, issued[parts[1]]), join(_own(parts))
    if parts[0] == "matters" and parts[-1] == "previous" and "previous" in issued:
        before = db().get_one(BulletinEdition, issued["previous"])
        known = {one["name"] for one in before.snapshot["document"].get("matters", ())}
        if parts[1] in known:
            return before, join((*parts[:-1], "count"))
    return None


def _own(parts: list[str]) -> list[str]:
    """``compare/previous/by_unit/市公安局/rate`` is of ``by_unit/市公安局/orders`` there."""
    section = parts[2]
    if section == "totals":
        return parts[2:4]
    head = ["extra", section] if section == "topics" else [section]
    return [*head, *parts[3:-1], "orders" if section == "by_unit" else "count"]


def _has_none(address: str) -> bool:
    parts = split(address)
    return address in _NOWHERE or (parts[0] == "matters" and parts[-1] == "previous")
