"""How well and how fast the conflict radar finds what contradicts.

    python -m bench.conflicts [--planted 150] [--clean 300] [--seed 1] [--passages 10000]
        [--heldout | --third | --pairs FILE.jsonl] [--show]

Texts come from `bench.conflicts_data`; with ``--heldout`` from `bench.conflict_heldout`, which was
written apart; with ``--third`` from `bench.conflict_third`, on which nothing is tuned; or from a
JSON Lines file of another generator: each line
`{"left": {...}, "right": {...}, "planted": "phone" or ""}`, a side with `title`, `body` and
optionally `unit`, `facts`, `regions`, `valid_from`, `valid_until`. Every left side is published
among at least `--passages` passages of other text, once if it comes again; every right side is then
checked as a draft, as an upload is. A contradiction found with its own left side counts for or
against the pair; one with an entry of another matter is a false alarm.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from bench import conflict_heldout, conflict_third, conflicts_data
from bench.conflict_base import NOW, City
from bench.conflicts_data.text import Pair, Text
from bench.corpus import read_passages
from kb.outbox.rebuild import rebuild
from kb.services import conflicts
from kb.services.conflict_shelf import Shelf

PASSAGES_AN_ENTRY = 20
# What the attribute of a planted contradiction may be called.
NAMES = {
    "sum": "额度|标准|金额|限额",
    "deposit": "保证金|押金",
    "fine": "罚款",
    "days": "时限|期限|期",
    "phone": "电话",
    "address": "地址",
    "hours": "时间|时段",
    "papers": "材料",
    "age": "年龄",
    "paid": "年限|期限",
    "share": "比例|利率|折扣",
    "fee": "标准|金额|价格",
    "valid": "有效期|期限",
    "deadline": "日期|期间|日",
    "household": "条件",
    "booking": "条件",
    "times": "次数|条件|标准",
    "volume": "量|标准|额度",
    "duration": "时长|期限|时间",
}


def background(count: int) -> tuple[list[Text], str]:
    """Entries of other text with at least ``count`` passages, and where it came from."""
    found, source = read_passages(count)
    texts = []
    for at in range(0, len(found), PASSAGES_AN_ENTRY):
        part = found[at : at + PASSAGES_AN_ENTRY]
        body = "\n\n".join(f"## 第{n}部分\n\n{p.text}" for n, p in enumerate(part, at + 1))
        texts.append(Text(f"{part[0].title[:200]}（{at}）", body, "资料室", kind="policy"))
    return texts, source


def read_pairs(path: Path) -> list[Pair]:
    """Pairs of another generator."""

    def side(given: dict[str, Any]) -> Text:
        days = {
            name: date.fromisoformat(given[name])
            for name in ("valid_from", "valid_until")
            if given.get(name)
        }
        return Text(
            given["title"],
            given["body"],
            given.get("unit", "市政府"),
            facts=given.get("facts", {}),
            regions=tuple(given.get("regions", ())),
            supersedes_other=bool(given.get("supersedes_other")),
            **days,
        )

    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        Pair(
            side(r["left"]),
            side(r["right"]),
            r.get("planted", ""),
            r.get("sort", ""),
            r.get("matter", ""),
        )
        for r in rows
    ]


def main() -> None:
    """Run the measurement and print its figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--planted", type=int, default=150)
    parser.add_argument("--clean", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--heldout", action="store_true", help="texts of the second generator")
    parser.add_argument("--third", action="store_true", help="texts kept to judge by")
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--show", action="store_true", help="print what was missed and wrong")
    asked = parser.parse_args()
    if asked.pairs:
        cases = read_pairs(asked.pairs)
    elif asked.heldout:
        cases = list(conflict_heldout.pairs(asked.seed))
    elif asked.third:
        cases = list(conflict_third.pairs())
    else:
        cases = list(conflicts_data.pairs(asked.planted, asked.clean, asked.seed))
    with tempfile.TemporaryDirectory() as folder:
        measure(City(Path(folder)), cases, asked.passages, asked.show)


def measure(city: City, cases: list[Pair], passages: int, show: bool) -> None:
    """Publish the left sides, check the right ones, print the figures."""
    texts, source = background(passages)
    city.add(texts, is_published=True)
    lefts = _publish_once(city, [case.left for case in cases])
    rebuild(city.database, city.indexes, lambda: NOW)
    matter_of = {city.item_of(v): case.matter for v, case in zip(lefts, cases, strict=True)}
    hits = alarms = elsewhere = 0
    kinds: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    seconds, busy, shelf = [], [], Shelf()
    for left, case in zip(lefts, cases, strict=True):
        item_id = city.item_of(left)
        older = item_id if case.right.supersedes_other else None
        (right,) = city.add([case.right], is_published=False, older=older)
        began, worked = time.perf_counter(), time.process_time()
        found = conflicts.check(city.database, city.indexes, right, NOW, shelf)
        seconds.append(time.perf_counter() - began)
        busy.append(time.process_time() - worked)
        own = [one for one in found if one.theirs.item_id == item_id]
        names = NAMES.get(case.planted, case.planted).split("|") if case.planted else []
        good = [one for one in own if any(name in one.attribute for name in names)]
        wrong = [one for one in own if one not in good]
        # Other pairs on the same matter say other things by construction.
        strange = [
            one
            for one in found
            if one.theirs.item_id != item_id and matter_of.get(one.theirs.item_id) != case.matter
        ]
        hits += bool(good)
        alarms += len(wrong)
        elsewhere += len(strange)
        if case.planted and not good:
            kinds[f"missed {case.planted}"] += 1
            lost["said nothing" if item_id in city.compared(right) else "never compared"] += 1
            _show(show, "missed", case, [])
        if wrong or strange:
            kinds[f"wrong {case.planted or case.sort}"] += len(wrong) + len(strange)
            _show(show, "wrong", case, [*wrong, *strange])
    planted = sum(bool(case.planted) for case in cases)
    seconds.sort()
    print(f"pairs: {planted} planted, {len(cases) - planted} clean; other text: {source}")
    print(f"recall: {hits / max(1, planted):.3f} (≥ 0.85)")
    print(f"precision: {hits / max(1, hits + alarms):.3f} (≥ 0.90)")
    print(f"false alarms with entries of other matters: {elsewhere}")
    print(f"precision with these: {hits / max(1, hits + alarms + elsewhere):.3f} (≥ 0.90)")
    print(f"seconds a check, median: {seconds[len(seconds) // 2]:.2f}")
    print(f"seconds a check, most: {seconds[-1]:.2f} (≤ 5)")
    print(f"processor seconds a check, most: {max(busy):.2f}")
    for why, count in lost.items():
        print(f"missed, {why}: {count}")
    for kind, count in kinds.most_common():
        print(f"  {kind}: {count}")


def _publish_once(city: City, texts: list[Text]) -> list[int]:
    """The version of each text; equal texts share one."""
    made: dict[str, int] = {}
    for text in texts:
        if repr(text) not in made:
            (made[repr(text)],) = city.add([text], is_published=True)
    return [made[repr(text)] for text in texts]


def _show(show: bool, what: str, case: Pair, found: list[conflicts.Found]) -> None:
    if not show:
        return
    print(f"== {what} {case.planted or case.sort}: {case.left.title} | {case.right.title}")
    for one in found:
        print(f"   {one.attribute}: {one.mine.text} || {one.theirs.text}")
    if not found:
        print(f"   {case.left.body}\n   {case.right.body}")


if __name__ == "__main__":
    main()
