"""A leader's figures of a small day counted by hand; lists filtered alike hold as many rows."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from kb.bulletins.basis import Basis
from kb.bulletins.overview import overview
from kb.bulletins.periods import Period
from kb.bulletins.records import records_of
from kb.bulletins.window import Window
from kb.models import SearchRecord
from kb.queries.orders import RequestFilter, list_requests
from kb.queries.questions import list_unanswered, most_asked_unanswered
from kb.terms import Outcome, Purpose, Role
from tests.kb.hotline import Hotline, at

DAY = Period(date(2026, 5, 7), date(2026, 5, 7))
NOW = at("2026-05-07 20:00")
WINDOW = Window(DAY, NOW, Basis())


def rows(city: Hotline, **wanted: object) -> int:
    """How many requests the ledger lists for the day."""
    actor = city.actor(Role.SUPERVISOR)
    found = list_requests(city.session, RequestFilter(span=DAY, **wanted), actor=actor)
    assert len(found.rows) == min(found.total, 20)
    return found.total


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
    lost = city.request(when, category="教育培训/校外培训")
    city.dispatched(city.order(lost, when, lost=entry), unit, at("2026-05-07 10:05"))
    late = city.request(when, purpose=Purpose.COMPLAINT, category="公用事业/供水")
    # A complaint is handled whatever the library holds: not a lost case.
    city.dispatched(city.order(late, when, lost=entry), other, at("2026-04-20 10:05"))
    for number in range(2):
        wrong = city.request(when, category="公用事业/供水")
        if number:  # an order was raised and a credit given before the request proved 无效
            order = city.order(wrong, when, lost=entry)
            city.dispatched(order, unit, at("2026-04-20 10:05"))
            order.request_outcome = Outcome.INVALID.value  # as 更正登记 does
            city.adoption(wrong, entry)
        wrong.outcome = Outcome.INVALID.value
    city.session.flush()
    return city


def test_a_day_is_counted_as_by_hand(counted: Hotline) -> None:
    yesterday = DAY.previous().first
    seen = overview(counted.session, WINDOW, [yesterday, DAY.first])
    totals = seen.now["totals"]
    assert [totals[name] for name in ("requests", "resolved_online", "handed_over", "open")] == [
        *(6, 3, 2, 1)
    ]
    assert (totals["invalid"], totals["resolved_online_rate"]) == (2, Decimal(50))
    # Neither the undone adoption nor that of the 无效 request credits anybody.
    assert seen.library == {"credited": 2, "answered_otherwise": 1, "lost": 1}
    assert (totals["dispatched"], totals["overdue_resolved"]) == (2, 1)
    assert [(day.day, day.requests, day.rate) for day in seen.days] == [
        (yesterday, 0, None),
        (DAY.first, 6, Decimal(50)),
    ]
    assert seen.before["totals"]["requests"] == 0
    assert seen.heat == {
        ("教育", "未填区域"): 3,
        ("未分类", "未填区域"): 1,
        ("教育培训", "未填区域"): 1,
        ("公用事业", "未填区域"): 1,
    }
    for (category, district), count in seen.heat.items():
        cell = f"heat/{category}/{district}/count"
        assert records_of(counted.session, WINDOW, cell).total == count
        assert rows(counted, category=category, outcome="valid") == count


def test_a_running_week_is_seen_beside_the_same_part_of_the_last(city: Hotline) -> None:
    # Thursday 20:00; of last week's Thursday only what came by 20:00 counts.
    for when in ("2026-05-04 00:00", "2026-05-07 19:00", "2026-04-30 19:59", "2026-04-30 20:01"):
        city.request(at(when), outcome=Outcome.ONLINE)
    week = Window(Period.week_of(DAY.first), NOW, Basis())
    seen = overview(city.session, week, [])
    counted = (seen.now["totals"]["requests"], seen.before["totals"]["requests"])
    assert counted == (2, 1)
    # A month that runs is as far on from its start as the one before, however long that was.
    march = Period.month_of(date(2026, 3, 30))
    at_noon = at("2026-03-02 12:00")
    assert march.previous().moment_like(at_noon, march) == at("2026-02-02 12:00")
    assert march.previous().moment_like(at("2026-03-30 12:00"), march) == at("2026-03-01 00:00")


def test_midnight_belongs_to_the_day_it_begins(city: Hotline) -> None:
    for when in (
        at("2026-05-07 00:00") - timedelta(microseconds=1),
        at("2026-05-07 00:00"),  # in
        at("2026-05-07 23:59") + timedelta(seconds=59, microseconds=999_999),  # in
        at("2026-05-08 00:00"),
    ):
        city.request(when, outcome=Outcome.ONLINE)
    assert rows(city, outcome="valid") == 2
    # 16:30 UTC on 05-06 is already 00:30 on 05-07 in the city.
    assert Period.last_days(at("2026-05-07 00:30"), 1) == DAY
    week = Period.last_days(at("2026-05-07 23:59"), 7)
    assert week == Period(date(2026, 5, 1), date(2026, 5, 7))


def test_the_ledger_is_filtered_by_who_answered(counted: Hotline) -> None:
    assert (rows(counted), rows(counted, outcome="valid")) == (8, 6)
    assert (rows(counted, credit="entry"), rows(counted, credit="other")) == (2, 1)
    assert rows(counted, is_lost=True) == 1


def test_a_category_with_a_wildcard_in_its_name_matches_only_itself(city: Hotline) -> None:
    when = at("2026-05-07 10:00")
    city.request(when, category="100%_/甲")
    city.request(when, category="100分/甲")
    assert rows(city, category="100%_") == 1


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
    assert most_asked_unanswered(session, DAY) == ([("骑楼修缮", 2), ("加装电梯", 1)], 3)
    assert most_asked_unanswered(session, DAY, limit=1) == ([("骑楼修缮", 2)], 3)
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
