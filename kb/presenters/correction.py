"""An unsettled correction as a card and its script need it: plain JSON values."""

from collections.abc import Iterable
from typing import Any

from kb.models import Correction
from kb.terms import CorrectionKind, CorrectionState


def corrections_json(found: Iterable[Correction]) -> list[dict[str, Any]]:
    """What was reported, by whom, and by when the unit must answer; oldest first."""
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "kind_label": CorrectionKind(row.kind).label,
            "state": row.state,
            "state_label": CorrectionState(row.state).label,
            "said": row.said,
            "quote": row.quote,
            "passage": row.passage_ordinal,
            "reporter": row.reporter.name if row.reporter is not None else "",
            "at": row.at.isoformat(),
            "due_at": row.due_at.isoformat(),
        }
        for row in found
    ]
