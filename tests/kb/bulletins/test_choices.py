"""Every choice of definition on records counted by hand (the book of March)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.bulletins.issuing.order_sentences import handling
from kb.bulletins.issuing.sentences import overall
from kb.bulletins.issuing.source import Source
from kb.bulletins.issuing.tabulating import units_resolved
from kb.bulletins.periods import Period
from kb.bulletins.records import records_of
from kb.bulletins.reporting import as_json, report
from kb.bulletins.verifying import verify
from kb.models import CitizenRequest, WorkOrder
from kb.profile import profile_from
from tests.kb.bulletins.book import Book, figures, row, window

FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))


def _totals(session: Session, **choices: Any) -> Any:
    return figures(session, **choices)["totals"]


def test_the_defaults(book: Session) -> None:
    totals = _totals(book)
    assert {name: totals[name] for name in ("received", "requests", "invalid", "open")} == {
        "received": 7,
        "requests": 6,
        "invalid": 1,
        "open": 0,
    }
    assert (totals["resolved_online"], totals["resolved_online_rate"]) == (2, 33.33)
    assert (totals["handed_over"], totals["dispatched"]) == (4, 4)
    assert totals["dispatched_share"] == 66.67
    assert (totals["orders_resolved"], totals["orders_resolved_rate"]) == (3, 75)
    assert (totals["overall_resolved"], totals["overall_resolved_rate"]) == (5, 83.33)
    assert (totals["overdue_acknowledged"], totals["acknowledged_on_time_rate"]) == (2, 50)
    assert (totals["overdue_resolved"], totals["resolved_on_time_rate"]) == (2, 50)
    assert (totals["followed_up"], totals["follow_up_rate"]) == (3, 100)
    assert (totals["satisfied"], totals["dissatisfied"], totals["rated"]) == (1, 1, 2)
    assert totals["satisfaction_rate"] == 33.33
    # 142.5 h, 216.5 h and 120 h from dispatch to resolution.
    assert totals["average_hours"] == 159.67
    assert (totals["offered"], totals["answered"], totals["answered_rate"]) == (70, 66, 94.29)
    assert (totals["call_days"], totals["days"], totals["daily_average"]) == (2, 31, 2)


def test_invalid_requests_inside(book: Session) -> None:
    found = figures(book, scope={"exclude_outcomes": []})
    assert found["totals"]["requests"] == 7
    assert found["totals"]["resolved_online_rate"] == 28.57
    assert row(found["by_purpose"], "其他") == {"name": "其他", "count": 1, "share": 14.29}


def test_only_some_channels_and_still_the_others_of_their_own(book: Session) -> None:
    found = figures(book, scope={"channels": ["电话"]})
    totals = found["totals"]
    assert (totals["requests"], totals["dispatched"], totals["resolved_online_rate"]) == (5, 3, 40)
    assert row(found["by_channel"], "电话")["share"] == 100
    assert row(found["by_channel"], "微信") == {
        "name": "微信",
        "count": 1,
        "resolved_online": 0,
        "in_scope": False,
    }
    assert [one["name"] for one in found["by_unit"]] == ["市住建局", "供水公司", "住建局"]
    letters = found["extra"]["non_phone"]
    assert {name: letters[name] for name in ("requests", "resolved", "dispatched")} == {
        "requests": 1,
        "resolved": 1,
        "dispatched": 1,
    }
    assert letters["channels"][0]["by_category"][0]["children"] == [
        {"name": "房屋", "count": 1, "share": 100}
    ]


@pytest.mark.parametrize(
    ("rate", "divided_by", "expected"),
    [
        ("acknowledged_on_time_rate", "dispatched", 50),
        ("acknowledged_on_time_rate", "acknowledged", 66.67),
        ("resolved_on_time_rate", "dispatched", 50),
        ("resolved_on_time_rate", "resolved", 66.67),
        ("resolved_on_time_rate", "due", 33.33),
        ("follow_up_rate", "resolved", 100),
        ("follow_up_rate", "dispatched", 75),
        ("satisfaction_rate", "followed_up", 33.33),
        ("satisfaction_rate", "rated", 50),
        ("satisfaction_rate", "dispatched", 25),
    ],
)
def test_what_a_rate_is_divided_by(
    book: Session, rate: str, divided_by: str, expected: float
) -> None:
    assert _totals(book, denominators={rate: divided_by})[rate] == expected


@pytest.mark.parametrize(
    ("satisfied", "divided_by", "count", "expected"),
    [
        ({"values": ["满意", "未评价"]}, "followed_up", 2, 66.67),
        ({"mode": "except", "values": ["不满意"]}, "followed_up", 2, 66.67),
        # Whoever did not say 不满意 counts, also those nobody asked.
        ({"mode": "except", "values": ["不满意"]}, "dispatched", 3, 75),
        ({"mode": "except", "values": ["不满意", "未评价"]}, "dispatched", 2, 50),
        ({"mode": "not_dissatisfied"}, "rated", 1, 50),
    ],
)
def test_who_is_satisfied(
    book: Session, satisfied: Any, divided_by: str, count: int, expected: float
) -> None:
    choices = {"satisfied": satisfied, "denominators": {"satisfaction_rate": divided_by}}
    totals = _totals(book, **choices)
    assert (totals["satisfied"], totals["satisfaction_rate"]) == (count, expected)


def test_units_counted_with_assisting_parts_are_printed_as_parts(book: Session) -> None:
    heads = {}
    for roles in (["主办"], ["主办", "协办"]):
        source = Source(figures(book, roles={"by_unit": roles}))
        heads[len(roles)] = [column.head for column in units_resolved(source)[0].columns]
    assert "工单量" in heads[1] and "承办件次" not in heads[1]
    assert "承办件次" in heads[2] and "工单量" not in heads[2]


def test_assisting_units_in_the_rows_of_units(book: Session) -> None:
    found = figures(book, roles={"by_unit": ["主办", "协办"]})
    assert found["totals"]["dispatched"] == 4
    assert row(found["by_unit"], "青石街道")["overdue_resolved"] == 1
    assert {one["name"]: one["orders"] for one in found["extra"]["by_kind"]} == {
        "市直部门": 3,
        "国有企业": 1,
        "街道": 1,
    }
    both = figures(book, roles={"totals": ["主办", "协办"]})["totals"]
    assert (both["dispatched"], both["overdue_resolved"]) == (5, 3)


def test_parts_of_units_are_told_in_orders_of_the_whole(book: Session) -> None:
    # Five parts of four orders: 市住建局 two, three other units one each.
    found = figures(book, roles={"by_unit": ["主办", "协办"]}, top=2)
    shares = {one["name"]: one["share"] for one in found["by_unit"]}
    assert shares == {"市住建局": 50, "供水公司": 25, "住建局": 25, "青石街道": 25}
    assert found["extra"]["top_units"] == {"size": 2, "count": 3, "share": 75}
    said = "".join(handling(Source(found)))
    assert "，相当于转办工单总量的{extra/top_units/share}" in said
    assert found["totals"]["dispatched"] == 4


def test_an_order_is_counted_once_among_the_requests(book: Session) -> None:
    second = book.scalars(select(CitizenRequest).where(CitizenRequest.number == "R2")).one()
    done = {"role": "协办", "resolved": "03-08 09:00"}
    Book(book).order(second, "供热公司", "03-02 10:30", **done)
    seen = window(roles={"totals": ["主办", "协办"]})
    found = as_json(report(book, seen))
    totals = found["totals"]
    assert (totals["dispatched"], totals["orders_resolved"]) == (6, 4)
    assert (totals["lead_dispatched"], totals["lead_resolved"]) == (4, 3)
    # Two online and the three that leads resolved; four orders of six requests.
    assert (totals["overall_resolved"], totals["overall_resolved_rate"]) == (5, 83.33)
    assert totals["dispatched_share"] == 66.67
    ways = {one["name"]: (one["count"], one["share"]) for one in ways_of(found)}
    assert ways == {"电话": (3, 50), "微信": (1, 16.67)}
    assert verify(book, seen, found) == []
    for address, total in (
        ("totals/overall_resolved", 5),
        ("totals/dispatched_share", 4),
        ("totals/lead_resolved", 3),
        ("totals/dispatched", 6),
        ("extra/dispatched_by_channel/微信/count", 1),
    ):
        assert records_of(book, seen, address).total == total, address
    assert "转办工单{totals/lead_dispatched}件" in "".join(overall(Source(found)))


def ways_of(found: Any) -> Any:
    return found["extra"]["dispatched_by_channel"]


def test_more_resolved_than_received_is_explained(book: Session) -> None:
    assert "综合办结率{totals/overall_resolved_rate}。" in "".join(overall(Source(figures(book))))
    second = book.scalars(select(CitizenRequest).where(CitizenRequest.number == "R2")).one()
    for unit in ("水务局", "供电公司"):
        Book(book).order(second, unit, "03-02 10:30", resolved="03-08 09:00")
    found = figures(book)
    assert found["totals"]["overall_resolved_rate"] == 116.67  # 2 online and 5 orders, of 6
    why = "（一件诉求派几张工单的，按工单计）。"
    assert f"{{totals/overall_resolved_rate}}{why}" in "".join(overall(Source(found)))
    _of_before(book)
    said = "".join(overall(Source(figures(book, cohort="events"))))
    assert "{totals/overall_resolved_rate}（含以前受理、本期办结的）。" in said


def test_shares_of_the_dispatched_orders(book: Session) -> None:
    found = figures(book, share_base="dispatched")
    shares = {one["name"]: (one["count"], one["share"]) for one in found["by_purpose"]}
    assert shares == {"投诉": (2, 50), "求助": (1, 25), "建议": (1, 25)}
    assert row(found["by_category"], "城建") == {
        "name": "城建",
        "count": 2,
        "share": 50,
        "children": [
            {"name": "房屋", "count": 1, "share": 25},
            {"name": "供水", "count": 1, "share": 25},
        ],
        "resolved_online": 1,
        "unspecified": 0,
    }


@pytest.mark.parametrize(("base", "share"), [("total", 16.67), ("parent", 33.33)])
def test_shares_of_children(book: Session, base: str, share: float) -> None:
    parent = row(figures(book, child_share_base=base)["by_category"], "城建")
    assert (parent["count"], parent["share"], parent["unspecified"]) == (3, 50, 1)
    assert [child["share"] for child in parent["children"]] == [share, share]


def test_printed_shares_that_add_up(book: Session) -> None:
    found = figures(book, printed_share_rounding={"by_region": "largest_remainder"})
    assert [(one["name"], one["share"]) for one in found["by_region"]] == [
        ("望溪区", 33.33),
        ("青石区", 16.67),
        ("未填区域", 50),
    ]
    # With 无效 inside there are 7: half-up 28.6 28.6 14.3 14.3 14.3 is 100.1; cut 28.5 28.5 14.2
    # 14.2 14.2 is 99.6, the three .857 tenths come before the two .714.
    choices: dict[str, Any] = {"scope": {"exclude_outcomes": []}, "rounding": {"decimals": 1}}
    forced = figures(book, printed_share_rounding="largest_remainder", **choices)["by_purpose"]
    assert [one["share"] for one in forced] == [28.6, 28.5, 14.3, 14.3, 14.3]


def test_events_in_the_period(book: Session) -> None:
    totals = _totals(book, cohort="events")
    # The order of February was resolved in March, that of 31 March dispatched in April.
    assert (totals["requests"], totals["dispatched"], totals["orders_resolved"]) == (6, 3, 4)
    assert (totals["followed_up"], totals["overdue_resolved"]) == (3, 1)
    assert figures(book, FEBRUARY, cohort="events")["totals"]["orders_resolved"] == 0
    assert figures(book, FEBRUARY)["totals"]["orders_resolved"] == 1


def _of_before(book: Session) -> None:
    """What came by the website in February and was settled in March, of places without anything
    else: an order of 供热公司, resolved late, and a request answered online."""
    entered = Book(book)
    entered.unit("供热公司", "国有企业")
    more = {"channel": "网站", "region": "云台区", "category": "城建/供热"}
    sent = entered.request("R20", "02-20 09:00", **more)
    due = {"sign_by": "03-02 10:00", "due": "03-03 10:00"}
    entered.order(sent, "供热公司", "02-20 10:00", resolved="03-05 10:00", **due)
    entered.request("R21", "02-28 18:00", "在线办结", resolved="03-01 09:00", **more)


def test_events_of_units_and_channels_that_had_no_new_ones(book: Session) -> None:
    _of_before(book)
    seen = window(cohort="events")
    found = as_json(report(book, seen))
    heat = row(found["by_unit"], "供热公司")
    assert (heat["orders"], heat["resolved"], heat["overdue_resolved"]) == (0, 1, 1)
    assert (heat["share"], heat["resolved_rate"]) == (0, None)
    assert "供热公司" in found["extra"]["unit_table_order"]
    letters = found["extra"]["non_phone"]
    assert [one["name"] for one in letters["channels"]] == ["微信", "网站"]
    site = letters["channels"][1]
    assert (site["count"], site["resolved"], site["resolved_online"]) == (0, 2, 1)
    # R2 and the two of the website.
    assert (letters["requests"], letters["resolved"]) == (1, 3)
    for section, name in (("by_channel", "网站"), ("by_region", "云台区")):
        one = row(found[section], name)
        assert (one["count"], one["resolved_online"]) == (0, 1)
    assert verify(book, seen, found) == []
    for address, total in (
        ("by_unit/供热公司/resolved", 1),
        ("extra/non_phone/resolved", 3),
        ("extra/non_phone/channels/网站/resolved", 2),
        ("by_region/云台区/resolved_online", 1),
    ):
        assert records_of(book, seen, address).total == total, address
    printed = units_resolved(Source(found))[0]
    done = [column.head for column in printed.columns].index("办结量")
    assert sum(line[done].value or 0 for line in printed.rows) == printed.total[done].value == 5


def test_by_events_what_fell_due_is_no_exception_among_the_sent(book: Session) -> None:
    # Of those sent in March only R3 is signed late and R3 resolved late: with neither, both rates
    # are 100; what was sent in February still fell due in March.
    _of_before(book)
    book.execute(delete(WorkOrder).where(WorkOrder.number == "R3-供水公司"))
    seen = window(cohort="events")
    found = as_json(report(book, seen))
    assert found["totals"]["acknowledged_on_time_rate"] == 100
    assert found["totals"]["overdue_acknowledged"] == 1
    assert verify(book, seen, found) == []


def test_as_it_stood_at_a_moment(book: Session) -> None:
    totals = _totals(book, as_of="2026-03-08 00:00:00")
    assert (totals["requests"], totals["dispatched"], totals["orders_resolved"]) == (4, 2, 0)
    assert (totals["days"], totals["overdue_acknowledged"], totals["followed_up"]) == (7, 1, 0)
    assert _totals(book, as_of="2026-03-02 09:02:00")["open"] == 1
    end = _totals(book, as_of="period_end")
    assert (end["requests"], end["dispatched"], end["orders_resolved"]) == (6, 3, 3)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        # March 2026 has 31 days, 22 of them workdays, however many have a count of calls.
        ({"of": "offered"}, 2),
        ({"of": "answered", "decimals": 2}, 2.13),
        ({"of": "offered", "days": "working", "decimals": 2}, 3.18),
        ({"of": "requests", "decimals": 1}, 0.2),
        ({"of": "requests", "days": "working", "decimals": 2}, 0.27),
    ],
)
def test_daily_averages(book: Session, chosen: Any, expected: float) -> None:
    assert _totals(book, daily_average=chosen)["daily_average"] == expected


def test_calls_of_all_days_are_divided_by_the_calendar(book: Session) -> None:
    entered = Book(book)
    for day in range(1, 32):
        if day not in (2, 3):
            entered.calls(f"03-{day:02}", 10, 9)
    totals = _totals(book, daily_average={"decimals": 2})
    # 29 times 10, and 40 and 30.
    assert (totals["offered"], totals["call_days"], totals["days"]) == (360, 31, 31)
    assert totals["daily_average"] == 11.61
    working = _totals(book, daily_average={"days": "working", "decimals": 2})
    assert (working["days"], working["daily_average"]) == (22, 16.36)


def test_a_day_that_still_runs_has_no_calls_yet(book: Session) -> None:
    # On 3 March at noon there is a count of that day, of half of it; in February there is one of
    # each day, of which the first two stand beside the first two of March.
    entered = Book(book)
    entered.calls("03-01", 20, 20)
    for day in range(1, 29):
        entered.calls(f"02-{day:02}", 10, 9)
    noon = window(as_of="2026-03-03 12:00:00")
    found = as_json(report(book, noon))
    totals, before = found["totals"], found["compare"]["previous"]["totals"]
    assert (totals["offered"], totals["call_days"], totals["daily_average"]) == (60, 2, 30)
    assert (before["offered"]["previous"], before["daily_average"]["previous"]) == (20, 10)
    calls = records_of(book, noon, "totals/offered")
    assert (calls.total, [day.day.day for day in calls.days]) == (60, [1, 2])
    assert verify(book, noon, found) == []
    # The last minute of a day is its end.
    assert _totals(book, as_of="2026-03-03 23:59:59")["offered"] == 90


def test_the_days_behind_calls_and_averages_are_said(book: Session) -> None:
    said = "".join(overall(Source(figures(book))))
    assert "日均{totals/daily_average}个（本期31天，有话务量记录的{totals/call_days}天" in said
    average = {"of": "requests", "decimals": 1}
    said = "".join(overall(Source(figures(book, daily_average=average))))
    assert "接通率{totals/answered_rate}（本期31天，有话务量记录的{totals/call_days}天）；" in said
    assert "日均{totals/daily_average}件。" in said
    runs = figures(book, daily_average=average, as_of="2026-03-04 12:00:00")
    said = "".join(overall(Source(runs)))
    # R1 to R4 in four days that have begun.
    assert (runs["totals"]["days"], runs["totals"]["daily_average"]) == (4, 1)
    assert "日均{totals/daily_average}件（按已开始的{totals/days}天计）。" in said


def test_an_average_says_by_how_many_days_it_divides(book: Session) -> None:
    found = figures(book, daily_average={"days": "working"})
    assert (found["totals"]["call_days"], found["totals"]["days"]) == (2, 22)
    said = "".join(overall(Source(found)))
    assert "有话务量记录的{totals/call_days}天，日均按{totals/days}天计）" in said


def test_lines_aliases_and_topics(book: Session) -> None:
    topics = [
        {"name": "房屋噪声", "categories": ["城建/房屋", "环保/噪声"], "purposes": ["投诉"]},
        {"name": "接听日", "days": ["2026-03-20"]},
        {"name": "供暖", "words": ["暖气"]},
    ]
    choices = {"zero_lines": ["办不成事"], "unit_aliases": {"住建局": "市住建局"}, "topics": topics}
    found = figures(book, **choices)
    assert found["by_line"] == [{"name": "营商环境", "count": 1}, {"name": "办不成事", "count": 0}]
    assert found["extra"]["lines_total"] == 1
    assert [(one["name"], one["orders"]) for one in found["by_unit"]] == [
        ("市住建局", 3),
        ("供水公司", 1),
    ]
    assert [one["count"] for one in found["extra"]["topics"]] == [2, 1, 0]
    tracked = row(found["compare"]["previous"]["topics"], "房屋噪声")
    assert (tracked["previous"], tracked["change"], tracked["rate"]) == (1, 1, 100)


def test_comparisons(book: Session) -> None:
    compare = figures(book)["compare"]
    assert compare["previous"]["period"] == {"from": "2026-02-01", "to": "2026-02-28"}
    assert compare["previous"]["totals"]["requests"] == {"previous": 1, "change": 5, "rate": 500}
    # A rate changes by points.
    assert compare["previous"]["totals"]["orders_resolved_rate"] == {
        "previous": 100,
        "change": -25,
        "rate": None,
    }
    house = row(compare["previous"]["by_category"], "城建")
    assert (house["previous"], house["rate"]) == (1, 200)
    assert row(house["children"], "房屋") == {
        "name": "房屋",
        "previous": 1,
        "change": 0,
        "rate": 0,
    }
    assert row(compare["previous"]["by_unit"], "市住建局")["rate"] == 100
    assert compare["last_year"]["totals"]["requests"] == {
        "previous": 0,
        "change": 6,
        "rate": None,
    }


def test_nothing_to_divide_by_is_no_rate(book: Session) -> None:
    totals = figures(book, Period(date(2026, 1, 1), date(2026, 1, 31)))["totals"]
    assert totals["requests"] == 0
    assert totals["resolved_online_rate"] is None
    assert totals["satisfaction_rate"] is None
    assert totals["daily_average"] is None


def test_grades_and_top_lists(book: Session) -> None:
    grades = {"of": "resolved_rate", "at_least": 2, "bands": [["好", 90], ["中", 50], ["差", 0]]}
    found = figures(book, grades=grades, top=1)
    assert {one["name"]: one["grade"] for one in found["by_unit"]} == {
        "市住建局": "中",
        "供水公司": "",
        "住建局": "",
    }
    assert found["extra"]["top_units"] == {"size": 1, "count": 2, "share": 50}
    assert found["extra"]["overdue_resolved"] == [
        {"name": "市住建局", "count": 1},
        {"name": "供水公司", "count": 1},
    ]
    assert found["extra"]["dissatisfied"] == [{"name": "供水公司", "count": 1}]


def test_orders_that_wait_to_be_sent_have_no_grade(book: Session) -> None:
    order = book.scalars(select(WorkOrder).where(WorkOrder.number == "R7-住建局")).one()
    order.unit_id = None
    book.flush()
    grades = {"of": "resolved_rate", "at_least": 1, "bands": [["好", 90], ["差", 0]]}
    found = figures(book, grades=grades)["by_unit"]
    assert {one["name"]: one["grade"] for one in found} == {
        "市住建局": "差",
        "供水公司": "好",
        "待派单": "",
    }


def test_a_renamed_category_is_counted_once_under_its_present_name(book: Session) -> None:
    # R3 is filed under 城建/供水, R2 under 城建/房屋, R4 under 城建 alone; water moved to 水务 and
    # what is filed from then on (here R6, 环保/噪声 before) under its new name.
    names = {"城建/供水": "水务/供水", "环保/噪声": "水务/供水"}
    for base in ("requests", "dispatched"):
        topics = [{"name": "供水", "categories": ["城建/供水"]}]
        seen = window(share_base=base, topics=topics)
        seen = replace(seen, basis=replace(seen.basis, renamed={"categories": names}))
        found = as_json(report(book, seen))
        water, build = (row(found["by_category"], name) for name in ("水务", "城建"))
        assert (water["count"], row(water["children"], "供水")["count"]) == (2, 2)
        assert [child["name"] for child in build["children"]] == ["房屋"]
        assert row(found["extra"]["topics"], "供水")["count"] == 2
        assert row(found["extra"]["top_categories"], "供水")["count"] == 2
        for address, numbers in (
            ("by_category/水务/children/供水/count", {"R3", "R6"}),
            ("extra/topics/供水/count", {"R3", "R6"}),
            ("extra/top_categories/供水/count", {"R3", "R6"}),
        ):
            behind = records_of(book, seen, address)
            assert {one.request_number for one in behind.records} == numbers, address
        assert verify(book, seen, found) == []


def test_a_city_renames_its_categories_in_its_profile() -> None:
    tree = [{"name": "水务", "children": ["供水"]}]
    renamed = {"categories": {"城建/供水": "水务/供水"}}
    profile = profile_from({"categories": tree, "renamed": renamed})
    assert profile.figures.present("categories", "城建/供水") == "水务/供水"
    assert profile.figures.present("categories", "城建/房屋") == "城建/房屋"
