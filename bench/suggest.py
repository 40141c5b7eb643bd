"""Category suggestions on messages kept aside: how right, how fast, and learned one by one.

``python -m bench.suggest --data ../shared/data/messages/labelled.csv`` runs repeated stratified
cross-validation with the product's own model; messages that nearly repeat each other stay on one
side of every split. ``--nested`` also chooses the tuning inside each training part (slow), so that
the printed figure owes nothing to the messages it is measured on.
"""

import argparse
import csv
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from indexer.lexicon import default_lexicon
from indexer.segment import build_segmenter
from kb.minhash import signature, similarities, stack
from kb.suggesting.features import Told
from kb.suggesting.linear import Tuning
from kb.suggesting.model import CategoryModel, Lesson

GRID = tuple(
    Tuning(ridge, balance, vote)
    for ridge, balance, vote in product((0.3, 0.6), (0.5, 0.8), (0.0, 0.3))
)
NEARLY_SAME = 0.5


@dataclass(frozen=True)
class Figures:
    """Macro-averaged F1 and the share of messages whose category is among the first three."""

    macro_f1: float
    top3: float


def read(path: Path) -> list[Lesson]:
    """The labelled messages, numbered from 1."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Lesson(at, Told(row["留言主题"], row["留言详情"]), row["一级分类"])
        for at, row in enumerate(rows, 1)
    ]


def groups_of(lessons: Sequence[Lesson]) -> list[int]:
    """The number of the first message each one nearly repeats, its own when none."""
    signed = [signature(f"{one.words.title}\n{one.words.content}") for one in lessons]
    table = stack(signed)
    return [int(np.argmax(similarities(one, table) >= NEARLY_SAME)) for one in signed]


def split(lessons: Sequence[Lesson], groups: Sequence[int], parts: int, seed: int) -> list[int]:
    """The part each message is in; every category is spread evenly, near repeats stay together."""
    order = np.random.default_rng(seed)
    part = [0] * len(lessons)
    for category in sorted({one.category for one in lessons}):
        own = sorted({groups[at] for at, one in enumerate(lessons) if one.category == category})
        place = {int(group): at % parts for at, group in enumerate(order.permutation(own))}
        for at, one in enumerate(lessons):
            if one.category == category:
                part[at] = place[groups[at]]
    return part


def figures(categories: Sequence[str], right: Sequence[str], said: Sequence[list[str]]) -> Figures:
    """How right the first and the first three suggestions are."""
    f1 = []
    for category in categories:
        pairs = [
            (is_ == category, first[:1] == [category])
            for is_, first in zip(right, said, strict=True)
        ]
        hit = sum(both == (True, True) for both in pairs)
        wrong = sum(one != other for one, other in pairs)
        f1.append(2 * hit / max(2 * hit + wrong, 1))
    top3 = np.mean([is_ in first[:3] for is_, first in zip(right, said, strict=True)])
    return Figures(float(np.mean(f1)), float(top3))


def taught(lessons: Sequence[Lesson], categories: tuple[str, ...], tuning: Tuning) -> CategoryModel:
    """The product's model, trained."""
    model = CategoryModel(categories, tuning)
    model.train(lessons)
    return model


def answers(model: CategoryModel, lessons: Sequence[Lesson]) -> list[list[str]]:
    """The suggested categories of each message, best first."""
    return [[one.category for one in model.rank(lesson.words, _no_words)] for lesson in lessons]


def _no_words(_text: str) -> list[str]:
    return []


def validate(
    lessons: Sequence[Lesson], groups: Sequence[int], *, parts: int, seed: int, nested: bool
) -> Figures:
    """Every message judged once by a model that has not seen it."""
    categories = tuple(sorted({one.category for one in lessons}))
    part = split(lessons, groups, parts, seed)
    said: list[list[str]] = [[] for _ in lessons]
    for held in range(parts):
        inside = [at for at, own in enumerate(part) if own != held]
        outside = [at for at, own in enumerate(part) if own == held]
        train = [lessons[at] for at in inside]
        tuning = choose(train, [groups[at] for at in inside], seed) if nested else Tuning()
        model = taught(train, categories, tuning)
        for at, answer in zip(
            outside, answers(model, [lessons[at] for at in outside]), strict=True
        ):
            said[at] = answer
    return figures(categories, [one.category for one in lessons], said)


