"""Pairs of clauses that differ and do not contradict: other case, rung, year or attribute."""

from __future__ import annotations

import random

from bench.conflicts_data import voices
from bench.conflicts_data.matters import Matter
from bench.conflicts_data.numbers import money
from bench.conflicts_data.text import Text

Made = tuple[Text, Text] | None


def other_group_in_clause(rng: random.Random, matter: Matter) -> Made:
    if len(matter.groups) < 2 or not matter.sums:
        return None
    called, per, amounts = matter.sums[0]
    low, high = rng.sample(amounts, 2)
    name = matter.names[0]
    per = f"每{per}" if per else ""
    lines = (
        f"{matter.groups[0]}的，{called}{per}{money(rng, low)}。",
        f"属于{matter.groups[1]}的，{called}{per}{money(rng, high)}。",
    )
    return (
        Text(f"{name}怎么{matter.does}？", lines[0] + rng.choice(voices.FILLER), matter.owner),
        Text(f"{name}政策问答", lines[1] + rng.choice(voices.FILLER), matter.other),
    )


def year_in_clause(rng: random.Random, matter: Matter) -> Made:
    if not matter.sums:
        return None
    called, per, amounts = matter.sums[0]
    low, high = rng.sample(amounts, 2)
    per = f"每{per}" if per else ""
    name = matter.names[0]
    return (
        Text(
            f"{name}{matter.does}指南",
            f"2025年{name}的{called}是{per}{money(rng, low)}。",
            matter.owner,
        ),
        Text(
            f"{name}政策问答",
            f"从2026年起，{name}的{called}按{per}{money(rng, high)}执行。2026年新增人员一并适用。",
            matter.other,
        ),
    )


def branches(rng: random.Random, matter: Matter) -> Made:
    if not matter.sums:
        return None
    called, per, amounts = matter.sums[0]
    levels = sorted(rng.sample(amounts, min(3, len(amounts))))
    per = f"每{per}" if per else ""
    name = matter.names[0]
    if len(levels) == 3:
        heads = rng.choice(
            [("一档", "二档", "三档"), ("轻度", "中度", "重度"), ("三级", "二级", "一级")]
        )
    else:
        heads = ("一档", "二档")
    listed = "；".join(
        f"{head}{per}{money(rng, level)}" for head, level in zip(heads, levels, strict=True)
    )
    single = rng.choice(levels)
    return (
        Text(f"{name}{matter.does}指南", f"{called}分档确定：{listed}。", matter.owner),
        Text(
            f"{name}怎么{matter.does}？",
            f"{heads[levels.index(single)]}的，{called}{per}{money(rng, single)}。"
            + rng.choice(voices.FILLER),
            matter.other,
        ),
    )


def other_attribute(rng: random.Random, matter: Matter) -> Made:
    name, days = matter.names[0], rng.sample((5, 7, 10, 15, 20, 30), 2)
    amounts = rng.sample((200, 300, 500, 800, 1000, 1500), 2)
    left, right = rng.choice(
        [
            (f"材料收齐后，{days[0]}个工作日内审核完毕。", f"审核结果在社区公示{days[1]}天。"),
            (
                f"{name}{matter.does}的办理时限为{days[0]}个工作日。",
                f"对结果不服的，{days[1]}日内可以申请复核。",
            ),
            (f"每人补助{amounts[0]}元。", f"骗取补助的，处{amounts[1]}元罚款。"),
            (
                f"咨询电话0777-5{rng.randrange(10**5, 10**6)}1。",
                f"监督投诉电话0777-6{rng.randrange(10**5, 10**6)}2。",
            ),
            (f"符合条件的给予{amounts[0]}元补贴。", f"家庭人均月收入不高于{amounts[1]}元。"),
            (f"自事情发生之日起{days[0]}日内提出申请。", f"受理后{days[1]}个工作日办结。"),
        ]
    )
    return (
        Text(f"{name}{matter.does}指南", left + rng.choice(voices.FILLER), matter.owner),
        Text(f"{name}政策问答", right + rng.choice(voices.FILLER), matter.other),
    )


def old_value(rng: random.Random, matter: Matter) -> Made:
    if not matter.sums or "额度" in matter.sums[0][0]:
        return None
    called, per, amounts = matter.sums[0]
    low, high = sorted(rng.sample(amounts, 2))
    per = f"每{per}" if per else "每人"
    name = matter.names[0]
    how = rng.choice(
        [
            f"{called}由{per}{money(rng, low)}提高到{money(rng, high)}。",
            f"{called}从{money(rng, low)}调整为{per}{money(rng, high)}。",
            f"原来{per}{money(rng, low)}的{called}，现在涨到{money(rng, high)}。",
        ]
    )
    return (
        Text(f"关于提高{name}{called}的通知", how, matter.owner),
        Text(f"{name}政策问答", f"{called}：{per}{money(rng, high)}。", matter.other),
    )
