"""The record files: their columns and what each value must be. Call counts may be missing.

The layout is the one other systems export for migration (docs/records.md).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kb.clock import SHANGHAI
from kb.terms import Satisfaction, Term, UnitKind

OUTCOMES = ("在线办结", "转办", "无效")
ROLES = ("主办", "协办")

Value = str | int | date | datetime | None


@dataclass(frozen=True)
class Column:
    """A column: how a value is read, and what was expected when it cannot be."""

    name: str
    read: Callable[[str], Value]
    expected: str
    is_required: bool = True
    empty: Value = ""


def _text(limit: int) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        if len(text) > limit:
            raise ValueError
        return text

    return read


def _instant(text: str) -> Value:
    # The files hold city time without an offset, to the second.
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)


def _day(text: str) -> Value:
    return datetime.strptime(text, "%Y-%m-%d").date()


def _count(text: str) -> Value:
    if not (text.isascii() and text.isdecimal()) or len(text) > 9:
        raise ValueError
    return int(text)


def _one_of(choices: tuple[str, ...]) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        if text not in choices:
            raise ValueError
        return text

    return read


def _labels(term: type[Term]) -> tuple[str, ...]:
    return tuple(member.label for member in term)


def _words(name: str, limit: int, *, required: bool = False) -> Column:
    return Column(name, _text(limit), f"不超过 {limit} 字的文字", required)


def _moment(name: str, *, required: bool = False) -> Column:
    return Column(name, _instant, "时刻，如 2026-05-07 10:24:00", required, None)


def _choice(name: str, choices: tuple[str, ...], *, required: bool = True) -> Column:
    return Column(name, _one_of(choices), "、".join(choices) + " 之一", required)


def _number(name: str) -> Column:
    return Column(name, _count, "不小于 0 的整数")


UNITS = (
    _words("name", 80, required=True),
    _choice("kind", _labels(UnitKind)),
    _words("parent", 80),
)
REQUESTS = (
    _words("request_no", 40, required=True),
    _moment("received_at", required=True),
    _words("channel", 30, required=True),
    _words("line", 30),
    _words("purpose", 20, required=True),
    _words("category1", 38, required=False),
    _words("category2", 38),
    _words("district", 40),
    _words("requester_phone", 30),
    _words("title", 200),
    _words("content", 5000),
    _choice("outcome", OUTCOMES),
    _moment("resolved_at"),
)
WORK_ORDERS = (
    _words("order_no", 40, required=True),
    _words("request_no", 40, required=True),
    _words("unit", 80, required=True),
    _choice("role", ROLES),
    _moment("dispatched_at", required=True),
    _moment("acknowledge_due_at"),
    _moment("acknowledged_at"),
    _moment("due_at"),
    _moment("resolved_at"),
    _moment("follow_up_at"),
    _choice("satisfaction", _labels(Satisfaction), required=False),
)
CALL_COUNTS = (
    Column("date", _day, "日期，如 2026-05-07"),
    _number("offered"),
    _number("answered"),
)

FILES: Mapping[str, tuple[Column, ...]] = {
    "units.csv": UNITS,
    "requests.csv": REQUESTS,
    "work_orders.csv": WORK_ORDERS,
    "call_counts.csv": CALL_COUNTS,
}
# What each is called where it came as a sheet, or did not come.
TITLES = {
    "units.csv": "单位表",
    "requests.csv": "诉求表",
    "work_orders.csv": "工单表",
    "call_counts.csv": "话务量表",
}
