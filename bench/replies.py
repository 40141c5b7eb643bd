"""How well the reply checker finds planted faults, and how often it cries wolf.

    python -m bench.replies [--held-out | --third] [--answered FILE.csv] [--show]

Good replies of the invented city (`bench/replies_data`) are checked as they are and with one
fault each. A fault counts as found when a finding of its kind, advice or more, touches the planted
words (what is left out has no place). Precision of a class is found / (found + alarms of that
class anywhere else): on the good replies, and on replies in which another fault was planted.
`--answered` reads real messages with their official replies and prints how many replies raise an
alarm of each class; nothing of them is kept.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from indexer.lexicon import default_lexicon
from indexer.segment import build_segmenter
from kb.conflicts.entry import Entry, Passage
from kb.replies.check import ReplyChecker, check_reply, default_checker
from kb.replies.consistency import Earlier, InForce
from kb.replies.finding import Finding, Kind, Severity
from kb.terms import Purpose

RECALL, PRECISION = 0.9, 0.8
# A place is touched when it lies so near: a slip is told with the word around it.
NEAR = 2


@dataclass(frozen=True)
class Case:
    """A reply to be checked; ``planted`` is the kind of its one fault, or None."""

    key: str
    row: dict[str, Any]
    reply: str
    planted: Kind | None = None
    earlier: tuple[Earlier, ...] = ()
    start: int = 0
    end: int = 0
    what: str = ""

    def findings(self) -> list[Finding]:
        """What the check says, hints left out unless a class has nothing more."""
        entries = (
            [InForce(self.row["entry"][0], _entry(*self.row["entry"]))]
            if "entry" in self.row
            else []
        )
        return check_reply(
            self.row["title"],
            self.row["content"],
            self.reply,
            purpose=Purpose(self.row["purpose"]),
            earlier_replies=self.earlier,
            entries=entries,
            unit=self.row["unit"],
            units=UNITS,
            is_anonymous="匿名" in self.row["reply"],
        )


def _entry(title: str, text: str) -> Entry:
    return Entry(title, [Passage(0, "", text)])


def cases(name: str) -> Iterator[Case]:
    """The good replies of a file, then every planted fault."""
    rows = rows_of(name)
    by_key = {row["key"]: row for row in rows}
    for row in rows:
        yield Case(row["key"], row, row["reply"])
    for row in rows:
        for kind, old, new in row["faults"]:
            yield _planted(row, Kind(kind), old, new, by_key)


def rows_of(name: str) -> list[dict[str, Any]]:
    """The rows of a data file."""
    text = resources.files("bench").joinpath(f"replies_data/{name}.toml").read_text("utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)["reply"]
    return rows


def _planted(
    row: dict[str, Any], kind: Kind, old: str, new: str, by_key: dict[str, dict[str, Any]]
) -> Case:
    reply = row["reply"]
    what = f"{old[:30]} → {new[:40]}"
    if old == "*":
        reply = by_key[new]["reply"] if new in by_key else new
        return Case(row["key"], row, reply, kind, what=what)
    at = reply.index(old)
    if kind is Kind.EARLIER and new.startswith("现："):
        new = new.removeprefix("现：")
        before = Earlier("4月1日", reply)
        return Case(
            row["key"], row, reply.replace(old, new, 1), kind, (before,), at, at + len(new), what
        )
    if kind is Kind.EARLIER:
        before = Earlier("4月1日", reply.replace(old, new, 1))
        return Case(row["key"], row, reply, kind, (before,), at, at + len(old), what)
    changed = reply.replace(old, new, 1)
    return Case(row["key"], row, changed, kind, (), at, at + len(new), what)


SETS = ("tuned", "held_out", "third")
UNITS = sorted({row["unit"] for name in SETS for row in rows_of(name)})
# What leaves something out has no place in the reply.
_NO_PLACE = {Kind.UNANSWERED, Kind.QUESTION_MISSED, Kind.INCOMPLETE, Kind.INFORMED, Kind.FORM}
# A fault of one class may be one of the other just as well.
_ALSO = {
    Kind.UNANSWERED: {Kind.QUESTION_MISSED, Kind.INFORMED, Kind.INCOMPLETE, Kind.FORM},
    Kind.INCOMPLETE: {Kind.INFORMED, Kind.UNANSWERED, Kind.EMPTY, Kind.FORM, Kind.QUESTION_MISSED},
    Kind.FORM: {Kind.INCOMPLETE, Kind.INFORMED, Kind.UNANSWERED, Kind.QUESTION_MISSED, Kind.TYPO},
    Kind.EMPTY: {Kind.INCOMPLETE, Kind.PROMISE},
    Kind.PROMISE: {Kind.INCOMPLETE, Kind.EMPTY},
    Kind.QUESTION_MISSED: {Kind.UNANSWERED},
    Kind.INFORMED: {Kind.INCOMPLETE},
    Kind.ENTRY: set(),
}


def is_found(case: Case, findings: Sequence[Finding]) -> bool:
    """Whether a finding of the planted kind is there, at the planted place."""
    for finding in findings:
        if finding.kind is not case.planted:
            continue
        if case.planted in _NO_PLACE or finding.start == finding.end:
            return True
        if finding.start <= case.end + NEAR and case.start - NEAR <= finding.end:
            return True
    return False


def measure(name: str, *, show: bool) -> bool:
    """Print recall and precision of every class; tells whether all reach the bars."""
    planted, found, alarms = Counter[Kind](), Counter[Kind](), Counter[Kind]()
    for case in cases(name):
        findings = [f for f in case.findings() if f.severity is not Severity.HINT]
        if case.planted is not None:
            planted[case.planted] += 1
            hit = is_found(case, findings)
            found[case.planted] += hit
            if show and not hit:
                print(f"  missed {case.planted.label} {case.key}: {case.what}")
        for finding in findings:
            if finding.kind is case.planted or finding.kind in _ALSO.get(case.planted, set()):
                continue
            alarms[finding.kind] += 1
            if show:
                where = f"{case.key} [{case.planted.label if case.planted else ''}]"
                print(f"  alarm {finding.kind.label} {where}: {finding.sentence} | {finding.quote}")
    print(f"{name}: {sum(planted.values())} planted faults, {len(rows_of(name))} good replies")
    is_good = True
    for kind in Kind:
        if planted[kind]:
            recall = found[kind] / planted[kind]
            precision = found[kind] / max(1, found[kind] + alarms[kind])
            is_good &= recall >= RECALL and precision >= PRECISION
            print(
                f"{kind.label}: recall {recall:.3f} ({found[kind]}/{planted[kind]}, bar {RECALL}), "
                f"precision {precision:.3f} ({alarms[kind]} alarms, bar {PRECISION})"
            )
    return is_good


def speed() -> None:
    """Milliseconds for a reply of 1,000 characters without entries, and for the first one."""
    rows = rows_of("tuned")
    text = "".join(row["reply"] for row in rows[:8])[:1000]
    row = rows[0]

    def took(clock: Callable[[], float], checker: ReplyChecker) -> float:
        start = clock()
        checker.check(row["title"], row["content"], text, unit=row["unit"], units=UNITS)
        return 1000 * (clock() - start)

    warm, lexicon = default_checker(), default_lexicon()
    took(time.perf_counter, warm)
    waited = statistics.median(took(time.perf_counter, warm) for _ in range(9))
    worked = statistics.median(took(time.process_time, warm) for _ in range(9))
    print(f"check of 1,000 characters: {waited:.1f} ms waited, {worked:.1f} ms of work (bar 50)")
    start = time.process_time()
    cold = ReplyChecker(lexicon, build_segmenter(lexicon.user_words))
    took(time.process_time, cold)
    made = 1000 * (time.process_time() - start)
    print(f"making a checker and its first check: {made:.0f} ms of work, done while starting")


def alarms_on(path: Path, *, show: bool) -> None:
    """How many real replies raise an alarm of each class."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    replies: Counter[tuple[Kind, Severity]] = Counter()
    for row in rows:
        findings = check_reply(
            row["留言主题"].strip(),
            row["留言详情"].strip(),
            row["答复意见"].strip(),
            is_anonymous=True,
            purpose=Purpose.CONSULTATION if "咨询" in row["留言主题"] else Purpose.HELP,
        )
        replies.update({(finding.kind, finding.severity) for finding in findings})
        if show:
            for finding in findings:
                if finding.severity is not Severity.HINT:
                    print(
                        f"{finding.kind.value}\t{finding.quote}\t{finding.suggestion}\t{finding.sentence}".replace(
                            "\n", " "
                        )
                    )
    for kind in Kind:
        shares = "，".join(
            f"{severity.label} {replies[kind, severity] / len(rows):.3f}" for severity in Severity
        )
        print(f"real replies with {kind.label}: {shares}")


def main() -> None:
    """Command line entrance."""
    parser = argparse.ArgumentParser(prog="python -m bench.replies")
    parser.add_argument("--held-out", action="store_true", help="the second set")
    parser.add_argument("--third", action="store_true", help="the third set, never tuned on")
    parser.add_argument("--answered", type=Path, help="real messages with official replies")
    parser.add_argument("--show", action="store_true", help="print what was missed and the alarms")
    options = parser.parse_args()
    if options.answered:
        alarms_on(options.answered, show=options.show)
        return
    name = "third" if options.third else "held_out" if options.held_out else "tuned"
    is_good = measure(name, show=options.show)
    speed()
    raise SystemExit(not is_good)


if __name__ == "__main__":
    main()
