"""Pairs of entries that differ and do not contradict: other place, group, time or matter."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from bench.conflicts_data.matters import Matter
from bench.conflicts_data.text import Text
from bench.conflicts_data.truth import PLANTS, another, profile
from bench.conflicts_data.writing import write

Made = tuple[Text, Text] | None
DISTRICTS = ("青浦岭区", "白石区", "临湖县", "槐荫街道")


def _two(rng: random.Random, matter: Matter, **changes: Any) -> Made:
    truth = profile(rng, matter)
    return (
        write(rng, matter, truth, unit=matter.owner),
        write(rng, matter, truth | changes, unit=matter.other),
    )


def same(rng: random.Random, matter: Matter) -> Made:
    return _two(rng, matter)


def _key(rng: random.Random, matter: Matter) -> str:
    return rng.choice([name for name, fits in PLANTS.items() if fits(matter)])


def other_notation(rng: random.Random, matter: Matter) -> Made:
    truth = profile(rng, matter)
    key = rng.choice(
        [
            k
            for k in ("sum", "days", "paid", "share", "fee", "valid", "hours", "papers")
            if k in truth
        ]
    )
    left = write(rng, matter, truth, must=key, only=(key,), unit=matter.owner)
    return left, write(rng, matter, truth, must=key, only=(key,), unit=matter.other)


def other_district(rng: random.Random, matter: Matter) -> Made:
    one, other = rng.sample(DISTRICTS[:3], 2)
    key = _key(rng, matter)
    texts = []
    truth = profile(rng, matter)
    for place in (one, other):
        is_named = rng.random() < 0.6
        texts.append(
            write(
                rng,
                matter,
                truth,
                must=key,
                unit=f"{place}人民政府",
                prefix=place if is_named else "",
                regions=(place,) if not is_named or rng.random() < 0.5 else (),
            )
        )
        truth = truth | {key: another(rng, matter, key, truth[key])}
    return texts[0], texts[1]


def district_window(rng: random.Random, matter: Matter) -> Made:
    truth = profile(rng, matter)
    key = rng.choice(["phone", "address", "hours"])
    place = rng.choice(DISTRICTS)
    city = write(rng, matter, truth, must=key, unit=matter.owner)
    truth = truth | {k: another(rng, matter, k, truth[k]) for k in ("phone", "address", "hours")}
    return city, write(
        rng, matter, truth, must=key, unit=f"{place}人民政府", prefix=place, regions=(place,)
    )


def other_group_in_title(rng: random.Random, matter: Matter) -> Made:
    one, other = rng.choice(
        [
            ("城镇户籍", "农村户籍"),
            ("企业职工", "城乡居民"),
            ("在校学生", "退休人员"),
            ("首次", "续期"),
            ("单位", "个人"),
        ]
    )
    key = _key(rng, matter)
    truth = profile(rng, matter)
    changed = truth | {key: another(rng, matter, key, truth[key])}
    return (
        write(rng, matter, truth, must=key, unit=matter.owner, prefix=one),
        write(rng, matter, changed, must=key, unit=matter.other, prefix=other),
    )


def other_year(rng: random.Random, matter: Matter) -> Made:
    key = rng.choice([k for k in PLANTS if PLANTS[k](matter)])
    truth = profile(rng, matter)
    changed = truth | {key: another(rng, matter, key, truth[key])}
    name = rng.choice(matter.names)
    shape = rng.choice(
        ["{y}年度{n}{d}工作通知", "{n}{d}公告（{y}年）", "关于开展{y}年{n}{d}的通知"]
    )
    return (
        write(
            rng,
            matter,
            truth,
            must=key,
            unit=matter.owner,
            title=shape.format(y=2025, n=name, d=matter.does),
        ),
        write(
            rng,
            matter,
            changed,
            must=key,
            unit=matter.other,
            title=shape.format(y=2026, n=name, d=matter.does),
        ),
    )


def superseded(rng: random.Random, matter: Matter) -> Made:
    key = _key(rng, matter)
    truth = profile(rng, matter)
    changed = truth | {key: another(rng, matter, key, truth[key])}
    left = write(rng, matter, truth, must=key, unit=matter.owner)
    right = write(rng, matter, changed, must=key, unit=matter.owner)
    if rng.random() < 0.5:
        return left, Text(**{**vars(right), "supersedes_other": True})
    return left, Text(**{**vars(right), "body": f"{right.body}\n\n原《{left.title}》同时废止。"})


def other_period(rng: random.Random, matter: Matter) -> Made:
    key = _key(rng, matter)
    truth = profile(rng, matter)
    changed = truth | {key: another(rng, matter, key, truth[key])}
    return (
        write(rng, matter, truth, must=key, unit=matter.owner, valid_until=date(2026, 12, 31)),
        write(rng, matter, changed, must=key, unit=matter.other, valid_from=date(2027, 1, 1)),
    )


_NEIGHBOURS = (
    ("失业保险金", "失业补助金"),
    ("困难残疾人生活补贴", "重度残疾人护理补贴"),
    ("居住证", "居住登记"),
    ("公积金租房提取", "公积金购房贷款"),
    ("企业职工养老保险", "城乡居民养老保险"),
    ("养犬登记", "养犬年检"),
    ("食品经营许可", "药品经营许可"),
    ("护照换发", "港澳通行证换发"),
    ("婚前医学检查", "孕前优生检查"),
    ("教师资格认定", "护士执业注册"),
    ("低保边缘家庭认定", "特困人员认定"),
    ("网约车驾驶员证", "出租车驾驶员证"),
    ("丧葬补助金", "抚恤金"),
    ("稳岗返还", "扩岗补助"),
    ("小学入学报名", "幼儿园入园报名"),
)


def other_matter(rng: random.Random, matter: Matter) -> Made:
    one, other = rng.choice(_NEIGHBOURS)
    truth = profile(rng, matter)
    key = rng.choice(["days", "phone", "address", "hours", "deadline", "papers", "household"])
    if key not in truth:
        return None
    changed = truth | {key: another(rng, matter, key, truth[key])}
    made = []
    for name, told in ((one, truth), (other, changed)):
        plain = Matter(
            (name,), "申请人", "办理", "市民政局", "市政务服务中心", papers=matter.papers
        )
        made.append(write(rng, plain, {key: told[key]}, must=key, unit=plain.owner))
    return made[0], made[1]


def absent(rng: random.Random, matter: Matter) -> Made:
    truth = profile(rng, matter)
    keys = list(truth)
    rng.shuffle(keys)
    half = len(keys) // 2
    return (
        write(rng, matter, truth, only=tuple(keys[:half]), unit=matter.owner),
        write(rng, matter, truth, only=tuple(keys[half:]), unit=matter.other),
    )
