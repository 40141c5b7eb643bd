"""A search under one setting as the page shows it, and what differs between two of them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from indexer.errors import IndexerError, InvalidQuery
from kb.actor import Actor
from kb.errors import SearchUnavailable
from kb.outbox.indexes import Indexes
from kb.presenters.card import card
from kb.services.search_lab import Look, Trial, look


@dataclass
class Side:
    """One setting's results.

    :param message: why nothing could be asked; empty when it could.
    :param marks: item id -> ``+``, ``−``, ``↑2``, ``↓1`` or empty beside the other side.
    """

    name: str
    label: str
    look: Look | None = None
    cards: list[dict[str, Any]] = field(default_factory=list)
    message: str = ""
    marks: dict[int, str] = field(default_factory=dict)

    @property
    def part_names(self) -> list[str]:
        """The score's parts that tell candidates apart, in the engine's order."""
        weighed = self.look.candidates if self.look else ()
        names = dict.fromkeys(name for one, _ in weighed for name in one.parts)
        return [name for name in names if len({one.parts.get(name) for one, _ in weighed}) > 1]

    @property
    def constant_parts(self) -> list[tuple[str, float]]:
        """The parts that are the same for every candidate, with their value."""
        weighed = self.look.candidates if self.look else ()
        told = self.part_names
        first = weighed[0][0].parts if weighed else {}
        return [(name, value) for name, value in first.items() if name not in told]

    def largest(self, part: str) -> float:
        """The largest value of a part among the candidates: the scale of its bars."""
        weighed = self.look.candidates if self.look else ()
        return max((one.parts.get(part, 0.0) for one, _ in weighed), default=0.0)

    @property
    def slowest_ms(self) -> float:
        """The longest stage: the scale of the stages' bars."""
        stages = self.look.explanation.stages if self.look else ()
        return max((stage.ms for stage in stages), default=0.0)


def ask_side(
    session: Session,
    indexes: Indexes,
    trial: Trial,
    actor: Actor,
    today: date,
    *,
    name: str,
    label: str,
) -> Side:
    """Search under one setting; what cannot be asked becomes a sentence beside the box."""
    side = Side(name, label)
    try:
        side.look = look(session, indexes, trial, actor)
    except (InvalidQuery, IndexerError, SearchUnavailable) as refused:
        side.message = refused.message
        return side
    understood = side.look.explanation.result.understood
    side.cards = [
        card(found, understood, today, as_of=trial.question.as_of) for found in side.look.found
    ]
    for shown in side.cards:
        start = shown["clause"]["start"]
        marks = shown["clause"]["marks"]
        shown["answer_marks"] = [(left - start, right - start) for left, right in marks]
    return side


def mark_differences(before: Side, after: Side) -> None:
    """Mark what is new, gone and moved between two lists of results."""
    old = {card["item_id"]: place for place, card in enumerate(before.cards)}
    new = {card["item_id"]: place for place, card in enumerate(after.cards)}
    before.marks = {item: "−" for item in old if item not in new}
    for item, place in new.items():
        if item not in old:
            after.marks[item] = "+"
        elif old[item] != place:
            moved = old[item] - place
            after.marks[item] = f"↑{moved}" if moved > 0 else f"↓{-moved}"
