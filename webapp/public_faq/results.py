"""A search result as the public sees it: a card without what is meant for agents."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from indexer.query import Understood
from kb.presenters.card import card
from kb.services.found_items import FoundItem
from webapp.markup import highlight

MIN_CLAUSE = 15


@dataclass(frozen=True)
class Result:
    """One result; ``card`` is the card's JSON, ``clause`` its answer with marks."""

    card: dict[str, Any]
    clause: Markup
    is_clause_new: bool


def result(found: FoundItem, understood: Understood | None, as_of: date, today: date) -> Result:
    """Make a result of what was found for a day."""
    made = card(found, understood, today, as_of=as_of)
    clause = made["clause"]
    start = clause.get("start", 0)
    marks = [(left - start, right - start) for left, right in clause["marks"]]
    # The facts are printed as facts; a clause that only repeats them or the conclusion is left out.
    is_new = clause.get("kind") != "facts" and says_more(clause["answer"], made["title"])
    return Result(made, highlight(clause["answer"], marks), is_new)


def says_more(answer: str, title: str) -> bool:
    """Tell whether a clause is more than a heading or the title once again."""
    words = "".join(answer.split())
    return len(words) >= MIN_CLAUSE and words not in "".join(title.split())
