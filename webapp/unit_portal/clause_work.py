"""What is said about the clauses of a version: comments of the review, corrections to mend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from kb.clauses import by_clause
from kb.models import ClauseComment, Correction, ItemEvent, KnowledgeVersion, PassageRow
from kb.presenters.correction import corrections_json
from kb.services import brought_back, comments, corrections


@dataclass(frozen=True)
class ClauseWork:
    """Comments and corrections by the clause they belong to now.

    Under ``None`` is what has lost its clause. ``waiting`` are the unresolved comments,
    ``unmended`` how many corrections publishing this text would leave waiting, ``brought_back``
    those settled after the version it was begun from, ``looked_at`` who said that they were seen.
    """

    comments: Mapping[int | None, list[ClauseComment]]
    corrections: Mapping[int | None, list[dict[str, Any]]]
    waiting: Sequence[ClauseComment]
    passages: Mapping[int | None, PassageRow]
    unmended: int = 0
    brought_back: Sequence[Correction] = ()
    looked_at: ItemEvent | None = None

    @property
    def clauses(self) -> list[int | None]:
        """The clauses about which something is to be done, in order of the text."""
        told = {
            place for place, found in self.comments.items() if comments.unresolved(found)
        } | set(self.corrections)
        return sorted(told, key=lambda place: -1 if place is None else place)


def clause_work(session: Session, version: KnowledgeVersion) -> ClauseWork:
    """Everything that is said about the clauses of a version."""
    found = comments.of_version(session, version)
    flagged = by_clause(version.passages, corrections.to_mend(session, version))
    settled_since = brought_back.brought_back(session, version)
    return ClauseWork(
        comments=by_clause(version.passages, found),
        corrections={place: corrections_json(rows) for place, rows in flagged.items()},
        waiting=comments.unresolved(found),
        passages={row.ordinal: row for row in version.passages},
        unmended=len(corrections.unmended(session, version)),
        brought_back=settled_since,
        looked_at=brought_back.confirmation(session, version, settled_since),
    )
