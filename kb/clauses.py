"""Find a clause again after its text was changed: what was said about it must not be lost."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Protocol, TypeVar

from kb.models import PassageRow

MAX_QUOTE = 300
# Below this likeness (0 to 1) another clause is meant; a changed number or word stays above it.
LIKE_ENOUGH = 0.6


class Pinned(Protocol):
    """Something said about a clause: its ordinal then, the words meant, and how it began."""

    passage_ordinal: int
    quote: str
    clause: str


T = TypeVar("T", bound=Pinned)


def locate(
    passages: Sequence[PassageRow], ordinal: int, quote: str, clause: str = ""
) -> int | None:
    """The ordinal of the clause that has these words now, or had them before it was changed.

    :param quote: the words meant.
    :param clause: how the whole clause began then; by it a clause is known whose words changed.
    :returns: ``None`` when no clause is like it any more.
    """
    words, whole = _plain(quote), _plain(clause or quote)
    texts = {row.ordinal: _plain(row.text) for row in passages}
    if not words:
        return ordinal if ordinal in texts else None
    holding = [number for number, text in texts.items() if words in text]
    likeness = {number: _likeness(whole, texts[number]) for number in holding or texts}
    best = max(
        likeness,
        key=lambda number: (likeness[number], -abs(number - ordinal)),
        default=None,
    )
    if best is None or not (holding or likeness[best] >= LIKE_ENOUGH):
        return None
    return best


def quote_of(passages: Sequence[PassageRow], ordinal: int, marked: str = "") -> str:
    """The words meant: those marked when they stand in the clause, else how the clause begins."""
    text = next((row.text for row in passages if row.ordinal == ordinal), "")
    marked = " ".join(marked.split())[:MAX_QUOTE]
    return marked if marked and marked in " ".join(text.split()) else text[:MAX_QUOTE]


def by_clause(passages: Sequence[PassageRow], said: Iterable[T]) -> Mapping[int | None, list[T]]:
    """What was said, by the clause it belongs to now; under ``None`` what has lost its clause."""
    found: dict[int | None, list[T]] = {}
    for one in said:
        place = locate(passages, one.passage_ordinal, one.quote, one.clause)
        found.setdefault(place, []).append(one)
    return found


def _plain(text: str) -> str:
    return "".join(text.split())


def _likeness(clause: str, text: str) -> float:
    matcher = SequenceMatcher(None, clause, text[: len(clause) + len(clause) // 4], autojunk=False)
    if matcher.real_quick_ratio() < LIKE_ENOUGH or matcher.quick_ratio() < LIKE_ENOUGH:
        return 0.0
    return matcher.ratio()
