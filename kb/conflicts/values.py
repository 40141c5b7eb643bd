"""Values that can differ: what was printed, what it means, and whether two mean the same."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What kind of value; only two of one kind can contradict each other."""

    MONEY = "money"
    SHARE = "share"
    DURATION = "duration"
    DATE = "date"
    AGE = "age"
    COUNT = "count"
    PHONE = "phone"
    ADDRESS = "address"
    HOURS = "hours"
    MATERIALS = "materials"
    RULE = "rule"


CONTACT_KINDS = frozenset({Kind.PHONE, Kind.ADDRESS, Kind.HOURS})


@dataclass(frozen=True)
class Quantity:
    """A number or a range of one unit.

    :ivar unit: 元, %, 工作日, 分钟 (any length of calendar time), 月, 周岁, or a counting word.
    :ivar per: what it is for, where that is a length of time: 月, 年 or "".
    :ivar bound: ``min`` (满, 以上), ``max`` (以下, 不足, 以内) or "".
    """

    low: Decimal
    high: Decimal
    unit: str
    per: str = ""
    bound: str = ""


@dataclass(frozen=True)
class Day:
    """A date as far as it is printed; 0 where a part is not."""

    year: int
    month: int
    day: int


@dataclass(frozen=True)
class Days:
    """A day, or a period from one to another."""

    first: Day
    last: Day | None = None


@dataclass(frozen=True)
class Phone:
    """Digits without area code, the area code or "", the extension or ""."""

    digits: str
    area: str = ""
    extension: str = ""


@dataclass(frozen=True)
class Address:
    """The parts of an address that can be told apart; "" where one is not printed."""

    road: str = ""
    number: str = ""
    floor: str = ""
    window: str = ""
    building: str = ""


@dataclass(frozen=True)
class Hours:
    """Opening times as minutes of the day: ((540, 720), (810, 1020))."""

    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Materials:
    """A list of papers; each is a set of alternatives. ``is_open`` when it ends with 等."""

    papers: tuple[frozenset[str], ...]
    is_open: bool = False


@dataclass(frozen=True)
class Rule:
    """Whether something is needed or allowed: (须, 预约, False) for 无需预约."""

    manner: str
    about: str
    holds: bool


Meaning = Quantity | Days | Phone | Address | Hours | Materials | Rule
