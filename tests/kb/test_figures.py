"""Figures of a small set counted by hand; lists opened by a figure hold as many rows."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from kb.models import SearchRecord
from kb.queries import figures
from kb.queries.figures import Counts, Span, last_days, rate
from kb.queries.orders import OrderFilter, RequestFilter, list_orders, list_requests
from kb.queries.questions import list_unanswered
from kb.terms import Outcome, Purpose, Role
from tests.kb.hotline import Hotline, at

DAY = Span(date(2026, 5, 7), date(2026, 5, 7))
NOW = at("2026-05-07 20:00")


def rows(city: Hotline, **wanted: object) -> int:
    """How many requests the ledger lists for the day."""
    actor = city.actor(Role.SUPERVISOR)
    found = list_requests(city.session, RequestFilter(span=DAY, **wanted), actor=actor)
    assert len(found.rows) == min(found.total, 20)
    return found.total


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 800, "0.13"),  # 0.125 %: half-up, not to the even digit
        (3, 800, "0.38"),  # 0.375 %
        (5, 1600, "0.31"),  # 0.3125 %
        (199_999, 200_000, "100.00"),  # 99.9995 %
        (0, 7, "0.00"),
        (7, 7, "100.00"),
    ],
)
def test_rates_round_half_up_to_two_decimals(part: int, whole: int, expected: str) -> None:
    assert rate(part, whole) == Decimal(expected)


def test_nothing_divided_by_nothing_is_no_rate() -> None:
    assert rate(0, 0) is None
    assert Counts().online_rate is None


def test_spans_are_whole_days_of_the_city() -> None:
    # 16:30 UTC on 05-06 is already 00:30 on 05-07 in the city.
    assert last_days(at("2026-05-07 00:30"), 1) == DAY
    assert last_days(at("2026-05-07 23:59"), 7) == Span(date(2026, 5, 1), date(2026, 5, 7))
    assert DAY.before == Span(date(2026, 5, 6), date(2026, 5, 6))
    month = last_days(NOW, 30)
    assert (month.days, month.before.days) == (30, 30)
    assert month.before.last == month.first - timedelta(days=1)


def test_midnight_belongs_to_the_day_it_begins(session: Session, city: Hotline) -> None:
    for when in (
        at("2026-05-06 23:59"),
        at("2026-05-07 00:00") - timedelta(microseconds=1),
        at("2026-05-07 00:00"),  # in
        at("2026-05-07 23:59") + timedelta(seconds=59, microseconds=999_999),  # in
        at("2026-05-08 00:00"),
    ):
        city.request(when, outcome=Outcome.ONLINE)
    assert figures.totals(session, DAY).requests == 2
    assert rows(city, outcome="valid") == 2
    days = figures.by_day(session, Span(date(2026, 5, 6), date(2026, 5, 8)))
    assert [counts.requests for _, counts in days] == [2, 2, 1]


def test_an_empty_span_counts_nothing_and_lists_every_purpose_and_day(session: Session) -> None:
    empty = Span(date(2020, 1, 1), date(2020, 1, 3))
    assert figures.totals(session, empty) == Counts()
    assert [counts.requests for _, counts in figures.by_purpose(session, empty)] == [0] * 7
    assert [day for day, _ in figures.by_day(session, empty)] == [
        date(2020, 1, 1),
        date(2020, 1, 2),
        date(2020, 1, 3),
    ]
    assert figures.by_category(session, empty) == []
    assert figures.by_unit(session, empty, NOW) == []
    assert figures.order_totals(session, empty, NOW) == figures.OrderCounts()
    assert figures.order_totals(session, empty, NOW).resolve_rate is None
    assert figures.top_entries(session, empty) == []


@pytest.fixture
def counted(city: Hotline) -> Hotline:
    """05-07: online 3 (2 by an entry, 1 without), handed over 2, open 1, 无效 2."""
    unit, other = city.unit("市教育局"), city.unit("澜川水务集团")
    entry, second = city.item(unit, "报名材料"), city.item(other, "水表过户")
    when = at("2026-05-07 10:00")
    for item in (entry, second):
        request = city.request(when, outcome=Outcome.ONLINE, category="教育/义务教育")
        city.adoption(request, item)
    city.request(when, outcome=Outcome.ONLINE, purpose=Purpose.HELP)
    undone = city.request(when, category="教育")
    city.adoption(undone, entry, undone=True)
    lost = city.request(when, purpose=Purpose.COMPLAINT, category="教育培训/校外培训")
    city.dispatched(city.order(lost, when, lost=entry), unit, at("2026-05-07 10:05"))
    late = city.request(when, purpose=Purpose.COMPLAINT, category="公用事业/供水")
    city.dispatched(city.order(late, when), other, at("2026-04-20 10:05"))
    for number in range(2):
        wrong = city.request(when, category="公用事业/供水")
        if number:  # an order was raised and a credit given before the request proved 无效
            city.dispatched(city.order(wrong, when, lost=entry), unit, at("2026-04-20 10:05"))
            city.adoption(wrong, entry)
        wrong.outcome = Outcome.INVALID.value
    city.session.flush()
    return city


def test_invalid_requests_stand_outside_every_figure(counted: Hotline) -> None:
    session = counted.session
    assert figures.totals(session, DAY) == Counts(6, 3, 2, 1, 2)
    assert figures.totals(session, DAY).online_rate == Decimal("50.00")
    assert sum(counts.requests for _, counts in figures.by_purpose(session, DAY)) == 6
    assert sum(counts.requests for _, counts in figures.by_category(session, DAY)) == 6
    assert figures.lost_requests(session, DAY) == 1
    assert figures.credited_requests(session, DAY) == 2
    assert figures.order_totals(session, DAY, NOW).orders == 2


def test_an_undone_adoption_credits_nobody(counted: Hotline) -> None:
    units = {row.unit: row for row in figures.by_unit(counted.session, DAY, NOW)}
    assert units["市教育局"].online == 1  # not the undone one, not that of the 无效 request
    assert units["澜川水务集团"].online == 1
    tops = figures.top_entries(counted.session, DAY)
    assert [(row.title, row.requests) for row in tops] == [("报名材料", 1), ("水表过户", 1)]


def test_a_unit_answers_for_the_orders_it_holds(counted: Hotline) -> None:
    units = {row.unit: row for row in figures.by_unit(counted.session, DAY, NOW)}
    education, water = units["市教育局"], units["澜川水务集团"]
    assert (education.orders, education.resolved, education.overdue) == (1, 0, 0)
    assert (water.orders, water.resolved, water.overdue) == (1, 0, 1)
    total = figures.order_totals(counted.session, DAY, NOW)
    assert (total.orders, total.overdue, total.undispatched) == (2, 1, 0)
    assert sum(row.orders for row in units.values()) + total.undispatched == total.orders


def test_an_order_given_back_is_counted_as_undispatched(session: Session, city: Hotline) -> None:
    city.order(city.request(at("2026-05-07 09:00")), at("2026-05-07 09:05"))
    total = figures.order_totals(session, DAY, NOW)
    assert (total.orders, total.undispatched, total.resolve_rate) == (1, 1, Decimal("0.00"))
    assert figures.by_unit(session, DAY, NOW) == []


def test_a_category_is_not_mixed_with_one_whose_name_begins_alike(counted: Hotline) -> None:
    groups = dict(figures.by_category(counted.session, DAY))
    assert groups["教育"].requests == 3  # 教育/义务教育 twice, 教育 once; not 教育培训
    assert groups["教育培训"].requests == 1
    assert list(groups)[-1] == "未分类"
    for name, counts in groups.items():
        assert rows(counted, category=name, outcome="valid") == counts.requests


def test_a_category_with_a_wildcard_in_its_name_matches_only_itself(city: Hotline) -> None:
    when = at("2026-05-07 10:00")
    city.request(when, category="100%_/甲")
    city.request(when, category="100分/甲")
    assert rows(city, category="100%_") == 1


def test_every_list_holds_what_its_figure_counted(counted: Hotline) -> None:
    session = counted.session
    total = figures.totals(session, DAY)
    assert rows(counted, outcome="valid") == total.requests == 6
    assert rows(counted) == 8
    for outcome, count in (
        ("online", total.online),
        ("handed_over", total.handed_over),
        ("open", total.open),
        ("invalid", total.invalid),
    ):
        assert rows(counted, outcome=outcome) == count
    for purpose, counts in figures.by_purpose(session, DAY):
        assert rows(counted, purpose=purpose, outcome="valid") == counts.requests
    assert rows(counted, credit="entry") == figures.credited_requests(session, DAY) == 2
    assert rows(counted, credit="other") == total.online - 2 == 1
    assert rows(counted, is_lost=True) == figures.lost_requests(session, DAY) == 1
    for row in figures.by_unit(session, DAY, NOW):
        assert rows(counted, credited_unit_id=row.unit_id) == row.online
        for state, count in (("all", row.orders), ("overdue", row.overdue)):
            wanted = OrderFilter(state=state, unit_id=row.unit_id, span=DAY, is_valid_only=True)
            actor = counted.actor(Role.SUPERVISOR)
            found = list_orders(session, wanted, actor=actor, now=NOW)
            assert found.total == len(found.rows) == count
    for entry in figures.top_entries(session, DAY):
        assert rows(counted, item_id=entry.item_id) == entry.requests


def test_the_parts_add_up_to_the_whole(counted: Hotline) -> None:
    total = figures.totals(counted.session, DAY)
    assert total.online + total.handed_over + total.open == total.requests


def test_questions_without_an_answer_are_counted_each_time(session: Session, city: Hotline) -> None:
    for when, query, answered in (
        ("2026-05-07 00:00", "骑楼修缮", False),
        ("2026-05-07 12:00", "骑楼修缮", False),
        ("2026-05-07 12:01", "加装电梯", False),
        ("2026-05-07 12:02", "公积金", True),
        ("2026-05-08 00:00", "骑楼修缮", False),
    ):
        session.add(SearchRecord(at=at(when), query=query, audience="staff", answered=answered))
    session.flush()
    assert figures.unanswered_total(session, DAY) == 3
    asked = figures.unanswered_questions(session, DAY)
    assert [tuple(row) for row in asked] == [("骑楼修缮", 2), ("加装电梯", 1)]
    assert list_unanswered(session, DAY).total == 3
    assert list_unanswered(session, DAY, exactly="骑楼修缮").total == 2


def test_a_page_beyond_the_last_shows_the_last(session: Session, city: Hotline) -> None:
    for _ in range(21):
        city.request(at("2026-05-07 10:00"))
    actor = city.actor(Role.SUPERVISOR)
    found = list_requests(session, RequestFilter(span=DAY), actor=actor, page=99)
    assert (found.number, found.pages, found.total, len(found.rows)) == (2, 2, 21, 1)


def test_only_the_centre_reads_the_ledger(session: Session, city: Hotline) -> None:
    unit = city.unit("市教育局")
    city.request(at("2026-05-07 10:00"))
    clerk = city.actor(Role.UNIT_CLERK, unit=unit)
    assert list_requests(session, RequestFilter(), actor=clerk).total == 0
