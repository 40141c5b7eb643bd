"""How a clerk writes numbers."""

from __future__ import annotations

import random

CHINESE = "零一二三四五六七八九"


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
