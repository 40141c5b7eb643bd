"""An entry's version as the API describes it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from kb.models import KnowledgeVersion
from kb.services.pushed import Notice
from kb.terms import VersionState

MAX_PASSAGES = 200


def document_json(version: KnowledgeVersion, notices: Sequence[Notice] = ()) -> dict[str, Any]:
    """The values of ``DocumentSchema``."""
    item = version.item
    metadata = version.file.recognised.get("metadata", {}) if version.file else {}
    return {
        "id": item.id,
        "version_id": version.id,
        "version": version.number,
        "state": version.state,
        "state_label": VersionState(version.state).label,
        "item_state": item.state,
        "title": version.title,
        "kind": version.kind,
        "audience": version.audience,
        "category": version.category,
        "unit_id": item.unit_id,
        "unit": item.unit.name,
        "document_number": version.document_number,
        "issuing_authority": version.issuing_authority,
        "issued_on": iso(version.issued_on),
        "valid_from": iso(version.valid_from),
        "valid_until": iso(version.valid_until),
        "review_on": iso(version.review_on),
        "file_id": version.file_id,
        "recognised": {name: found for name, found in metadata.items() if found},
        "passage_count": len(version.passages),
        "passages": [
            {
                "ordinal": row.ordinal,
                "heading_path": row.heading_path,
                "kind": row.kind,
                "page": row.page,
                "text": row.text,
            }
            for row in version.passages[:MAX_PASSAGES]
        ],
        "notices": [
            {"kind": notice.kind, "message": notice.message, "item_id": notice.item_id}
            for notice in notices
        ],
    }


def iso(day: date | None) -> str | None:
    """``2026-05-07``, or None."""
    return day.isoformat() if day else None
