"""How well the comparison alone tells contradictions, without a base: seconds instead of minutes.

    python -m bench.conflict_pairs [--heldout | --third] [--seed 1] [--others 12] [--show]

Every pair of `bench.conflicts` is compared directly, and every right side with the left sides of
``--others`` other matters too, which a search in a base would rarely bring together.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Sequence

from bench import conflict_heldout, conflict_third, conflicts_data
from bench.conflict_base import NOW
from bench.conflicts import NAMES
from bench.conflicts_data.text import Pair, Text
from indexer.lexicon import default_lexicon
from indexer.segment import build_segmenter
from kb.clock import local_day
from kb.conflicts.brief import Brief
from kb.conflicts.compare import Difference, compare
from kb.conflicts.entry import Entry, Passage
from kb.conflicts.layout import level
from kb.conflicts.places import places_in
from kb.conflicts.statements import Reader
from kb.conflicts.words import Words
from kb.services.entries import passages_of


class Shelf:
    """Texts read once, as `kb.services.conflict_candidates` reads them from a base."""

    def __init__(self) -> None:
        lexicon = default_lexicon()
        self._reader = Reader(Words(build_segmenter(lexicon.user_words), lexicon))
        self._briefs: dict[str, Brief] = {}

    def brief(self, text: Text) -> Brief:
        """The text as the comparison knows it."""
        if repr(text) not in self._briefs:
            rows = passages_of(text.body, text.facts, text.title)
            entry = Entry(
                title=text.title,
                passages=[Passage(r.ordinal, r.heading_path, r.text, r.kind) for r in rows],
                regions=frozenset(text.regions) or places_in(level(text.unit)),
                start=text.valid_from,
                end=text.valid_until,
                today=local_day(NOW),
            )
            self._briefs[repr(text)] = Brief(entry, self._reader)
        return self._briefs[repr(text)]

    def compare(self, right: Text, left: Text) -> list[Difference]:
        """What a check of the right side finds against the left one."""
        return compare(self.brief(right), self.brief(left))


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--heldout", action="store_true", help="texts of the second generator")
    parser.add_argument("--third", action="store_true", help="texts kept to judge by")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--others", type=int, default=12)
    parser.add_argument("--show", action="store_true", help="print what was missed and wrong")
    asked = parser.parse_args()
    if asked.heldout:
        cases = conflict_heldout.pairs(asked.seed)
    elif asked.third:
        cases = conflict_third.pairs()
    else:
        cases = conflicts_data.pairs(150, 300, asked.seed)
    measure(list(cases), asked.others, asked.show)


def measure(cases: Sequence[Pair], others: int, show: bool) -> None:
    """Count what is found, and what is found wrongly, by sort of pair."""
    shelf, lefts, rng = Shelf(), {case.matter: case.left for case in cases}, random.Random(1)
    hits = alarms = elsewhere = 0
    kinds: Counter[str] = Counter()
    for case in cases:
        found = [] if case.right.supersedes_other else shelf.compare(case.right, case.left)
        names = NAMES.get(case.planted, case.planted).split("|") if case.planted else []
        good = [one for one in found if any(name in one.attribute for name in names)]
        wrong = [one for one in found if one not in good]
        apart = sorted(lefts.keys() - {case.matter})
        for name in rng.sample(apart, min(others, len(apart))):
            strange = shelf.compare(case.right, lefts[name])
            elsewhere += len(strange)
            kinds["other matter"] += len(strange)
            _show(show and bool(strange), "other matter", case, lefts[name], strange)
        hits += bool(good)
        alarms += len(wrong)
        kinds[f"wrong {case.planted or case.sort}"] += len(wrong)
        _show(show and bool(wrong), "wrong", case, case.left, wrong)
        if case.planted and not good:
            kinds[f"missed {case.planted}"] += 1
            _show(show, "missed", case, case.left, [])
    planted = sum(bool(case.planted) for case in cases)
    print(f"pairs: {planted} planted, {len(cases) - planted} clean")
    print(f"recall: {hits / max(1, planted):.3f} (≥ 0.85)")
    print(f"precision: {hits / max(1, hits + alarms):.3f} (≥ 0.90)")
    print(f"precision with other matters: {hits / max(1, hits + alarms + elsewhere):.3f} (≥ 0.90)")
    for kind, count in (+kinds).most_common():
        print(f"  {kind}: {count}")


def _show(show: bool, what: str, case: Pair, left: Text, found: Sequence[Difference]) -> None:
    if not show:
        return
    print(f"== {what} {case.planted or case.sort}: {left.title} | {case.right.title}")
    for one in found:
        print(f"   {one.attribute}: {one.left.meaning} || {one.right.meaning} {one.score}")
    for side in (left, case.right):
        print("  ", side.body.replace("\n", " "))


if __name__ == "__main__":
    main()
