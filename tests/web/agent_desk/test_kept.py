"""What an agent has at hand: pinned entries, callers on hold, and the text message of a card."""

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.models import Call
from kb.presenters.short_message import message_parts, short_message
from kb.terms import Role
from tests.web.agent_desk.conftest import WAITING, Desk, Library
from tests.web.conftest import Login, ManualClock


def test_a_pinned_entry_is_at_hand_before_anything_is_asked(desk: Desk, library: Library):
    assert desk.post(f"/desk/pins/{library.contact}").get_json() == {"is_pinned": True}
    desk.post(f"/desk/pins/{library.contact}")  # twice is once
    page = desk.page()
    assert page.count('data-ask="临江区医保经办窗口"') == 1
    assert "固定的" in page
    desk.post(f"/desk/pins/{library.contact}", off="1")
    assert "固定的" not in desk.page()


def test_the_pins_of_one_agent_are_nobody_elses(desk: Desk, library: Library, login_as: Login):
    desk.post(f"/desk/pins/{library.contact}")
    other = login_as(Role.AGENT, name="zuoxi02")
    assert "固定的" not in other.get("/desk").text


def test_what_may_not_be_seen_is_not_pinned(desk: Desk, library: Library):
    assert desk.post("/desk/pins/99999").status_code == 404


def test_a_held_caller_waits_with_what_was_typed(
    desk: Desk, database: Database, clock: ManualClock
):
    desk.client.get("/desk", query_string={"caller": "13800001234"})
    first = _calls(database)[0].id
    desk.post(f"/desk/calls/{first}/hold", query=WAITING, content="断了两个月")
    clock.forward(seconds=75)
    page = desk.page()
    assert "保持中 1 通" in page
    assert "01:15" in page
    assert WAITING not in page.split('id="q"')[1].split(">")[0]
    desk.client.get("/desk", query_string={"caller": "13900005678"})
    desk.post(f"/desk/calls/{first}/take-back", call_id=desk.hidden("call_id"))
    page = desk.page()
    assert "138****1234" in page.split("data-take-back")[0]
    assert "断了两个月" in page
    # The second caller waits now; nobody was cut off.
    assert "139****5678" in page.split("data-take-back")[1]
    assert all(call.ended_at is None for call in _calls(database))


def test_three_callers_may_wait(desk: Desk, database: Database):
    for number in range(3):
        desk.client.get("/desk", query_string={"caller": f"1380000123{number}"})
        desk.post(f"/desk/calls/{_calls(database)[-1].id}/hold")
    desk.client.get("/desk", query_string={"caller": "13800001239"})
    answer = desk.post(f"/desk/calls/{_calls(database)[-1].id}/hold")
    assert answer.status_code == 409
    assert "已有 3 通在保持" in answer.text


def _calls(database: Database) -> list[Call]:
    with database.reading() as session:
        return list(session.scalars(select(Call).order_by(Call.id)))


CARD = {
    "audience": "public",
    "standing_today": "in_force",
    "title": "断保补缴",
    "conclusion": "补缴后等待三个月",
    "facts": [
        {"name": "phone", "label": "电话", "value": "0000-1234567"},
        {"name": "materials", "label": "材料", "value": "身份证"},
    ],
    "valid_from": "2026-01-01",
    "valid_until": None,
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {},
            "【澜川市12345】断保补缴：补缴后等待三个月。电话：0000-1234567。详见 http://x/entry/1",
        ),
        (
            {"conclusion": "请打 0000-1234567。", "valid_until": "2026-12-31"},
            "【澜川市12345】断保补缴：请打 0000-1234567。有效至 2026-12-31。详见 http://x/entry/1",
        ),
        (
            {"standing_today": "future", "facts": []},
            "【澜川市12345】断保补缴：补缴后等待三个月。自 2026-01-01 起施行。详见 http://x/entry/1",
        ),
        (
            {"title": "市医保中心", "conclusion": "市医保中心：0000-1234567。", "facts": []},
            "【澜川市12345】市医保中心：0000-1234567。详见 http://x/entry/1",
        ),
        ({"audience": "internal"}, ""),
        ({"standing_today": "repealed"}, ""),
    ],
)
def test_a_message_says_what_is_public_and_holds(changed: dict[str, object], expected: str):
    assert short_message({**CARD, **changed}, "澜川市12345", "http://x/entry/1") == expected


@pytest.mark.parametrize(("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_long_messages_go_in_parts(length: int, parts: int):
    assert message_parts("字" * length) == parts
