"""What the city renamed is one row under its name of now, with the records of both names."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.bulletins.overview import overview
from kb.bulletins.records import records_of
from kb.bulletins.reporting import as_json, report
from kb.bulletins.verifying import verify
from kb.bulletins.window import Window
from kb.errors import InvalidInput
from kb.models import CitizenRequest, WorkOrder
from kb.profile import Profile, profile_from
from kb.renaming import present_name
from tests.kb.bulletins.book import MARCH, at, row, window

CITY: dict[str, Any] = {
    "channels": ["电话", "微信公众号"],
    "lines": ["综合", "营商"],
    "purposes": ["咨询", "求助", "投诉", "其他", "求解决"],
    "regions": [{"name": "青石新区", "children": ["长街"]}, {"name": "望溪区"}],
    "renamed": {
        "channels": {"微信": "微信公众号"},
        "lines": {"营商环境": "营商"},
        "purposes": {"求决": "求解决"},
        "regions": {"青石区": "青石新区"},
    },
    "figures": {
        "as_of": "2026-04-05 12:00:00",
        "scope": {"channels": ["电话", "微信"]},
        "zero_lines": ["营商环境"],
        "topics": [
            {"name": "渠道", "channels": ["微信"]},
            {"name": "专线", "lines": ["营商环境"]},
            {"name": "目的", "purposes": ["求决"]},
            {"name": "区域", "regions": ["青石区"]},
        ],
    },
}


@pytest.fixture
def seen(book: Session) -> Window:
    """March of a city that renamed a bit of everything on the way; R2 and R3, R6 and R7 are filed
    under the old and under the new name of the same."""
    filed = {
        "R2": {"channel": "微信", "region": "青石区/长街"},
        "R3": {"channel": "微信公众号", "region": "青石新区"},
        "R6": {"line": "营商环境", "purpose": "求决"},
        "R7": {"line": "营商", "purpose": "求解决"},
    }
    for number, values in filed.items():
        request = book.scalars(select(CitizenRequest).where(CitizenRequest.number == number)).one()
        for name, value in values.items():
            setattr(request, name, value)
        for order in book.scalars(select(WorkOrder).where(WorkOrder.request_id == request.id)):
            order.channel = request.channel
    book.flush()
    return replace(window(), basis=profile_from(CITY).figures)


@pytest.mark.parametrize(
    ("address", "count", "numbers"),
    [
        ("by_channel/微信公众号/count", 2, {"R2", "R3"}),
        ("by_line/营商/count", 2, {"R6", "R7"}),
        ("by_purpose/求解决/count", 2, {"R6", "R7"}),
        ("by_region/青石新区/count", 2, {"R2", "R3"}),
        ("extra/dispatched_by_channel/微信公众号/count", 2, {"R2", "R3"}),
        ("extra/non_phone/channels/微信公众号/count", 2, {"R2", "R3"}),
        ("extra/topics/渠道/count", 2, {"R2", "R3"}),
        ("extra/topics/专线/count", 2, {"R6", "R7"}),
        ("extra/topics/目的/count", 2, {"R6", "R7"}),
        ("extra/topics/区域/count", 2, {"R2", "R3"}),
        ("extra/lines_total", 2, {"R6", "R7"}),
        # 微信 is in scope by its name of now.
        ("totals/requests", 6, {"R1", "R2", "R3", "R4", "R6", "R7"}),
    ],
)
def test_a_renamed_name_is_one_row(
    book: Session, seen: Window, address: str, count: int, numbers: set[str]
) -> None:
    found: Any = as_json(report(book, seen))
    for part in address.split("/"):
        found = row(found, part) if isinstance(found, list) else found[part]
    assert found == count
    behind = records_of(book, seen, address)
    assert {record.request_number for record in behind.records} == numbers


def test_no_old_name_is_left_in_the_figures(book: Session, seen: Window) -> None:
    found = as_json(report(book, seen))
    names = {
        one["name"]
        for section in ("by_channel", "by_line", "by_purpose", "by_region")
        for one in found[section]
    }
    assert not names & {"微信", "营商环境", "求决", "青石区"}
    assert row(found["by_channel"], "微信公众号")["in_scope"] is True
    assert verify(book, seen, found) == []


def test_the_general_line_stays_apart_from_the_others_when_it_is_renamed(
    book: Session, seen: Window
) -> None:
    """R6 and R7 came in on the line of its own; all else on 综合, which is 综合专线 now."""
    for request in book.scalars(select(CitizenRequest).where(CitizenRequest.line == "")):
        request.line = "综合"
    book.flush()
    lines = {"lines": {"营商环境": "营商", "综合": "综合专线"}}
    city = CITY | {"lines": ["综合专线", "营商"], "renamed": CITY["renamed"] | lines}
    window = replace(seen, basis=profile_from(city).figures)
    found = as_json(report(book, window))
    assert [(one["name"], one["count"]) for one in found["by_line"]] == [("营商", 2)]
    assert found["extra"]["lines_total"] == 2
    assert records_of(book, window, "extra/lines_total").total == 2
    assert verify(book, window, found) == []


def test_periods_are_compared_under_the_names_of_now(book: Session, seen: Window) -> None:
    """R9 of February came by 微信: 微信公众号 has 1 before 2, and no row fell to nothing."""
    request = book.scalars(select(CitizenRequest).where(CitizenRequest.number == "R9")).one()
    request.channel, request.purpose = "微信", "求决"
    book.flush()
    compared = as_json(report(book, seen))["compare"]["previous"]
    assert row(compared["by_channel"], "微信公众号")["previous"] == 1
    assert row(compared["by_purpose"], "求解决")["change"] == 1
    assert not {"微信", "求决"} & {one["name"] for one in compared["by_channel"]}


def test_the_map_of_the_board_knows_the_names_of_now(book: Session, seen: Window) -> None:
    heat = overview(book, replace(seen, as_of=at("04-05 12:00"), period=MARCH), []).heat
    assert {region for _, region in heat} == {"青石新区", "望溪区", "未填区域"}
    assert records_of(book, seen, "heat/城建/青石新区/count").total == 2


def test_what_lies_below_a_renamed_path_moves_along() -> None:
    renamed = {"regions": {"青石区": "青石新区", "青石区/老街": "望溪区/老街"}}
    assert present_name(renamed, "regions", "青石区/长街/东里") == "青石新区/长街/东里"
    assert present_name(renamed, "regions", "青石区/老街/西里") == "望溪区/老街/西里"
    assert present_name(renamed, "regions", "青石区外") == "青石区外"


def test_old_names_are_registered_under_the_new(seen: Window) -> None:
    profile = profile_from(CITY)
    assert profile.current("regions", "青石区/长街") == "青石新区/长街"
    assert profile.current_purpose("求决") == "求解决"
    assert profile.current_purpose("help") == "help"
    assert Profile().current_purpose("求决") == "求决"


def test_a_branch_may_be_renamed_whole_but_only_to_what_there_is() -> None:
    tree = [{"name": "住建", "children": ["供水", "房屋"]}]
    found = profile_from({"categories": tree, "renamed": {"categories": {"城建": "住建"}}})
    assert found.figures.present("categories", "城建/供水") == "住建/供水"
    with pytest.raises(InvalidInput, match="不在列表里"):
        profile_from({"purposes": ["咨询"], "renamed": {"purposes": {"求决": "求解决"}}})
