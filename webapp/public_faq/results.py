"""A search result as the public sees it: a card without what is meant for agents."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from indexer.query import Understood
from kb.presenters.card import card
from kb.services.search import FoundItem
from webapp.markup import highlight


@dataclass(frozen=True)
class Result:
    """One result; ``card`` is the card's JSON, ``clause`` its answer with marks."""

    card: dict[str, Any]
    clause: Markup
    is_clause_new: bool


def result(found: FoundItem, understood: Understood | None, today: date) -> Result:
    """Make a result of what was found."""
    made = card(found, understood, today)
    clause = made["clause"]
    start = clause.get("start", 0)
    marks = [(left - start, right - start) for left, right in clause["marks"]]
    # The facts are printed as facts; a clause that only repeats them or the conclusion is left out.
    is_new = bool(clause["answer"]) and clause.get("kind") != "facts"
    return Result(made, highlight(clause["answer"], marks), is_new)
