"""Stored figures that were broken are refused: each is named, with its records."""

from copy import deepcopy
from datetime import date
from random import Random
from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from kb.bulletins.addresses import split
from kb.bulletins.basis_reading import basis_from
from kb.bulletins.checking import inconsistencies
from kb.bulletins.document import document
from kb.bulletins.faults import FiguresRefused
from kb.bulletins.periods import Period
from kb.bulletins.reporting import as_json, report
from kb.bulletins.tables import Counts, Facts, Table
from kb.bulletins.tracing import numbers_in
from kb.bulletins.verifying import require_sound, verify
from kb.models import WorkOrder
from tests.kb.bulletins.book import MARCH, at, window

BREAKS = 100


def _broken(stored: dict[str, Any], address: str, random: Random) -> dict[str, Any]:
    """The document with another number at an address."""
    broken = deepcopy(stored)
    *path, last = split(address)
    place: Any = broken
    for part in path:
        if isinstance(place, list):
            place = next(row for row in place if row["name"] == part)
        else:
            place = place[part]
    place[last] += random.choice((-3, -1, 1, 2, 10))
    return broken


def test_every_broken_figure_is_refused_and_named(book: Session) -> None:
    seen, random = window(), Random(100)
    stored = as_json(report(book, seen))
    require_sound(book, seen, stored)
    addresses = [address for address, _ in numbers_in(stored)]
    for _ in range(BREAKS):
        address = random.choice(addresses)
        with pytest.raises(FiguresRefused) as refused:
            require_sound(book, seen, _broken(stored, address, random))
        named = {fault.address: fault for fault in refused.value.faults}
        assert address in named, address
        assert named[address].why == "按记录重新计数"


def test_a_fault_names_the_records(book: Session) -> None:
    seen = window()
    stored = as_json(report(book, seen))
    stored["by_unit"][0]["resolved"] = 2
    faults = {fault.address: fault for fault in verify(book, seen, stored)}
    assert faults["by_unit/市住建局/resolved"].records == ("R2-市住建局",)
    assert str(faults["by_unit/市住建局/resolved"]) == (
        "市住建局 · 办结：通报里是 2，应为 1（按记录重新计数）；涉及 R2-市住建局"
    )
    # What follows from it no longer fits either.
    assert faults["totals/orders_resolved"].why == "各单位相加是 4"
    assert faults["by_unit/市住建局/resolved_rate"].why == "按分子、分母重算"


def test_a_hundred_per_cent_with_exceptions_is_refused(book: Session) -> None:
    late = WorkOrder.number.in_(["R3-供水公司", "R6-市住建局"])
    book.execute(delete(WorkOrder).where(late))
    seen = window()
    stored = as_json(report(book, seen))
    assert stored["totals"]["acknowledged_on_time_rate"] == 100
    stored["totals"]["overdue_acknowledged"] = 1
    faults = [fault.why for fault in inconsistencies(stored, seen.basis)]
    assert "100% 却列出 1 件例外" in faults


@pytest.mark.parametrize(
    ("rate", "whole", "late"),
    [
        ("acknowledged_on_time_rate", "acknowledged", "overdue_acknowledged"),
        ("resolved_on_time_rate", "resolved", "overdue_resolved"),
    ],
)
def test_an_open_order_is_no_exception_among_the_finished(
    book: Session, rate: str, whole: str, late: str
) -> None:
    # What was signed or resolved was so in time; R6 is neither, and its limits are over.
    book.execute(delete(WorkOrder).where(WorkOrder.number == "R3-供水公司"))
    seen = window(denominators={rate: whole})
    stored = as_json(report(book, seen))
    assert (stored["totals"][rate], stored["totals"][late]) == (100, 1)
    assert verify(book, seen, stored) == []


def test_only_the_whole_is_printed_as_a_hundred() -> None:
    orders = Table(
        ("role", "unit", "channel"),
        ((("主办", "市住建局", "电话"), Counts(dispatched=30_000, orders_resolved=29_999)),),
    )
    requests = Table(
        ("channel", "line", "region"),
        ((("电话", "", "望溪区"), Counts(requests=30_000, handed_over=30_000)),),
    )
    counts = Counts(requests=30_000)
    purposes = Table(("channel", "purpose"), ((("电话", "投诉"), counts),))
    categories = Table(("channel", "category"), ((("电话", "城建"), counts),))
    facts = Facts(requests=requests, purposes=purposes, categories=categories, orders=orders)
    for decimals, printed in ((0, 99), (2, 99.99), (3, 99.997)):
        basis = basis_from({"rounding": {"decimals": decimals}})
        found = as_json(document(facts, basis, MARCH, at("04-05 12:00")))
        assert found["totals"]["orders_resolved_rate"] == printed
        assert found["by_unit"][0]["resolved_rate"] == printed
        named = [fault.address for fault in inconsistencies(found, basis)]
        assert not [address for address in named if address.endswith("rate")]


def test_an_empty_period_is_sound(book: Session) -> None:
    seen = window(Period(date(2026, 1, 1), date(2026, 1, 31)))
    assert verify(book, seen, as_json(report(book, seen))) == []


def test_figures_of_an_earlier_release_are_refused_and_named(book: Session) -> None:
    """A draft that was counted before 应签收工单 was a figure: it can only be counted again."""
    both = ["主办", "协办"]
    seen = window(roles={"totals": both, "by_unit": both})
    stored = as_json(report(book, seen))
    before = (one["totals"] for one in stored["compare"].values())
    for counts in (stored["totals"], *stored["by_unit"], *before):
        del counts["to_acknowledge"]
    with pytest.raises(FiguresRefused) as refused:
        require_sound(book, seen, stored)
    named = {fault.address: fault for fault in refused.value.faults}
    # The four orders that were sent to a unit, and the part of 青石街道 that was to be signed.
    assert named["totals/to_acknowledge"].sentence == (
        "应签收工单：通报里是 空，应为 5（按记录重新计数）"
    )