def choose(lessons: Sequence[Lesson], groups: Sequence[int], seed: int) -> Tuning:
    """The tuning that does best within the training part."""

    def score(tuning: Tuning) -> float:
        categories = tuple(sorted({one.category for one in lessons}))
        part = split(lessons, groups, 4, seed)
        train = [one for one, own in zip(lessons, part, strict=True) if own]
        held = [one for one, own in zip(lessons, part, strict=True) if not own]
        said = answers(taught(train, categories, tuning), held)
        return figures(categories, [one.category for one in held], said).macro_f1

    return max(GRID, key=score)


def one_by_one(lessons: Sequence[Lesson], groups: Sequence[int]) -> tuple[Figures, Figures]:
    """Judged on a fifth kept aside: half trained and half fed one by one, and all at once."""
    categories = tuple(sorted({one.category for one in lessons}))
    part = split(lessons, groups, 5, 1)
    train = [one for one, own in zip(lessons, part, strict=True) if own]
    held = [one for one, own in zip(lessons, part, strict=True) if not own]
    order = np.random.default_rng(2).permutation(len(train))
    half = len(train) // 2
    model = taught([train[at] for at in order[:half]], categories, Tuning())
    for at in order[half:]:
        model.learn(train[at])
    right = [one.category for one in held]
    batch = taught(train, categories, Tuning())
    return (
        figures(categories, right, answers(model, held)),
        figures(categories, right, answers(batch, held)),
    )


def milliseconds(model: CategoryModel, lessons: Sequence[Lesson]) -> tuple[float, float]:
    """Median and 95th percentile of a suggestion with its reasons."""
    cut = build_segmenter(default_lexicon().user_words).cut
    model.rank(lessons[0].words, cut)
    took = []
    for lesson in lessons[:300]:
        start = time.perf_counter()
        model.rank(lesson.words, cut)
        took.append(1000 * (time.perf_counter() - start))
    return float(np.median(took)), float(np.percentile(took, 95))


def main() -> None:
    """Print every figure with its bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/messages/labelled.csv"))
    parser.add_argument("--parts", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--nested", action="store_true", help="choose the tuning inside")
    asked = parser.parse_args()
    lessons = read(asked.data)
    groups = groups_of(lessons)
    print(f"messages: {len(lessons)}, near repeats: {len(lessons) - len(set(groups))}")
    runs = [
        validate(lessons, groups, parts=asked.parts, seed=seed, nested=asked.nested)
        for seed in range(asked.repeats)
    ]
    f1, top3 = [run.macro_f1 for run in runs], [run.top3 for run in runs]
    how = f"{asked.repeats} x {asked.parts} parts{', tuned inside' if asked.nested else ''}"
    print(f"macro-F1: {np.mean(f1):.4f} ± {np.std(f1):.4f} ({how}; bar 0.87)")
    print(f"top-3: {np.mean(top3):.4f} ± {np.std(top3):.4f} (bar 0.97)")
    online, batch = one_by_one(lessons, groups)
    print(
        f"half, then one by one: macro-F1 {online.macro_f1:.4f}; all at once {batch.macro_f1:.4f}"
    )
    start = time.perf_counter()
    model = taught(lessons, tuple(sorted({one.category for one in lessons})), Tuning())
    print(f"training: {time.perf_counter() - start:.1f} s")
    median, p95 = milliseconds(model, lessons)
    print(f"a suggestion: {median:.1f} ms median, {p95:.1f} ms p95 (bar 10)")


if __name__ == "__main__":
    main()
