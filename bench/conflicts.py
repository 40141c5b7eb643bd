"""How well and how fast the conflict radar finds what contradicts.

    python -m bench.conflicts [--planted 150] [--clean 300] [--seed 1] [--passages 10000]
        [--pairs FILE.jsonl] [--show]

Texts come from `bench.conflicts_data`, or from a JSON Lines file of another generator: each line
`{"left": {...}, "right": {...}, "planted": "phone" or ""}`, a side with `title`, `body` and
optionally `unit`, `facts`, `regions`, `valid_from`, `valid_until`. Every left side is published
among at least `--passages` passages of other text; every right side is then checked as a draft, as
an upload is. A contradiction found with its own left side counts for or against the pair; one
with an entry of another matter is a false alarm.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench.conflicts_data import Pair, Text, pairs
from bench.corpus import read_passages
from kb.actor import Actor
from kb.db import Base, Database
from kb.models import KnowledgeVersion, Unit
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import rebuild
from kb.outbox.whoosh_factory import WhooshFactory
from kb.services import conflicts
from kb.services.entries import Content, PlannedLink, create_entry
from kb.services.publishing import publish
from kb.terms import KnowledgeKind, LinkKind, Role

NOW = datetime(2026, 5, 7, 2, 0, tzinfo=UTC)
EDITOR = Actor(0, "测量", None, frozenset({Role.EDITOR, Role.ADMIN}))
PASSAGES_AN_ENTRY = 20
# What the attribute of a planted contradiction may be called.
NAMES = {
    "sum": "额度|标准|金额|限额",
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
}


class City:
    """A database and an index of its own for the measurement."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder / 'kb.db'}")
        Base.metadata.create_all(self.database.engine)
        self.indexes = Indexes(folder / "indexes", WhooshFactory())
        self._units: dict[str, int] = {}

    def add(self, texts: list[Text], *, is_published: bool, older: int | None = None) -> list[int]:
        """Versions of the texts, in order; ``older`` is the entry that they replace."""
        made = []
        with self.database.unit_of_work() as session:
            for text in texts:
                unit = self._unit(session, text.unit or "市政府")
                links = (PlannedLink(LinkKind.SUPERSEDES, older),) if older is not None else ()
                content = Content(
                    kind=KnowledgeKind(text.kind),
                    title=text.title,
                    body=text.body,
                    facts=text.facts,
                    regions=text.regions,
                    valid_from=text.valid_from,
                    valid_until=text.valid_until,
                    links=links,
                )
                version = create_entry(session, unit=unit, content=content, actor=EDITOR, now=NOW)
                if is_published:
                    publish(session, version, actor=EDITOR, now=NOW)
                made.append(version.id)
        return made

    def _unit(self, session: Any, name: str) -> Unit:
        if name not in self._units:
            unit = Unit(name=name)
            session.add(unit)
            session.flush()
            self._units[name] = unit.id
        return session.get_one(Unit, self._units[name])

    def item_of(self, version_id: int) -> int:
        with self.database.reading() as session:
            return session.get_one(KnowledgeVersion, version_id).item_id


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
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--show", action="store_true", help="print what was missed and wrong")
    asked = parser.parse_args()
    cases = (
        read_pairs(asked.pairs)
        if asked.pairs
        else list(pairs(asked.planted, asked.clean, asked.seed))
    )
    with tempfile.TemporaryDirectory() as folder:
        measure(City(Path(folder)), cases, asked.passages, asked.show)


def measure(city: City, cases: list[Pair], passages: int, show: bool) -> None:
    """Publish the left sides, check the right ones, print the figures."""
    texts, source = background(passages)
    city.add(texts, is_published=True)
    lefts = [city.add([case.left], is_published=True)[0] for case in cases]
    rebuild(city.database, city.indexes, lambda: NOW)
    matter_of = {city.item_of(v): case.matter for v, case in zip(lefts, cases, strict=True)}
    hits = alarms = elsewhere = 0
    kinds: Counter[str] = Counter()
    seconds = []
    for left, case in zip(lefts, cases, strict=True):
        item_id = city.item_of(left)
        older = item_id if case.right.supersedes_other else None
        (right,) = city.add([case.right], is_published=False, older=older)
        began = time.perf_counter()
        found = conflicts.check(city.database, city.indexes, right, NOW)
        seconds.append(time.perf_counter() - began)
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
    for kind, count in kinds.most_common():
        print(f"  {kind}: {count}")


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
