"""Pairs of entries with one planted contradiction, and pairs that only look like one.

Our own texts of an invented city, written by many hands: matters from `bench.conflict_matters`,
sentences from `bench.conflict_voices`. Nothing here is shared with the radar that is measured.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bench import conflict_voices as voices
from bench.conflict_matters import MATTERS, Matter

DISTRICTS = ("青浦岭区", "白石区", "临湖县", "槐荫街道")
ROADS = ("建设路", "滨江大道", "文昌街", "南岭路", "新华巷", "桂园路")
HOUSES = ("市民服务中心", "便民服务大厅", "综合服务楼", "办事大厅")
HOURS = (
    (
        "上午9:00至12:00，下午13:30至17:00",
        "9:00-12:00、13:30-17:00",
        "上午9点到12点，下午1点半到5点",
    ),
    (
        "上午8:30至12:00，下午14:00至17:30",
        "8:30-12:00、14:00-17:30",
        "上午8点半到12点，下午2点到5点半",
    ),
    ("上午9:00至12:00，下午14:00至18:00", "9:00-12:00、14:00-18:00", "上午9点到12点，下午2点到6点"),
)
CHINESE = "零一二三四五六七八九"


@dataclass(frozen=True)
class Text:
    """One entry of a pair, as a unit would send it."""

    title: str
    body: str
    unit: str
    kind: str = "qa"
    facts: dict[str, Any] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    supersedes_other: bool = False


@dataclass(frozen=True)
class Pair:
    """:ivar planted: the attribute that differs, or "" for a clean pair; :ivar sort: of pair."""

    left: Text
    right: Text
    planted: str
    sort: str
    matter: str


def planted_pairs(count: int, seed: int = 1) -> list[Pair]:
    """Pairs with one contradiction each, every attribute about equally often."""
    rng = random.Random(seed)
    attributes = list(_PLANTS)
    pairs: list[Pair] = []
    while len(pairs) < count:
        attribute = attributes[len(pairs) % len(attributes)]
        matter = rng.choice([m for m in MATTERS if _PLANTS[attribute](m)])
        facts = _profile(rng, matter)
        other = dict(facts)
        other[attribute] = _another(rng, matter, attribute, facts[attribute])
        left = _write(rng, matter, facts, must=attribute, unit=matter.owner)
        right = _write(rng, matter, other, must=attribute, unit=matter.other)
        pairs.append(Pair(left, right, attribute, "planted", matter.names[0]))
    return pairs


def clean_pairs(count: int, seed: int = 2) -> list[Pair]:
    """Pairs without a contradiction, every trap about equally often."""
    rng = random.Random(seed)
    sorts = list(_CLEAN)
    pairs: list[Pair] = []
    while len(pairs) < count:
        sort = sorts[len(pairs) % len(sorts)]
        matter = rng.choice(MATTERS)
        made = _CLEAN[sort](rng, matter)
        if made is not None:
            pairs.append(Pair(made[0], made[1], "", sort, matter.names[0]))
    return pairs


# -- what can be told of a matter ----------------------------------------------------------------

_PLANTS = {
    "sum": lambda m: bool(m.sums),
    "days": lambda m: True,
    "phone": lambda m: True,
    "address": lambda m: True,
    "hours": lambda m: True,
    "papers": lambda m: len(m.papers) >= 3,
    "age": lambda m: bool(m.ages),
    "paid": lambda m: bool(m.paid),
    "share": lambda m: bool(m.shares),
    "fee": lambda m: bool(m.fee),
    "valid": lambda m: bool(m.valid),
    "deadline": lambda m: True,
    "household": lambda m: True,
    "booking": lambda m: True,
}


def _profile(rng: random.Random, matter: Matter) -> dict[str, Any]:
    """The truth about a matter."""
    truth: dict[str, Any] = {
        name: _another(rng, matter, name, None) for name, fits in _PLANTS.items() if fits(matter)
    }
    return truth


def _another(rng: random.Random, matter: Matter, attribute: str, old: Any) -> Any:
    if attribute == "papers" and old is not None:
        items = list(old)
        if len(items) > 3 or rng.random() < 0.5:
            items.pop(rng.randrange(1, len(items)))
        else:
            items.append(rng.choice(["无犯罪记录证明", "社区居住证明", "承诺书"]))
        return tuple(items)
    if attribute in ("household", "booking"):
        return (rng.random() < 0.5) if old is None else not old
    choices: list[Any] = {
        "sum": lambda: list(matter.sums[0][2]),
        "days": lambda: list(matter.days),
        "phone": lambda: [f"{rng.randrange(2, 9)}{rng.randrange(10**5, 10**6)}0" for _ in range(3)],
        "address": lambda: [
            f"{rng.choice(ROADS)}{rng.randrange(2, 300)}号"
            f"{rng.choice(HOUSES)}{rng.randrange(1, 6)}楼"
            for _ in range(3)
        ],
        "hours": lambda: list(range(len(HOURS))),
        "papers": lambda: [matter.papers],
        "age": lambda: list(matter.ages),
        "paid": lambda: list(matter.paid),
        "share": lambda: list(matter.shares[0][1]),
        "fee": lambda: list(matter.fee),
        "valid": lambda: list(matter.valid),
        "deadline": lambda: [(m, d) for m in (3, 6, 9, 11) for d in (10, 15, 25, 30)],
    }[attribute]()
    return rng.choice([choice for choice in choices if choice != old])


# -- how a clerk writes numbers -------------------------------------------------------------------


def chinese(number: int) -> str:
    """A whole number below 100,000,000 as it is spoken."""
    if number >= 10_000:
        rest = number % 10_000
        tail = "" if not rest else ("零" if rest < 1000 else "") + chinese(rest)
        return chinese(number // 10_000) + "万" + tail
    said, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            said += ("零" if gap and said else "") + CHINESE[digit] + name
            gap = False
        else:
            gap = True
    return said.removeprefix("一") if 10 <= number < 20 else said or "零"


def money(rng: random.Random, amount: int) -> str:
    forms = [f"{amount}元", f"{amount:,}元", f"{chinese(amount)}元", f"{amount}元"]
    if amount % 1000 == 0 and amount >= 10_000:
        forms.append(f"{amount / 10_000:g}万元")
    return rng.choice(forms)


def workdays(rng: random.Random, days: int) -> str:
    return rng.choice(
        [f"{days}个工作日", f"{chinese(days)}个工作日", f"{days}个工作日", f"{days} 个工作日"]
    )


def months(rng: random.Random, count: int) -> str:
    forms = [f"{count}个月", f"{chinese(count)}个月"]
    if count % 12 == 0:
        forms += [f"{count // 12}年", f"{chinese(count // 12).replace('二', '两')}年"]
    if count == 6:
        forms.append("半年")
    return rng.choice(forms)


def percent(rng: random.Random, share: int) -> str:
    return rng.choice([f"{share}%", f"百分之{chinese(share)}", f"{share}％"])


def phone(rng: random.Random, digits: str) -> str:
    return rng.choice([f"0777-{digits}", f"（0777）{digits}", digits])


# -- one entry ------------------------------------------------------------------------------------


def _sentences(
    rng: random.Random, matter: Matter, truth: dict[str, Any], named: dict[str, str]
) -> dict[str, str]:
    def say(options: tuple[str, ...], **more: str) -> str:
        return rng.choice(options).format(**named, **more)

    told: dict[str, str] = {}
    for name, value in truth.items():
        match name:
            case "sum":
                called, per, _ = matter.sums[0]
                options = voices.LOAN if "额度" in called else voices.SUM
                told[name] = say(
                    options,
                    called=called,
                    v=money(rng, value),
                    per=rng.choice([f"每人每{per}", f"每{per}"])
                    if per
                    else rng.choice(["一次性", "每人"]),
                    perbr=rng.choice([f"（每{per}）", f"/{per}"]) if per else "",
                )
            case "days":
                told[name] = say(voices.DAYS, v=workdays(rng, value))
            case "phone":
                told[name] = say(voices.PHONE, v=phone(rng, value))
            case "address":
                told[name] = say(voices.ADDRESS, v=value)
            case "hours":
                told[name] = say(voices.HOURS, v=rng.choice(HOURS[value]))
            case "papers":
                told[name] = say(voices.PAPERS, v=_list(rng, value))
            case "age":
                young = max(matter.ages) < 60 and min(matter.ages) > 20
                options = voices.YOUNGER if young else voices.AGE
                told[name] = say(options, v=rng.choice([str(value), chinese(value)]))
            case "paid":
                told[name] = say(voices.PAID, v=months(rng, value))
            case "share":
                told[name] = say(voices.SHARE[matter.shares[0][0]], v=percent(rng, value))
            case "fee":
                told[name] = say(voices.FEE, v=money(rng, value))
            case "valid":
                told[name] = say(voices.VALID, v=months(rng, value))
            case "deadline":
                month, day = value
                told[name] = say(
                    voices.DEADLINE,
                    v=rng.choice(
                        [
                            f"{month}月{day}日",
                            f"{chinese(month)}月{chinese(day)}日",
                            f"每年{month}月{day}日",
                        ]
                    ),
                )
            case "household":
                told[name] = say(voices.HOUSEHOLD[value])
            case "booking":
                told[name] = say(voices.BOOKING[value])
    return told


def _list(rng: random.Random, papers: tuple[str, ...]) -> str:
    swapped = {"户口簿": "户口本", "社会保障卡": "社保卡", "身份证": "居民身份证"}
    items = [swapped[p] if p in swapped and rng.random() < 0.4 else p for p in papers]
    items = [f"{p}原件" if rng.random() < 0.15 else p for p in items]
    if rng.random() < 0.4:
        rng.shuffle(items)
    return "、".join(items[:-1]) + rng.choice(["和", "、", "以及"]) + items[-1]


def _write(
    rng: random.Random,
    matter: Matter,
    truth: dict[str, Any],
    *,
    must: str = "",
    unit: str,
    title: str = "",
    only: tuple[str, ...] = (),
    prefix: str = "",
    **more: Any,
) -> Text:
    """An entry by one clerk: some of the truth, in some voice and layout."""
    name = rng.choice(matter.names)
    named = {"name": prefix + name, "who": matter.who, "does": matter.does}
    title = title or rng.choice(voices.TITLES).format(**named)
    told = _sentences(rng, matter, truth, named)
    chosen = [
        key for key in told if key == must or key in only or (not only and rng.random() < 0.45)
    ]
    rng.shuffle(chosen)
    lines = [told[key] for key in chosen]
    for _ in range(rng.randrange(1, 4)):
        lines.insert(rng.randrange(len(lines) + 1), rng.choice(voices.FILLER))
    facts = _facts(rng, truth, chosen) if rng.random() < 0.35 else {}
    return Text(title, _lay_out(rng, lines, title), unit, facts=facts, **more)


def _facts(rng: random.Random, truth: dict[str, Any], chosen: list[str]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if "days" in chosen:
        facts["time_limit"] = workdays(rng, truth["days"])
    if "phone" in chosen:
        facts["phone"] = f"0777-{truth['phone']}"
    if "papers" in chosen:
        facts["materials"] = list(truth["papers"])
    if "fee" in chosen:
        facts["fee"] = money(rng, truth["fee"])
    if "hours" in chosen:
        facts["hours"] = f"工作日{HOURS[truth['hours']][1]}"
    return facts


def _lay_out(rng: random.Random, lines: list[str], title: str) -> str:
    style = rng.randrange(5)
    if style == 0:
        return "\n\n".join(lines)
    if style == 1:
        return "".join(lines)
    if style == 2:
        return "\n\n".join(f"{at}. {line}" for at, line in enumerate(lines, 1))
    if style == 3:
        numbered = (f"第{chinese(at)}条 {line}" for at, line in enumerate(lines, 1))
        return f"# {title}\n\n" + "\n\n".join(numbered)
    headings = rng.choice(voices.HEADINGS)
    size = max(1, -(-len(lines) // len(headings)))
    parts = [
        f"{heading}\n\n" + "\n\n".join(lines[at * size : (at + 1) * size])
        for at, heading in enumerate(headings)
        if lines[at * size : (at + 1) * size]
    ]
    return "\n\n".join(parts)


# -- pairs that do not contradict ------------------------------------------------------------------

Made = tuple[Text, Text] | None


def _two(rng: random.Random, matter: Matter, **changes: Any) -> Made:
    truth = _profile(rng, matter)
    return (
        _write(rng, matter, truth, unit=matter.owner),
        _write(rng, matter, truth | changes, unit=matter.other),
    )


def _same(rng: random.Random, matter: Matter) -> Made:
    return _two(rng, matter)


def _key(rng: random.Random, matter: Matter) -> str:
    return rng.choice([name for name, fits in _PLANTS.items() if fits(matter)])


def _other_notation(rng: random.Random, matter: Matter) -> Made:
    truth = _profile(rng, matter)
    key = rng.choice(
        [
            k
            for k in ("sum", "days", "paid", "share", "fee", "valid", "hours", "papers")
            if k in truth
        ]
    )
    left = _write(rng, matter, truth, must=key, only=(key,), unit=matter.owner)
    return left, _write(rng, matter, truth, must=key, only=(key,), unit=matter.other)


def _other_district(rng: random.Random, matter: Matter) -> Made:
    one, other = rng.sample(DISTRICTS[:3], 2)
    key = _key(rng, matter)
    texts = []
    truth = _profile(rng, matter)
    for place in (one, other):
        is_named = rng.random() < 0.6
        texts.append(
            _write(
                rng,
                matter,
                truth,
                must=key,
                unit=f"{place}人民政府",
                prefix=place if is_named else "",
                regions=(place,) if not is_named or rng.random() < 0.5 else (),
            )
        )
        truth = truth | {key: _another(rng, matter, key, truth[key])}
    return texts[0], texts[1]


def _district_window(rng: random.Random, matter: Matter) -> Made:
    truth = _profile(rng, matter)
    key = rng.choice(["phone", "address", "hours"])
    place = rng.choice(DISTRICTS)
    city = _write(rng, matter, truth, must=key, unit=matter.owner)
    truth = truth | {k: _another(rng, matter, k, truth[k]) for k in ("phone", "address", "hours")}
    return city, _write(
        rng, matter, truth, must=key, unit=f"{place}人民政府", prefix=place, regions=(place,)
    )


def _other_group_in_title(rng: random.Random, matter: Matter) -> Made:
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
    truth = _profile(rng, matter)
    changed = truth | {key: _another(rng, matter, key, truth[key])}
    return (
        _write(rng, matter, truth, must=key, unit=matter.owner, prefix=one),
        _write(rng, matter, changed, must=key, unit=matter.other, prefix=other),
    )


def _other_group_in_clause(rng: random.Random, matter: Matter) -> Made:
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


def _other_year(rng: random.Random, matter: Matter) -> Made:
    key = rng.choice([k for k in _PLANTS if _PLANTS[k](matter)])
    truth = _profile(rng, matter)
    changed = truth | {key: _another(rng, matter, key, truth[key])}
    name = rng.choice(matter.names)
    shape = rng.choice(
        ["{y}年度{n}{d}工作通知", "{n}{d}公告（{y}年）", "关于开展{y}年{n}{d}的通知"]
    )
    return (
        _write(
            rng,
            matter,
            truth,
            must=key,
            unit=matter.owner,
            title=shape.format(y=2025, n=name, d=matter.does),
        ),
        _write(
            rng,
            matter,
            changed,
            must=key,
            unit=matter.other,
            title=shape.format(y=2026, n=name, d=matter.does),
        ),
    )


def _year_in_clause(rng: random.Random, matter: Matter) -> Made:
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


def _superseded(rng: random.Random, matter: Matter) -> Made:
    key = _key(rng, matter)
    truth = _profile(rng, matter)
    changed = truth | {key: _another(rng, matter, key, truth[key])}
    left = _write(rng, matter, truth, must=key, unit=matter.owner)
    right = _write(rng, matter, changed, must=key, unit=matter.owner)
    if rng.random() < 0.5:
        return left, Text(**{**vars(right), "supersedes_other": True})
    return left, Text(**{**vars(right), "body": f"{right.body}\n\n原《{left.title}》同时废止。"})


def _other_period(rng: random.Random, matter: Matter) -> Made:
    key = _key(rng, matter)
    truth = _profile(rng, matter)
    changed = truth | {key: _another(rng, matter, key, truth[key])}
    return (
        _write(rng, matter, truth, must=key, unit=matter.owner, valid_until=date(2026, 12, 31)),
        _write(rng, matter, changed, must=key, unit=matter.other, valid_from=date(2027, 1, 1)),
    )


def _branches(rng: random.Random, matter: Matter) -> Made:
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


def _other_attribute(rng: random.Random, matter: Matter) -> Made:
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


def _other_matter(rng: random.Random, matter: Matter) -> Made:
    one, other = rng.choice(_NEIGHBOURS)
    truth = _profile(rng, matter)
    key = rng.choice(["days", "phone", "address", "hours", "deadline", "papers", "household"])
    if key not in truth:
        return None
    changed = truth | {key: _another(rng, matter, key, truth[key])}
    made = []
    for name, told in ((one, truth), (other, changed)):
        plain = Matter(
            (name,), "申请人", "办理", "市民政局", "市政务服务中心", papers=matter.papers
        )
        made.append(_write(rng, plain, {key: told[key]}, must=key, unit=plain.owner))
    return made[0], made[1]


def _absent(rng: random.Random, matter: Matter) -> Made:
    truth = _profile(rng, matter)
    keys = list(truth)
    rng.shuffle(keys)
    half = len(keys) // 2
    return (
        _write(rng, matter, truth, only=tuple(keys[:half]), unit=matter.owner),
        _write(rng, matter, truth, only=tuple(keys[half:]), unit=matter.other),
    )


def _old_value(rng: random.Random, matter: Matter) -> Made:
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


_CLEAN = {
    "same": _same,
    "notation": _other_notation,
    "district": _other_district,
    "district window": _district_window,
    "group in title": _other_group_in_title,
    "group in clause": _other_group_in_clause,
    "year in title": _other_year,
    "year in clause": _year_in_clause,
    "superseded": _superseded,
    "period": _other_period,
    "branches": _branches,
    "other attribute": _other_attribute,
    "other matter": _other_matter,
    "absent": _absent,
    "old value": _old_value,
}


def pairs(planted: int, clean: int, seed: int) -> Iterator[Pair]:
    """Both sorts of pairs."""
    yield from planted_pairs(planted, seed)
    yield from clean_pairs(clean, seed + 1)
