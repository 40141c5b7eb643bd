"""Log-out in the middle of a call: asked first, on a page that needs no script."""

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import Database
from kb.models import Call, SearchRecord, User
from kb.services import accounts
from kb.terms import Role
from tests.web.agent_desk.conftest import Desk
from tests.web.conftest import ManualClock, csrf_token, log_in


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


def test_a_call_ended_elsewhere_since_the_question_keeps_nobody(desk: Desk, database: Database):
    desk.client.get("/desk?caller=13800001234&call_id=L-4")
    call = only_call(database)
    submit(desk, f"/desk/calls/{call.id}/end")
    form = {"csrf_token": desk.hidden("csrf_token"), "leaves": "1"}
    ended = desk.client.post(f"/desk/calls/{call.id}/end", data=form)
    assert (ended.status_code, ended.location) == (307, "/logout")
    assert desk.client.post(ended.location, data=form).location == "/login"


def test_a_call_begun_since_the_question_is_asked_about_anew(desk: Desk, database: Database):
    desk.client.get("/desk?caller=13800001234&call_id=L-5")
    asked_about = only_call(database).id
    submit(desk, f"/desk/calls/{asked_about}/end")
    desk.client.get("/desk?caller=13800005678&call_id=L-6")
    form = {"csrf_token": desk.hidden("csrf_token"), "leaves": "1"}
    assert desk.client.post(f"/desk/calls/{asked_about}/end", data=form).location == "/logout"
    asked = desk.client.post("/logout", data=form)
    assert "您还有一通电话没有结束" in asked.text
    assert f"/desk/calls/{desk.hidden('call_id')}/end" in asked.text
    assert is_logged_in(desk)


def test_who_is_no_agent_any_more_is_not_asked(desk: Desk, database: Database, clock: ManualClock):
    desk.client.get("/desk?caller=13800001234&call_id=L-7")
    token = desk.hidden("csrf_token")
    with database.unit_of_work() as session:
        agent = session.scalars(select(User.id).join(Call, Call.agent_id == User.id)).one()
        accounts.set_roles(
            session, agent, roles=[Role.EDITOR], unit_id=None, actor_id=agent, now=clock()
        )
    assert desk.client.post("/logout", data={"csrf_token": token}).location == "/login"
    assert not is_logged_in(desk)


def test_who_must_change_the_password_first_is_not_asked(
    desk: Desk, app: Flask, database: Database, clock: ManualClock
):
    desk.client.get("/desk?caller=13800001234&call_id=L-8")
    with database.unit_of_work() as session:
        agent = session.scalars(select(User).join(Call, Call.agent_id == User.id)).one()
        name = agent.username
        password = accounts.reset_password(session, agent.id, actor_id=None, now=clock())
    browser = log_in(app.test_client(), name, password)
    form = {"csrf_token": csrf_token(browser, "/password")}
    assert browser.post("/logout", data=form).location == "/login"
    assert browser.get("/account").location.startswith("/login")


def test_a_script_is_told_whether_it_was_logged_out(desk: Desk):
    desk.client.get("/desk?caller=13800001234&call_id=L-9")
    assert "您还有一通电话没有结束" in desk.post("/logout").text
    submit(desk, f"/desk/calls/{desk.hidden('call_id')}/end")
    assert desk.post("/logout").get_json() == {"next": "/login"}
    assert not is_logged_in(desk)


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
