"""How well and how fast similar requests are put together.

``python -m bench.hot_matters [--growth 10000 30000 100000]``

Quality: ``../shared/data/messages/hot_topics.csv`` (2,973 messages of a real city) against groups
read and drawn by hand from the pooled proposals of several methods; ``bench/hot_matters_data``
holds nothing but the messages' numbers, in ``unsure.txt`` those left out of the count. The limits
were chosen by the groups whose smallest number is even ("seen"); the odd ones are "held out", but
their figures were in sight.
The peer is TF-IDF over the pairs of title and first words with average-link clustering at its own
best threshold.

Time and memory: made-up requests of an invented city, a tenth of them about hot matters.
"""

import argparse
import csv
import os
import random
import resource
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from indexer.normalise import normalise
from indexer.segment import grams
from kb.hot_matters.grouping import grouped
from kb.hot_matters.reading import Appeal, Weights

DATA = Path(os.environ.get("BENCH_DATA", "../shared/data")) / "messages" / "hot_topics.csv"
HERE = Path(__file__).parent / "hot_matters_data"
Groups = list[list[int]]


def messages(path: Path) -> list[Appeal]:
    """The messages, oldest first."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    rows.sort(key=lambda row: (_when(row["留言时间"]), int(row["留言编号"])))
    return [Appeal(int(r["留言编号"]), r["留言主题"].strip(), r["留言详情"].strip()) for r in rows]


def _when(text: str) -> tuple[int, ...]:
    return tuple(
        int(part) for part in text.replace("/", "-").replace(":", "-").replace(" ", "-").split("-")
    )


def drawn() -> tuple[Groups, set[int]]:
    """The groups drawn by hand, and the numbers nobody was sure of."""
    lines = (HERE / "groups.txt").read_text().splitlines()
    unsure = {int(line) for line in (HERE / "unsure.txt").read_text().splitlines()}
    return [[int(number) for number in line.split()] for line in lines], unsure


def judged(found: Iterable[Sequence[int]], parity: int | None) -> tuple[float, float, float, float]:
    """Precision and recall of pairs, then of B-cubed over messages that are in any group."""
    gold, unsure = drawn()
    own = _sets(found, unsure)
    true = _sets(gold, unsure)
    for key in own:
        true.setdefault(key, frozenset({key}))
    shared = in_own = in_true = 0
    precision, recall = [], []
    for key, mine in own.items():
        right = true[key]
        if parity is not None and min(right) % 2 != parity:
            continue
        both = len(mine & right)
        shared, in_own, in_true = (
            shared + both - 1,
            in_own + len(mine) - 1,
            in_true + len(right) - 1,
        )
        if len(mine) > 1 or len(right) > 1:
            precision.append(both / len(mine))
            recall.append(both / len(right))
    return (
        shared / max(in_own, 1),
        shared / max(in_true, 1),
        float(np.mean(precision)),
        float(np.mean(recall)),
    )


def _sets(groups: Iterable[Sequence[int]], unsure: set[int]) -> dict[int, frozenset[int]]:
    found = {}
    for group in groups:
        kept = frozenset(group) - unsure
        found |= dict.fromkeys(kept, kept)
    return found


def ours(appeals: Sequence[Appeal]) -> Groups:
    """The groups of kb.hot_matters."""
    return [group.keys for group in grouped(appeals, Weights(appeals)).groups]


def _plain_pairs(appeal: Appeal) -> dict[str, float]:
    found = dict.fromkeys(grams(normalise(appeal.content[:60])), 0.5)
    return found | dict.fromkeys(grams(normalise(appeal.title)), 1.0)


def peer(appeals: Sequence[Appeal], threshold: float) -> Groups:
    """TF-IDF and average-link agglomeration: every pair compared, the nearest two joined."""
    counts: dict[str, int] = defaultdict(int)
    texts = [_plain_pairs(one) for one in appeals]
    for text in texts:
        for pair in text:
            counts[pair] += 1
    column = {pair: at for at, pair in enumerate(p for p, n in counts.items() if n > 1)}
    matrix = np.zeros((len(appeals), len(column)), np.float32)
    for at, text in enumerate(texts):
        for pair, weight in text.items():
            if pair in column:
                matrix[at, column[pair]] = weight * np.log(len(appeals) / counts[pair])
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
    like = matrix @ matrix.T
    np.fill_diagonal(like, -1.0)
    members = {at: [one.key] for at, one in enumerate(appeals)}
    while True:
        best = like.max(axis=1)
        one = int(best.argmax())
        if best[one] < threshold:
            return list(members.values())
        other = int(like[one].argmax())
        a, b = len(members[one]), len(members[other])
        row = (a * like[one] + b * like[other]) / (a + b)
        like[one], like[:, one] = row, row
        like[other], like[:, other] = -1.0, -1.0
        like[one, one] = -1.0
        members[one] += members.pop(other)


_FIRST = "云桂澜松望青翠和滨星南东锦临紫秋明金长白石玉兰竹荷柳枫梅桃杏溪河湖海江泉岭峰岗坪"
_SECOND = "锦语湾泉溪石庭悦江河屏园绣水荆实珠桥亭鹭韵景华瑞祥安康宁福禄寿喜庆隆昌盛达通顺"
_KINDS = ["小区", "花园", "家园", "广场", "新村", "公寓", "苑", "府"]
_MATTERS = [
    "夜间施工噪音扰民",
    "暖气不热要求检修",
    "物业乱收停车费",
    "自来水浑浊停水",
    "路灯不亮",
    "电梯反复故障",
    "楼下烧烤油烟",
    "拖欠农民工工资",
    "违章搭建无人管",
    "垃圾清运不及时",
    "公交绕行等车久",
    "培训机构不退费",
    "房产证迟迟不办",
    "井盖破损",
    "噪声广场舞",
    "消防通道被占",
    "小学学位不足",
    "医保报销比例咨询",
    "养老金认证怎么办",
    "社保卡补办",
]
_TALK = [
    "请问",
    "希望",
    "反映",
    "多次",
    "一直",
    "没有",
    "解决",
    "我们",
    "居民",
    "相关",
    "部门",
    "尽快",
    "处理",
    "影响",
    "生活",
    "昨天",
    "晚上",
    "孩子",
    "老人",
    "出行",
]


def made_up(size: int) -> list[Appeal]:
    """Requests of an invented city; one in ten is about one of 200 hot matters."""
    chance = random.Random(6)
    stems = [a + b for a in _FIRST for b in _SECOND]
    streets = [f"{chance.choice(stems)}路" for _ in range(400)]
    estates = [f"{stem}{kind}" for stem in stems for kind in _KINDS]
    hot = [(chance.choice(estates), chance.choice(_MATTERS)) for _ in range(200)]
    found = []
    for key in range(size):
        estate, matter = (
            chance.choice(hot)
            if chance.random() < 0.1
            else (chance.choice(estates), chance.choice(_MATTERS))
        )
        talk = "".join(chance.choices(_TALK, k=30))
        found.append(Appeal(key, f"{estate}{matter}", f"{chance.choice(streets)}{estate}{talk}"))
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--growth", type=int, nargs="*", default=[10_000, 30_000, 100_000])
    chosen = parser.parse_args()
    if DATA.exists():
        appeals = messages(DATA)
        best = max((peer(appeals, at / 100) for at in (20, 24, 28, 32, 36)), key=_harmonic)
        for name, groups in (("ours", ours(appeals)), ("TF-IDF, average link", best)):
            for label, parity in (("seen", 0), ("held out", 1), ("all", None)):
                p, r, bp, br = judged(groups, parity)
                score = f"pairs {p:.3f} / {r:.3f}, B-cubed {bp:.3f} / {br:.3f}"
                print(f"{name}, {label}: {score}, F {2 * bp * br / (bp + br):.3f}")
    for size in chosen.growth:
        appeals = made_up(size)
        start = time.process_time()
        found = ours(appeals)
        spent = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        large = sum(len(group) >= 3 for group in found)
        print(f"{size:,} requests: {spent:.1f} s processor (bar 60 at 100,000)")
        print(f"{size:,} requests: {large} groups of 3 or more, peak {peak:.0f} MB")


def _harmonic(groups: Groups) -> float:
    _, _, precision, recall = judged(groups, 0)
    return 2 * precision * recall / (precision + recall)


if __name__ == "__main__":
    main()
