"""Two versions clause by clause: changed, added, removed, moved, with the words marked. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from kb.models import PassageRow

Segments = tuple[tuple[str, str], ...]  # ("same" | "del" | "ins", text)
Kind = Literal["same", "changed", "added", "removed", "moved"]
# Below this likeness (0 to 1) two clauses are not one that was changed.
LIKE_ENOUGH = 0.5
# More pairs than this are compared by their headings only, so that a page never takes seconds.
MAX_PAIRS = 40_000
_WORD = re.compile(r"\d[\d.,:：/-]*|[A-Za-z]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Pair:
    """One clause of either version, side by side; a side that does not exist is ``None``."""

    kind: Kind
    old: PassageRow | None
    new: PassageRow | None
    old_words: Segments = ()
    new_words: Segments = ()


@dataclass(frozen=True)
class ClauseDiff:
    """Every clause of both versions, in the order of the newer one; removed ones at their place."""

    pairs: tuple[Pair, ...]

    @property
    def changes(self) -> tuple[Pair, ...]:
        """The pairs that differ."""
        return tuple(pair for pair in self.pairs if pair.kind != "same")

    def count(self, kind: Kind) -> int:
        """How many clauses are of this kind."""
        return sum(pair.kind == kind for pair in self.pairs)


def clause_diff(old: Sequence[PassageRow], new: Sequence[PassageRow]) -> ClauseDiff:
    """Compare the passages of two versions."""
    partner, in_order = _same_in_order(old, new)
    _same_elsewhere(old, new, partner)
    _changed(old, new, partner)
    taken = set(partner.values())
    pairs: list[Pair] = []
    lost = [at for at in range(len(old)) if at not in taken]
    for place, row in enumerate(new):
        at = partner.get(place)
        if at is not None:
            # What stood before this clause and is gone is told before it.
            pairs += _removed(old, lost, before=at)
        pairs.append(_pair(old[at] if at is not None else None, row, place in in_order))
    pairs += _removed(old, lost, before=len(old))
    return ClauseDiff(tuple(pairs))


def _plain(row: PassageRow) -> str:
    return "".join(row.text.split())


def _same_in_order(
    old: Sequence[PassageRow], new: Sequence[PassageRow]
) -> tuple[dict[int, int], set[int]]:
    matcher = SequenceMatcher(
        None, [_plain(row) for row in old], [_plain(row) for row in new], autojunk=False
    )
    partner: dict[int, int] = {}
    for at, place, size in matcher.get_matching_blocks():
        partner.update({place + step: at + step for step in range(size)})
    return partner, set(partner)


def _left(rows: Sequence[PassageRow], taken: set[int]) -> list[int]:
    return [at for at in range(len(rows)) if at not in taken]


def _same_elsewhere(
    old: Sequence[PassageRow], new: Sequence[PassageRow], partner: dict[int, int]
) -> None:
    where: dict[str, list[int]] = {}
    for at in _left(old, set(partner.values())):
        where.setdefault(_plain(old[at]), []).append(at)
    for place in _left(new, set(partner)):
        if where.get(_plain(new[place])):
            partner[place] = where[_plain(new[place])].pop(0)


def _changed(old: Sequence[PassageRow], new: Sequence[PassageRow], partner: dict[int, int]) -> None:
    """Pair what is left, the most alike first."""
    olds, news = _left(old, set(partner.values())), _left(new, set(partner))
    by_heading = len(olds) * len(news) > MAX_PAIRS
    likely = [
        (likeness, -abs(at - place), at, place)
        for at in olds
        for place in news
        if not by_heading or old[at].heading_path == new[place].heading_path != ""
        if (likeness := _likeness(_plain(old[at]), _plain(new[place]))) >= LIKE_ENOUGH
    ]
    used: set[int] = set()
    for _, _, at, place in sorted(likely, reverse=True):
        if at not in used and place not in partner:
            partner[place] = at
            used.add(at)


def _likeness(old: str, new: str) -> float:
    matcher = SequenceMatcher(None, old[:2000], new[:2000], autojunk=False)
    if matcher.real_quick_ratio() < LIKE_ENOUGH or matcher.quick_ratio() < LIKE_ENOUGH:
        return 0.0
    return matcher.ratio()


def _pair(old: PassageRow | None, new: PassageRow, is_in_order: bool) -> Pair:
    if old is None:
        return Pair("added", None, new, (), (("ins", new.text),))
    if _plain(old) == _plain(new):
        kind: Kind = "same" if is_in_order else "moved"
        return Pair(kind, old, new, (("same", old.text),), (("same", new.text),))
    return Pair("changed", old, new, *words_marked(old.text, new.text))


def _removed(old: Sequence[PassageRow], lost: list[int], before: int) -> Iterator[Pair]:
    while lost and lost[0] < before:
        row = old[lost.pop(0)]
        yield Pair("removed", row, None, (("del", row.text),), ())


def words_marked(old: str, new: str) -> tuple[Segments, Segments]:
    """Both texts with what differs marked; a number is one word, so 800 → 600 is marked whole."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    before: list[tuple[str, str]] = []
    after: list[tuple[str, str]] = []
    for op, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if i1 < i2:
            before.append(("same" if op == "equal" else "del", "".join(a[i1:i2])))
        if j1 < j2:
            after.append(("same" if op == "equal" else "ins", "".join(b[j1:j2])))
    return tuple(before), tuple(after)
