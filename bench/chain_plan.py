"""Planted replacement chains: invented entries, links and versions with a truth of their own."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

TODAY = date(2026, 5, 7)
_PLACES = tuple(
    "柳溪街道 梧桐里 青石巷 临江路 望山镇 白鹭洲 枫林街 石桥头 云台村 槐荫路 "  # noqa: SIM905
    "南浦新区 沙洲坝 竹园里 清水湾 金桂路 双塔街 麻石岭 菱湖边 东篱苑 杏花村".split()
)
_MATTERS = tuple(
    "路内停车收费 公共自行车押金 农贸市场摊位费 老年食堂用餐补贴 校车接送线路 "  # noqa: SIM905
    "垃圾分类积分 游泳馆开放时段 社区图书借阅 夜市经营登记 犬只免疫登记 公园晨练开放".split()
)


@dataclass(frozen=True)
class Step:
    """One link of a chain: what begins on ``day`` and what it does to the step before.

    ``kind`` is first, supersedes, repeals, amends, or version (the next version of the same entry).
    """

    kind: str
    day: date


@dataclass
class Chain:
    """A matter and its steps; ``items`` are filled with entry ids as the steps are published."""

    topic: str
    steps: tuple[Step, ...]
    items: list[int] = field(default_factory=list)

    def text(self, number: int) -> str:
        """What the entry of a step says; no two steps of any chain say the same."""
        fee = 3 + number * 7
        return (
            f"第一条 {self.topic}按本规定第 {number + 1} 稿办理，标准为 {fee} 元。\n\n"
            f"第二条 办理{self.topic}，请到所在社区服务窗口，{number + 2} 个工作日内办结。\n"
        )

    def in_force(self, day: date) -> set[tuple[int, int]]:
        """The steps that hold on a day, as (entry id, version number): the truth, by hand."""
        found: set[tuple[int, int]] = set()
        version = 1
        for step, item_id in zip(self.steps, self.items, strict=False):
            if step.day > day:
                break
            if step.kind in ("supersedes", "repeals", "version"):
                last = max(found, key=lambda row: (self.items.index(row[0]), row[1]), default=None)
                found.discard(last or (0, 0))
            version = version + 1 if step.kind == "version" else 1
            found.add((item_id, version))
        return found

    @property
    def days(self) -> list[date]:
        """Each switch day with the day before and the day after it."""
        around = {s.day + timedelta(days=d) for s in self.steps[1:] for d in (-1, 0, 1)}
        return sorted(around)


def plan(chains: int, seed: int = 12345) -> Iterator[Chain]:
    """``chains`` chains of 2 to 5 steps, from three years ago to some years ahead.

    A version of a version that has not begun itself is a correction, not a step, and not planted.
    """
    picked = random.Random(seed)
    topics = [place + matter for matter in _MATTERS for place in _PLACES]
    for topic in picked.sample(topics, chains):
        day = TODAY - timedelta(days=picked.randint(200, 1100))
        steps = [Step("first", day)]
        for _ in range(picked.randint(1, 4)):
            day += timedelta(days=picked.randint(30, 420))
            (kind,) = picked.choices(("supersedes", "repeals", "amends", "version"), (5, 2, 2, 3))
            if kind == "version" and steps[-1].day > TODAY:
                kind = "supersedes"
            steps.append(Step(kind, day))
        yield Chain(topic, tuple(steps))
