"""The unsettled corrections of an entry, beside the clauses of the version that is shown."""

from collections.abc import Callable
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from kb.clauses import by_clause
from kb.models import KnowledgeVersion
from kb.presenters.correction import corrections_json
from kb.services.corrections import open_for


def clause_flags(
    session: Session, version: KnowledgeVersion
) -> dict[int | None, list[dict[str, Any]]]:
    """What is reported about each clause, for staff pages; under ``None`` what lost its clause.

    The page takes out what it has shown, so that nothing is left out in silence.
    """
    rows = open_for(session, [version.item_id]).get(version.item_id, [])
    found = by_clause(version.passages, rows)
    return {ordinal: corrections_json(said) for ordinal, said in found.items()}


def correct_address(version: KnowledgeVersion) -> Callable[[int], str]:
    """The address for reporting a clause of this version, by the clause's ordinal."""

    def address(ordinal: int) -> str:
        return url_for(
            "corrections.new", item=version.item_id, version=version.number, passage=ordinal
        )

    return address
