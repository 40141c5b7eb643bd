"""A call: opened by the phone system, kept, shown for a reason, ended."""

import re

from sqlalchemy import select

from kb.db import Database
from kb.models import AuditRecord, Call, SearchRecord
from kb.services.requests import caller_history
from kb.terms import Role
from tests.web.agent_desk.conftest import WAITING, Desk, Library
from tests.web.conftest import Login, ManualClock

PHONE = "13800001234"


def calls_of(database: Database) -> list[Call]:
    with database.reading() as session:
        return list(session.scalars(select(Call).order_by(Call.id)))


def take_call(desk: Desk, caller: str = PHONE, call_id: str = "PBX-1") -> None:
    answer = desk.client.get("/desk", query_string={"caller": caller, "call_id": call_id})
    assert answer.status_code == 303
    assert answer.location == "/desk"  # no number stays in the address bar


def test_the_phone_system_opens_a_call_once(desk: Desk, database: Database):
    take_call(desk)
    take_call(desk)
    (call,) = calls_of(database)
    assert (call.caller_phone, call.external_id, call.ended_at) == (PHONE, "PBX-1", None)


def test_another_call_ends_the_one_left_open_and_says_so(desk: Desk, database: Database):
    take_call(desk)
    take_call(desk, "13900005678", "PBX-2")
    first, second = calls_of(database)
    assert first.ended_at is not None
    assert second.ended_at is None
    assert "上一通来电（138****1234）没有结束" in desk.page()


def test_a_wrong_number_is_refused_with_a_sentence(desk: Desk, database: Database):
    answer = desk.client.get("/desk", query_string={"caller": "<script>"})
    assert answer.status_code == 422
    assert "来电号码只能有数字" in answer.text
    assert calls_of(database) == []


def test_the_number_is_masked_and_shown_for_a_reason_on_record(desk: Desk, database: Database):
    take_call(desk)
    assert "138****1234" in desk.page()
    assert PHONE not in desk.page()
    (call,) = calls_of(database)
    refused = desk.post(f"/desk/calls/{call.id}/phone", reason="")
    assert refused.status_code == 422
    assert PHONE not in refused.text
    shown = desk.post(f"/desk/calls/{call.id}/phone", reason="来电中断，需要回拨")
    assert shown.get_json() == {"phone": PHONE, "seconds": 60}
    with database.reading() as session:
        (row,) = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "call.show_phone")
        ).all()
        assert row.object_id == str(call.id)
        assert row.detail == {"reason": "来电中断，需要回拨"}


def test_another_agent_sees_nothing_of_the_call(desk: Desk, database: Database, login_as: Login):
    take_call(desk)
    (call,) = calls_of(database)
    other = Desk(login_as(Role.AGENT, name="zuoxi2"))
    for path in ("phone", "draft", "end"):
        answer = other.post(f"/desk/calls/{call.id}/{path}", reason="好奇", query="")
        assert answer.status_code == 404
    assert calls_of(database)[0].ended_at is None


def test_what_is_typed_comes_back_after_a_crash(desk: Desk, database: Database):
    take_call(desk)
    call_id = desk.hidden("call_id")
    saved = desk.post(
        f"/desk/calls/{call_id}/draft",
        query=WAITING,
        purpose="complaint",
        title="补缴等待",
        content="来电人很着急\x00，<b>孩子住院</b>",
        requester_name="李某",
        region="临江区",
        is_confidential="1",
    )
    assert saved.status_code == 200
    page = desk.page()
    assert f'value="{WAITING}"' in page
    assert "来电人很着急，&lt;b&gt;孩子住院&lt;/b&gt;</textarea>" in page
    assert 'value="补缴等待"' in page
    assert re.search(r'name="region"[^>]* value="临江区"', page)
    assert 'value="complaint" data-limit="5 工作日" checked' in page
    assert 'name="is_confidential" value="1" form="reg" checked' in page


def test_text_written_before_the_call_becomes_its_draft(desk: Desk, database: Database):
    desk.post("/desk/calls", as_script=False, caller="", query="医保怎么补", content="先写的内容")
    assert "先写的内容</textarea>" in desk.page()


def test_a_call_without_outcome_leaves_its_last_question(desk: Desk, database: Database):
    take_call(desk)
    call_id = desk.hidden("call_id")
    desk.post(f"/desk/calls/{call_id}/draft", query=f"{WAITING} {PHONE}")
    ended = desk.post(f"/desk/calls/{call_id}/end", as_script=False)
    assert ended.status_code == 303
    with database.reading() as session:
        (row,) = session.scalars(select(SearchRecord)).all()
    assert row.led_to == "none"
    assert row.call_id == int(call_id)
    assert row.query == f"{WAITING} 138****1234"
    assert row.answered is True


def test_a_call_with_an_outcome_leaves_only_that(desk: Desk, database: Database):
    take_call(desk)
    desk.adopt()
    desk.post(f"/desk/calls/{desk.hidden('call_id')}/end", as_script=False, query=WAITING)
    with database.reading() as session:
        assert [row.led_to for row in session.scalars(select(SearchRecord))] == ["adopted"]


def test_a_call_ends_once(desk: Desk):
    take_call(desk)
    call_id = desk.hidden("call_id")
    assert desk.post(f"/desk/calls/{call_id}/end").status_code == 200
    assert desk.post(f"/desk/calls/{call_id}/end").status_code == 409


def test_the_callers_history_is_shown_but_not_anothers_confidential_words(
    desk: Desk, database: Database, clock: ManualClock, login_as: Login
):
    other = Desk(login_as(Role.AGENT, name="zuoxi2"))
    take_call(other, PHONE, "PBX-7")
    other.adopt(title="不想让人知道的事", is_confidential="1")
    clock.forward(minutes=20)
    take_call(desk)
    page = desk.page()
    assert "90 天 1 次" in page
    assert "保密诉求，内容不显示" in page
    assert "不想让人知道的事" not in page
    with database.reading() as session:
        key = b"another key"
        assert caller_history(session, PHONE, key, since=clock()) == []


def test_the_state_gives_the_running_call_and_a_fresh_form_token(desk: Desk, clock: ManualClock):
    take_call(desk)
    clock.forward(seconds=95)
    state = desk.client.get("/desk/state").get_json()
    assert state["call"]["elapsed_seconds"] == 95
    assert len(state["csrf_token"]) > 20


def test_a_lost_log_in_is_401_json_for_the_script(app, library: Library):
    answer = app.test_client().get("/desk/search?q=x", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.get_json()["error"]["code"] == "not_logged_in"


def test_a_notice_with_a_place_stands_on_the_strip(desk: Desk):
    page = desk.page()
    assert "江北路计划停水通知" in page
    assert "江北路、渡口街" in page
    assert "江北路计划停水通知" in desk.client.get("/desk/notices").text
