"""Words stay with the caller who said them: no other matter, window or draft takes them over."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.models import Call, CitizenRequest
from kb.terms import Outcome
from tests.web.agent_desk.conftest import WAITING, Desk
from tests.web.conftest import ManualClock

FIRST, SECOND = "13800001234", "13900005678"


def calls_of(database: Database) -> list[Call]:
    with database.reading() as session:
        return list(session.scalars(select(Call).order_by(Call.id)))


def requests_of(database: Database) -> list[CitizenRequest]:
    with database.reading() as session:
        return list(session.scalars(select(CitizenRequest).order_by(CitizenRequest.id)))


def ring(desk: Desk, caller: str, call_id: str = "") -> str:
    """A call comes in; what the next page says about the one before."""
    desk.client.get("/desk", query_string={"caller": caller, "call_id": call_id})
    return desk.page()


def test_a_second_matter_after_an_undo_is_a_request_of_its_own(
    desk: Desk, database: Database
) -> None:
    first = desk.adopt(title="第一件", content="断保补缴")
    desk.post(first["undo_url"])
    desk.adopt(title="第二件", content="窗口电话", continues="")
    one, two = requests_of(database)
    assert (one.title, one.content, one.outcome) == ("第一件", "断保补缴", Outcome.OPEN)
    assert (two.title, two.content, two.outcome) == ("第二件", "窗口电话", Outcome.ONLINE)
    assert "接着办" in desk.page()


def test_what_an_undo_left_open_is_gone_on_with_from_the_log(
    desk: Desk, database: Database
) -> None:
    first = desk.adopt(title="第一件", content="断保补缴")
    desk.post(first["undo_url"])
    desk.adopt(title="第二件", continues="")
    back = desk.post(f"/desk/requests/{first['request_no']}/resume")
    assert back.get_json() == {"next": "/desk"}
    assert desk.continues() == first["request_no"]
    assert "断保补缴</textarea>" in desk.page()
    desk.adopt(title="第一件，改过")
    assert [(one.title, one.outcome) for one in requests_of(database)] == [
        ("第一件，改过", Outcome.ONLINE),
        ("第二件", Outcome.ONLINE),
    ]


def test_going_on_twice_keeps_what_was_typed_meanwhile(desk: Desk) -> None:
    first = desk.adopt(title="第一件")
    desk.post(first["undo_url"])
    call_id, number = desk.hidden("call_id"), first["request_no"]
    desk.post(f"/desk/calls/{call_id}/draft", query=WAITING, content="刚补写的", continues=number)
    assert desk.post(f"/desk/requests/{number}/resume").status_code == 200
    assert "刚补写的</textarea>" in desk.page()


def test_a_request_settled_elsewhere_is_not_written_over(desk: Desk, database: Database) -> None:
    first = desk.adopt(title="第一件")
    desk.post(first["undo_url"])
    stale = desk.adoption_form(WAITING, title="旧窗口里的")
    desk.adopt(title="新窗口里的")
    refused = desk.post("/desk/adopt", **stale)
    assert refused.status_code == 409
    assert "已是“在线办结”" in refused.get_json()["error"]["message"]
    assert [one.title for one in requests_of(database)] == ["新窗口里的"]


def test_a_window_without_a_call_registers_nothing_under_the_one_that_rang(
    desk: Desk, database: Database
) -> None:
    form = desk.adoption_form(WAITING, content="前一位来访人的话")
    assert form["call_id"] == ""
    ring(desk, FIRST)
    refused = desk.post("/desk/adopt", **form)
    assert refused.status_code == 409
    assert "另一个窗口" in refused.get_json()["error"]["message"]
    assert requests_of(database) == []
    shown = desk.post("/desk/adopt", as_script=False, **form)
    assert "前一位来访人的话</textarea>" in shown.text
    assert "data-call=" not in shown.text  # not under the other caller's bar


def test_what_is_typed_in_a_stale_window_goes_into_no_other_call(
    desk: Desk, database: Database
) -> None:
    ring(desk, FIRST)
    first = calls_of(database)[0].id
    desk.post(f"/desk/calls/{first}/hold")
    stale = desk.hidden("call_id")
    assert stale == ""
    ring(desk, SECOND)
    refused = desk.post(
        f"/desk/calls/{first}/take-back", call_id=stale, query="旧窗口", content="旧窗口的话"
    )
    assert refused.status_code == 409
    assert "没有取回" in refused.get_json()["error"]["message"]
    assert "旧窗口的话" not in "".join(call.draft_notes for call in calls_of(database))
    assert "旧窗口" not in "".join(call.draft_query for call in calls_of(database))


def test_an_unfinished_caller_waits_when_another_rings(desk: Desk, database: Database) -> None:
    ring(desk, FIRST, "A")
    first = calls_of(database)[0].id
    desk.post(f"/desk/calls/{first}/draft", query=WAITING, content="孩子住院")
    page = ring(desk, SECOND, "B")
    assert "上一通来电（138****1234）没有办完，已转为保持" in page
    assert "139****5678" in page.split("data-take-back")[0]
    desk.post(f"/desk/calls/{first}/take-back", call_id=desk.hidden("call_id"))
    assert "孩子住院</textarea>" in desk.page()


def test_no_number_of_waiting_callers_ends_an_unfinished_one(
    desk: Desk, database: Database
) -> None:
    for number in range(5):
        ring(desk, f"1380000123{number}", f"C{number}")
        call = calls_of(database)[-1]
        desk.post(f"/desk/calls/{call.id}/draft", query=f"第 {number} 位问的事")
    assert [call.ended_at for call in calls_of(database)] == [None] * 5
    assert "保持中 4 通" in desk.page()


def test_a_request_left_open_keeps_its_caller_waiting(desk: Desk, database: Database) -> None:
    ring(desk, FIRST, "A")
    answer = desk.adopt()
    desk.post(answer["undo_url"])
    desk.post(f"/desk/calls/{answer['call_id']}/draft", query="", content="")
    ring(desk, SECOND, "B")
    assert calls_of(database)[0].ended_at is None


def test_a_call_that_has_ended_ends_no_other_when_the_phone_system_names_it_again(
    desk: Desk, database: Database
) -> None:
    ring(desk, FIRST, "A")
    desk.post(f"/desk/calls/{calls_of(database)[0].id}/end")
    ring(desk, SECOND, "B")
    page = ring(desk, FIRST, "A")
    assert "电话系统打开的这通来电已经结束" in page
    assert calls_of(database)[1].ended_at is None


def test_what_is_settled_in_a_window_left_behind_brings_no_other_call_into_it(
    desk: Desk, database: Database
) -> None:
    ring(desk, FIRST, "A")
    form = desk.adoption_form(WAITING, requester_name="王一")
    desk.post(f"/desk/calls/{form['call_id']}/draft", query=WAITING, requester_name="王一")
    ring(desk, SECOND, "B")  # in another window; the first caller waits
    answer = desk.post("/desk/adopt", **form).get_json()
    assert answer["request_no"][-4:] in answer["fragments"]["log"]
    assert "call_bar" not in answer["fragments"]
    assert requests_of(database)[0].call_id == calls_of(database)[0].id


def test_going_on_leaves_the_caller_on_the_line_to_their_own_call(
    desk: Desk, database: Database
) -> None:
    ring(desk, FIRST, "A")
    first = desk.adopt(title="第一位的事", requester_name="王一", is_confidential="1")
    desk.post(first["undo_url"])
    desk.post(f"/desk/calls/{first['call_id']}/end")
    ring(desk, SECOND, "B")
    second = calls_of(database)[-1].id
    desk.post(f"/desk/calls/{second}/draft", query="", requester_name="李二")
    desk.post(f"/desk/requests/{first['request_no']}/resume")
    page = desk.page()
    assert "138****1234" in page.split("data-take-back")[0]
    assert 'value="王一"' in page
    desk.adopt(title="第一位的事")
    desk.post(f"/desk/calls/{second}/take-back", call_id=desk.hidden("call_id"))
    page = desk.page()
    assert 'value="李二"' in page
    assert "王一" not in page
    assert 'name="is_confidential" value="1" form="reg" checked' not in page


@pytest.mark.parametrize("way", ["hold", "end"])
def test_words_written_after_an_answer_was_lost_are_not_dropped_with_their_form(
    desk: Desk, database: Database, way: str
) -> None:
    ring(desk, FIRST)
    form = desk.adoption_form(WAITING, title="第一件")
    first = desk.post("/desk/adopt", **form).get_json()  # never arrives
    words = {"token": form["token"], "query": "第二件", "content": "第二件的话"}
    path = f"/desk/calls/{form['call_id']}/{way}"
    refused = desk.post(path, **words)
    assert refused.status_code == 409
    body = refused.get_json()
    assert (body["error"]["code"], body["call"]["id"]) == ("already_done", first["call_id"])
    assert desk.post(path, **words | {"token": body["token"]}).status_code == 200
    assert "第二件的话" in calls_of(database)[0].draft_notes


@pytest.mark.parametrize("way", ["undo", "resume"])
def test_without_a_script_a_button_of_the_log_keeps_what_is_typed(
    desk: Desk, database: Database, way: str
) -> None:
    ring(desk, FIRST)
    first = desk.adopt(title="第一件")
    url = first["undo_url"]
    if way == "resume":
        desk.post(url)
        url = f"/desk/requests/{first['request_no']}/resume"
    call_id = first["call_id"]
    desk.post(f"/desk/calls/{call_id}/draft", query="", content="")
    form = {name: desk.hidden(name) for name in ("token", "call_id")}
    desk.post(url, as_script=False, **form, query="第二件", content="第二件的话")
    assert "第二件的话</textarea>" in desk.page()


@pytest.mark.parametrize(("place", "region"), [("临江区江北路 3 号", "不详"), ("江北路 3 号", "")])
def test_a_region_left_open_by_choice_is_still_open_when_the_request_is_gone_on_with(
    desk: Desk, place: str, region: str
) -> None:
    ring(desk, FIRST)
    done = desk.adopt(title="报销", place=place, region="不详")
    desk.post(done["undo_url"])
    assert desk.continues() == done["request_no"]
    shown = dict(re.findall(r'name="(place|region)"[^>]*value="([^"]*)"', desk.page()))
    assert shown == {"place": place, "region": region}


def test_the_page_learns_what_became_of_an_earlier_form(desk: Desk) -> None:
    form = desk.adoption_form(WAITING)

    def became() -> str:
        state = desk.client.get("/desk/state", query_string={"token": form["token"]})
        done: str = state.get_json()["done"]
        return done

    assert became() == ""
    number = desk.post("/desk/adopt", **form).get_json()["request_no"]
    assert number in became()


def test_a_draft_that_comes_after_its_form_was_settled_is_no_draft(
    desk: Desk, database: Database
) -> None:
    ring(desk, FIRST)
    form = desk.adoption_form(WAITING)
    desk.post("/desk/adopt", **form)
    late = {"token": form["token"], "query": WAITING, "content": "已经办结的话"}
    path = f"/desk/calls/{form['call_id']}/draft"
    assert desk.post(path, **late).get_json() == {"saved_at": None}
    (call,) = calls_of(database)
    assert (call.draft_query, call.draft_notes) == ("", "")
    fresh = late | {"token": desk.hidden("token"), "content": "下一问"}
    assert desk.post(path, **fresh).get_json()["saved_at"] is not None
    assert "下一问" in calls_of(database)[0].draft_notes


def test_ending_says_what_is_still_open(desk: Desk) -> None:
    answer = desk.adopt()
    desk.post(answer["undo_url"])
    desk.post(f"/desk/calls/{answer['call_id']}/end")
    page = desk.page()
    assert f"诉求“{WAITING}”没有办完，都在“今日登记”里" in page
    assert "写下的登记" not in page


def test_what_was_written_and_not_registered_is_written_on_after_the_call(
    desk: Desk, database: Database
) -> None:
    ring(desk, FIRST)
    call_id = desk.hidden("call_id")
    words = {"query": "山上有人砍树", "content": "昨晚有三台车", "requester_name": "周某"}
    desk.post(f"/desk/calls/{call_id}/end", **words)
    assert "写下的“山上有人砍树”没有采纳也没有转办" in desk.page()
    today = desk.client.get("/desk/today").text
    assert "昨晚有三台车，周某" in today and "138****1234" in today
    path = f"/desk/calls/{call_id}/write-on"
    assert desk.post(path).get_json() == {"next": "/desk"}
    page = desk.page()
    assert "昨晚有三台车</textarea>" in page and 'value="山上有人砍树"' in page
    assert "138****1234" in page
    assert "昨晚有三台车" not in desk.client.get("/desk/today").text
    assert desk.post(path).status_code == 409


def test_a_question_alone_is_no_registration_left_behind(desk: Desk) -> None:
    ring(desk, FIRST)
    call_id = desk.hidden("call_id")
    desk.post(f"/desk/calls/{call_id}/end", query=WAITING, title=WAITING, region="临江区")
    assert "写下的登记" not in desk.page()
    assert "写了没有登记的" not in desk.client.get("/desk/today").text


def test_a_request_came_when_its_call_rang_and_a_further_one_when_it_was_said(
    desk: Desk, database: Database, clock: ManualClock
) -> None:
    ring(desk, FIRST)
    rang = clock()
    clock.forward(minutes=3)
    desk.adopt(title="第一件")
    clock.forward(minutes=5)
    desk.adopt(title="第二件")
    assert [one.received_at for one in requests_of(database)] == [
        rang,
        rang + timedelta(minutes=8),
    ]


def test_a_call_forgotten_for_hours_dates_nothing_back(
    desk: Desk, database: Database, clock: ManualClock
) -> None:
    ring(desk, FIRST)
    for _ in range(6):  # looked at now and then, or the log-in would end
        clock.forward(minutes=25)
        desk.page()
    desk.adopt()
    assert [one.received_at for one in requests_of(database)] == [clock()]
    assert "1 / 1" in " ".join(re.sub("<[^>]+>", "", desk.page()).split())


def test_a_form_whose_answer_was_lost_is_told_and_goes_on_in_the_call_it_began(
    desk: Desk, database: Database
) -> None:
    form = desk.adoption_form(WAITING, title="第一件")
    first = desk.post("/desk/adopt", **form).get_json()  # never arrives
    told = desk.post("/desk/adopt", **form | {"title": "改过的"})
    assert told.status_code == 409
    body = told.get_json()
    assert first["request_no"] in body["error"]["message"]
    assert body["call"]["id"] == first["call_id"]
    assert first["request_no"][-4:] in body["fragments"]["log"]
    new = form | {"token": body["token"], "call_id": body["call"]["id"], "title": "第二件"}
    assert desk.post("/desk/adopt", **new).status_code == 200
    assert [one.title for one in requests_of(database)] == ["第一件", "第二件"]
    page = desk.post("/desk/adopt", as_script=False, **form | {"title": "再改"})
    assert (page.status_code, f'name="call_id" value="{first["call_id"]}"' in page.text) == (
        409,
        True,
    )


def test_who_called_is_no_registration_left_behind_once_something_came_of_the_call(
    desk: Desk,
) -> None:
    ring(desk, FIRST)
    answer = desk.adopt(requester_name="周某")
    ended = desk.post(f"/desk/calls/{answer['call_id']}/end", query="", requester_name="周某")
    assert ended.status_code < 400
    assert "没有采纳也没有转办" not in desk.page()
    assert "写了没有登记的" not in desk.client.get("/desk/today").text
