"""What holds between two entries, in the order of the answers: a ruling or an agreement, a change.

Until the losing entry is changed it still matches as well as before; it may not stand above the
entry that holds. The ranking itself knows nothing of rulings.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.query import Understood
from kb.models import Conflict
from kb.services.amended_order import changes_in
from kb.services.conflict_answers import must_change
from kb.services.found_items import FoundItem
from kb.terms import ConflictState

_OTHER = {"left": "right", "right": "left"}


def in_force_order(
    session: Session, found: Sequence[FoundItem], understood: Understood, day: date
) -> tuple[FoundItem, ...]:
    """Put the entry that holds right above the one that is to be changed, where both were found.

    A ruling counts only for the versions that were compared, and where the clause in question is
    among those that answer: one on a phone number says nothing about a question for the papers.
    An amendment (修改) stands above what it amends where it changed the clause that answers.
    """
    changes = changes_in(session, found, understood, day)
    at = {one.item.id: one for one in found} | {c.newer.item.id: c.newer for c in changes}
    pairs = [*(change.pair for change in changes), *_ruled(session, at)]
    return tuple(at[item_id] for item_id in in_order(list(at), pairs))


def in_order(item_ids: Sequence[int], pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Put each winner right above its loser, until every pair stands so.

    Moving one winner may put it below another; rulings that run in a circle end as well.
    """
    order = list(item_ids)
    for _ in item_ids:
        before = list(order)
        for winner_id, loser_id in pairs:
            winner, loser = order.index(winner_id), order.index(loser_id)
            if winner > loser:
                order.insert(loser, order.pop(winner))
        if order == before:
            break
    return order


def _ruled(session: Session, found: dict[int, FoundItem]) -> list[tuple[int, int]]:
    """Pairs of winner and loser; none where each of two is to change in something."""
    if len(found) < 2:
        return []
    query = select(Conflict).where(
        Conflict.state == ConflictState.AGREED.value,
        Conflict.left_item_id.in_(found),
        Conflict.right_item_id.in_(found),
    )
    pairs = []
    for row in session.scalars(query.order_by(Conflict.id)):
        changing = must_change(row)
        if len(changing) == 1 and _answers(row, changing[0], found):
            loser, winner = changing[0], _OTHER[changing[0]]
            pairs.append((getattr(row, f"{winner}_item_id"), getattr(row, f"{loser}_item_id")))
    return [pair for pair in dict.fromkeys(pairs) if pair[::-1] not in pairs]


def _answers(row: Conflict, loser: str, found: dict[int, FoundItem]) -> bool:
    sides = {side: found[getattr(row, f"{side}_item_id")] for side in _OTHER}
    if any(getattr(row, f"{side}_version_id") != one.version.id for side, one in sides.items()):
        return False
    hit = sides[loser].hit
    return hit is None or getattr(row, f"{loser}_ordinal") in (hit.ordinal, *hit.more)
