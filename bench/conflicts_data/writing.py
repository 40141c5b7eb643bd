"""One entry by one clerk: some of the truth, in some voice and layout."""

from __future__ import annotations

import random
from typing import Any

from bench.conflicts_data import voices
from bench.conflicts_data.matters import Matter
from bench.conflicts_data.numbers import chinese, money, months, percent, phone, workdays
from bench.conflicts_data.text import Text
from bench.conflicts_data.truth import HOURS


def sentences(
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


def write(
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
    told = sentences(rng, matter, truth, named)
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
