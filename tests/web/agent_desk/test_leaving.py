"""Log-out in the middle of a call: asked first, on a page that needs no script."""

from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import Database
from kb.models import Call, SearchRecord
from tests.web.agent_desk.conftest import Desk


def submit(desk: Desk, path: str, **form: str) -> TestResponse:
    return desk.post(path, as_script=False, **form)


def is_logged_in(desk: Desk) -> bool:
    return desk.client.get("/account").status_code == 200


def only_call(database: Database) -> Call:
    with database.reading() as session:
        return session.scalars(select(Call)).one()


def test_a_running_call_is_asked_about_and_goes_on(desk: Desk, database: Database):
    desk.client.get("/desk?caller=13800001234&call_id=L-1")
    asked = submit(desk, "/logout")
    assert asked.status_code == 200
    assert "您还有一通电话没有结束" in asked.text
    assert "结束并退出" in asked.text
    assert 'href="/desk"' in asked.text
    assert is_logged_in(desk)
    assert only_call(database).ended_at is None


def test_who_means_it_ends_the_call_and_is_logged_out(desk: Desk, database: Database):
    desk.client.get("/desk?caller=13800001234&call_id=L-2")
    call = only_call(database)
    submit(desk, f"/desk/calls/{call.id}/draft", query="补缴医保")
    form = {"csrf_token": desk.hidden("csrf_token"), "leaves": "1"}
    ended = desk.client.post(f"/desk/calls/{call.id}/end", data=form)
    # The browser sends the same form on.
    assert (ended.status_code, ended.location) == (307, "/logout")
    assert desk.client.post(ended.location, data=form).location == "/login"
    assert not is_logged_in(desk)
    assert only_call(database).ended_at is not None
    with database.reading() as session:
        assert session.scalars(select(SearchRecord.led_to)).all() == ["none"]


def test_a_caller_who_waits_is_asked_about_too(desk: Desk, database: Database):
    desk.client.get("/desk?caller=13800001234&call_id=L-3")
    submit(desk, f"/desk/calls/{only_call(database).id}/hold")
    asked = submit(desk, "/logout")
    assert "还有 1 位来电人在保持" in asked.text
    assert "仍要退出" in asked.text
    assert submit(desk, "/logout", leaves="1").location == "/login"
    call = only_call(database)
    assert call.ended_at is None
    assert call.held_at is not None


def test_nobody_without_a_call_is_asked(desk: Desk):
    assert submit(desk, "/logout").location == "/login"
