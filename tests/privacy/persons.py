"""125 invented persons with four canaries each, and the search for them in texts and files."""

import html
import random
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote

PERSONS = 125
_LEVEL = {0xFF10 + n: str(n) for n in range(10)}


@dataclass(frozen=True)
class Person:
    """One invented person; nobody has a number beginning so."""

    name: str
    phone: str
    id_number: str
    door: str
    reached: tuple[str, ...]  # digits of a landline and what is left of it, 微信, QQ

    @property
    def canaries(self) -> tuple[str, ...]:
        return self.name, self.phone, self.id_number, self.door

    @property
    def numbers(self) -> tuple[str, ...]:
        """What nobody reads in full without saying why."""
        return self.phone, self.id_number

    @property
    def masked_phone(self) -> str:
        return f"{self.phone[:3]}****{self.phone[-4:]}"

    def said(self, rng: random.Random) -> str:
        """The person in running text, the numbers in one of the ways people write them."""
        phone, number = self.phone, self.id_number
        if rng.random() < 0.3:
            phone = f"{phone[:3]} {phone[3:7]} {phone[7:]}"
        if rng.random() < 0.3:
            number = number.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
        who = f"{self.name}（电话{phone}，身份证{number}）"
        return f"{who}家住翠湖花苑{self.door}反映楼道灯不亮，{self._ways}"

    @property
    def _ways(self) -> str:
        landline, local, wechat, qq = self.reached
        return f"座机{landline[:4]}-{local}，请打{local}，微信{wechat}，QQ {qq}"


@cache
def persons() -> tuple[Person, ...]:
    rng = random.Random(20260507)
    made = []
    for n in range(PERSONS):
        name = rng.choice("沈顾纪") + chr(0x6F00 + n) + chr(0x6E00 + rng.randrange(80))
        day = f"19{rng.randrange(50, 99)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
        door = f"{rng.randrange(1, 40)}栋{rng.randrange(1, 5)}单元{1000 + n}室"
        phone = f"199{rng.randrange(10**7, 10**8)}"
        reached = (f"0571{8200000 + n}", f"{8200000 + n}", f"deng{n}lou", f"{771234000 + n}")
        made.append(Person(name, phone, f"330106{day}{rng.randrange(1000, 9999)}", door, reached))
    return tuple(made)


@cache
def every_canary() -> tuple[str, ...]:
    return tuple(canary for person in persons() for canary in person.canaries)


def leaks(text: str, canaries: Collection[str] | None = None) -> list[str]:
    """Canaries that can be read in a text: digits levelled, blanks struck, escapes undone."""
    plain = unquote(html.unescape(text)).translate(_LEVEL).replace(" ", "").replace("-", "")
    return [one for one in (every_canary() if canaries is None else canaries) if one in plain]


def bytes_leak(paths: Collection[Path]) -> list[str]:
    """Canaries in files, in any of the encodings that they could be kept in."""
    data = b"\n".join(path.read_bytes() for path in paths)
    return [
        canary
        for canary in every_canary()
        if any(
            canary.encode(code) in data for code in ("utf-8", "utf-16-le", "unicode_escape", "gbk")
        )
    ]
