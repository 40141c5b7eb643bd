"""How many slips of the pen the reply checker finds in real replies, and how often it is wrong.

    python -m bench.slips FILE.csv [--replies 400] [--seed 1]

Into each of so many official replies one slip is set: a character of a common word becomes one
that sounds the same (six in ten) or looks alike. The weights of `kb.replies.slips` were fitted on
such slips against what the replies write themselves. Nothing of the file is kept.
"""

import argparse
import csv
import random
from collections.abc import Iterator
from pathlib import Path

from indexer.lexicon import default_lexicon
from indexer.segment import build_segmenter
from kb.replies.confusable import Confusable
from kb.replies.draft import Draft
from kb.replies.finding import Severity
from kb.replies.slips import Slips
from kb.replies.typos import Typos

COMMON = 300
BY_SOUND = 0.6
WRONG_SHARE = 0.03


def main() -> None:
    """Command line entrance."""
    parser = argparse.ArgumentParser(prog="python -m bench.slips")
    parser.add_argument("file", type=Path, help="real messages with official replies")
    parser.add_argument("--replies", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with options.file.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    chance = random.Random(options.seed)
    rows = chance.sample(rows, min(options.replies, len(rows)))
    lexicon = default_lexicon()
    segmenter = build_segmenter(lexicon.user_words)
    slips = Slips(lexicon, segmenter)
    typos, confusable = Typos(slips, dict(lexicon.misspellings)), Confusable(lexicon)
    planted = found = told = 0
    for row in rows:
        text = Draft(row["答复意见"].strip()).text
        known = (row["留言主题"], row["留言详情"])
        told += bool(_places(typos, text, known))
        places = [
            (at, start, end)
            for start, end in _words(segmenter.cut(text))
            for at in range(start, end)
            if lexicon.language.get(text[start:end], 0) >= COMMON
        ]
        chance.shuffle(places)
        for at, start, end in places[:20]:
            others = _others(confusable, text[at], chance.random() < BY_SOUND)
            if not others:
                continue
            wrong = text[:at] + chance.choice(others) + text[at + 1 :]
            if slips.is_word(wrong[start:end]):
                continue
            planted += 1
            found += any(a <= at < b for a, b in _places(typos, wrong, known))
            break
    print(f"slips found: {found / max(1, planted):.3f} ({found}/{planted}, bar 0.9)")
    print(f"replies with a slip told as they are: {told / len(rows):.3f} (bar {WRONG_SHARE})")
    print("read those: about half of them are slips indeed")


def _words(words: list[str]) -> Iterator[tuple[int, int]]:
    at = 0
    for word in words:
        if 2 <= len(word) <= 4:
            yield at, at + len(word)
        at += len(word)


def _others(confusable: Confusable, char: str, by_sound: bool) -> list[str]:
    return sorted(
        other
        for other in confusable.of(char)
        if (confusable.same_sound if by_sound else confusable.looks_like)(char, other)
    )


def _places(typos: Typos, text: str, known: tuple[str, ...]) -> list[tuple[int, int]]:
    return [
        (finding.start, finding.end)
        for finding in typos.check(Draft(text), known)
        if finding.severity is not Severity.HINT
    ]


if __name__ == "__main__":
    main()
