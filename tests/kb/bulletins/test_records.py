"""Every figure opens exactly the records it counts, and the dictionary knows every figure."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from kb.bulletins.dictionary import ROWS, TOTALS
from kb.bulletins.dictionary_page import tables
from kb.bulletins.records import records_of
from kb.bulletins.reporting import report
from kb.bulletins.tracing import counts_in
from kb.errors import NotFound
from kb.models import CitizenRequest, Gap, GapStep, Unit, WorkOrder
from kb.profile import profile_from
from kb.terms import Purpose
from tests.kb.bulletins.book import at, figures, row, window
from tests.kb.hotline import Hotline

CITIES = (
    {},
    {"scope": {"channels": ["电话"]}, "roles": {"by_unit": ["主办", "协办"]}},
    {
        "share_base": "dispatched",
        "unit_aliases": {"住建局": "市住建局"},
        "topics": [{"name": "接听日", "days": ["2026-03-20"]}],
    },
    {"cohort": "events", "roles": {"totals": ["主办", "协办"]}},
)


@pytest.fixture
def library(book: Session) -> Session:
    """The book with an entry that answered R1, one that was lost for R2, and two gaps."""
    hotline = Hotline(book)
    unit = book.query(Unit).filter_by(name="市住建局").one()
    item = hotline.item(unit, "医保缴费口径")
    by_number = {one.number: one for one in book.query(CitizenRequest)}
    hotline.adoption(by_number["R1"], item)
    hotline.adoption(by_number["R4"], item, undone=True)
    order = book.query(WorkOrder).filter_by(number="R2-市住建局").one()
    order.lost_item_id = item.id
    by_number["R2"].purpose = Purpose.CONSULTATION.value
    for opened, closed in (("03-10 09:00", "03-20 09:00"), ("02-10 09:00", "03-21 09:00")):
        gap = Gap(
            title="停水怎么办",
            opened_at=at(opened),
            first_asked_at=at(opened),
            last_asked_at=at(opened),
            unit_id=unit.id,
        )
        book.add(gap)
        book.flush()
        book.add(GapStep(gap_id=gap.id, kind="closed", at=at(closed), unit_id=unit.id))
    book.flush()
    return book


@pytest.mark.parametrize("choices", CITIES)
def test_every_count_opens_as_many_records(library: Session, choices: dict[str, object]) -> None:
    seen = window(**choices)
    counted = list(counts_in(report(library, seen)))
    assert len(counted) > 200
    wrong = {
        address: (count, total)
        for address, count in counted
        if (total := records_of(library, seen, address, size=1).total) != count
    }
    assert wrong == {}


def test_only_what_an_entry_can_answer_was_lost(library: Session) -> None:
    asked = library.query(CitizenRequest).filter_by(number="R2").one()
    asked.purpose = "complaint"
    library.flush()
    found = figures(library)["extra"]["knowledge"]
    assert found["lost"] == 0
    assert found["by_unit"] == [{"name": "市住建局", "credited": 1, "lost": 0}]
    asked.purpose = "问政策"  # the city's own word
    library.flush()
    assert figures(library)["extra"]["knowledge"]["lost"] == 0
    told = {"purposes": [{"name": "问政策", "counts_as": "咨询"}]}
    answerable = profile_from(told).figures.answerable
    assert answerable == ("consultation", "问政策")
    seen = replace(window(), basis=replace(window().basis, answerable=answerable))
    assert report(library, seen)["extra"]["knowledge"]["lost"] == 1


def test_what_the_library_did(library: Session) -> None:
    found = figures(library)["extra"]["knowledge"]
    assert (found["credited"], found["credited_rate"], found["lost"]) == (1, 50, 1)
    assert found["by_unit"] == [{"name": "市住建局", "credited": 1, "lost": 1}]
    (entry,) = found["by_entry"]
    assert (entry["title"], entry["unit"], entry["count"]) == ("医保缴费口径", "市住建局", 1)
    assert found["gaps"] == {"opened": 1, "reopened": 0, "closed": 2}
    assert found["upkeep"] == {"duties": 0, "timely": 0, "rate": None}


def test_how_much_of_their_limits_orders_used(book: Session) -> None:
    clocks = figures(book)["extra"]["clocks"]
    # R2 took 142.5 h of 168, R3 216.5 h of 168, R6 is open and late, R7 took 120 h of 504.
    assert {one["name"]: one["count"] for one in clocks["resolve"] if one["count"]} == {
        "用时不到一半": 1,
        "用时过半、期内": 1,
        "超期 1 至 3 天": 1,
        "未完成、已超期": 1,
    }
    assert row(clocks["acknowledge"], "超期 1 天以内")["count"] == 1
    for spread in clocks.values():
        assert sum(one["count"] for one in spread) == 4


def test_records_tell_who_and_when(book: Session) -> None:
    behind = records_of(book, window(), "by_unit/供水公司/overdue_resolved")
    (record,) = behind.records
    assert (record.kind, record.number, record.request_number) == ("order", "R3-供水公司", "R3")
    assert (record.unit, record.at) == ("供水公司", at("03-03 08:30"))
    calls = records_of(book, window(), "totals/answered_rate")
    assert (calls.total, [day.answered for day in calls.days]) == (66, [38, 28])
    assert records_of(book, window(), "totals/call_days").total == 2
    pages = [records_of(book, window(), "totals/requests", page=page, size=4) for page in (1, 2)]
    assert [one.number for page in pages for one in page.records] == [
        "R1",
        "R2",
        "R3",
        "R4",
        "R7",
        "R6",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "totals",
        "totals/sum",
        "by_category",
        "by_unit/甲/rate",
        "extra/none",
        "compare/next/x/y",
    ],
)
def test_no_such_figure(book: Session, address: str) -> None:
    with pytest.raises(NotFound):
        records_of(book, window(), address)


def test_the_dictionary_knows_every_figure(book: Session) -> None:
    found = figures(book, roles={"totals": ["主办", "协办"]})
    assert found["totals"].keys() == TOTALS.keys()
    known = TOTALS.keys() | ROWS.keys() | {"name", "kind", "grade", "children", "in_scope"}
    for section in ("by_channel", "by_purpose", "by_category", "by_region", "by_unit"):
        for one in found[section]:
            assert one.keys() <= known


def test_the_page_has_the_dictionary_word_for_word() -> None:
    assert tables() in Path("docs/figures.md").read_text("utf-8")
