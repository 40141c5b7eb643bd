"""通知: what is announced for the very day that a question names, told above the answer.

"能领证吗" is answered by the usual hours; a notice that closes the office on that day must be seen
first. Only a notice that the search itself found for the question is told, and only by its title
and days: what it says of the matter stands in it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from indexer.answer import mark
from indexer.query import Understood
from kb.days_said import day_said
from kb.terms import KnowledgeKind

# What holds longer than this is a rule under the name of a notice.
_PASSING = timedelta(days=45)
_ONLY_A_DAY = re.compile(r"[\d年月日号\s-]+")


def notice_lines(
    cards: Sequence[Mapping[str, Any]], understood: Understood | None, question: str, today: date
) -> list[dict[str, Any]]:
    """Notices of a passing time that cover the day asked for and name the matter in their title.

    :returns: ``item_id``, ``title`` and ``days`` ("12-05 至 12-08") each.
    """
    day = day_said(question, today)
    if day is None or understood is None:
        return []
    return [
        {
            "item_id": card["item_id"],
            "title": card["title"],
            "days": f"{card['valid_from'][5:]} 至 {card['valid_until'][5:]}",
        }
        for card in cards
        if _covers(card, day) and _names_matter(card["title"], understood)
    ]


def _covers(card: Mapping[str, Any], day: date) -> bool:
    if card["kind"] != KnowledgeKind.NOTICE or not (card["valid_from"] and card["valid_until"]):
        return False
    first, last = (date.fromisoformat(card[name]) for name in ("valid_from", "valid_until"))
    return first <= day <= last and last - first <= _PASSING


def _names_matter(title: str, understood: Understood) -> bool:
    return any(
        not _ONLY_A_DAY.fullmatch(title[start:end]) for start, end in mark(understood, title)
    )
