"""Log-in, log-out, expiry, and the form that is not lost."""

import html
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import AuditRecord, LoginSession, Unit, User
from kb.terms import Role
from tests.web.conftest import PASSWORD, Login, ManualClock, csrf_token, log_in, make_user


def _try(client: FlaskClient, password: str, username: str = "agent") -> tuple[int, str]:
    form = {"csrf_token": csrf_token(client), "username": username, "password": password}
    answer = client.post("/login", data=form)
    return answer.status_code, answer.text


def test_log_in_leads_to_the_persons_room(login_as: Login) -> None:
    browser = login_as(Role.AGENT)
    answer = browser.get("/login")
    assert answer.location == "/desk"
    assert browser.get("/account").status_code == 200


def test_a_wrong_password_counts_and_locks(
    client: FlaskClient, database: Database, clock: ManualClock
) -> None:
    make_user(database, clock, Role.AGENT)
    for _ in range(5):
        assert _try(client, "wrong-Pass1")[0] == 401
    assert _try(client, PASSWORD)[0] == 401
    clock.forward(minutes=15)
    assert _try(client, PASSWORD)[0] == 302


def test_unknown_and_known_read_the_same(
    client: FlaskClient, database: Database, clock: ManualClock
) -> None:
    make_user(database, clock, Role.AGENT)
    pages = [_try(client, "wrong-Pass1", name)[1] for name in ("agent", "nobody")]
    said = {re.search("没有登录成功</b><br>(.+?)</div>", page).group(1) for page in pages}  # type: ignore[union-attr]
    assert len(said) == 1


def test_the_cookie_is_a_secret_that_changes_with_every_log_in(
    app: Flask, database: Database, clock: ManualClock
) -> None:
    make_user(database, clock, Role.AGENT)
    client = app.test_client()
    client.set_cookie("yingda_login", "chosen-by-an-attacker")
    secrets = []
    for _ in range(2):
        form = {"csrf_token": csrf_token(app.test_client()), "username": "agent"}
        form["csrf_token"] = csrf_token(client) if not secrets else _token_of(client)
        answer = client.post("/login", data=form | {"password": PASSWORD})
        header = next(h for h in answer.headers.getlist("Set-Cookie") if "yingda_login=" in h)
        assert "HttpOnly" in header and "SameSite=Lax" in header and "Path=/" in header
        secrets.append(header.split("=", 1)[1].split(";", 1)[0])
    assert len(set(secrets)) == 2
    with database.reading() as session:
        rows = session.scalars(select(LoginSession).order_by(LoginSession.created_at)).all()
    assert not {row.id for row in rows} & set(secrets)
    assert sorted(row.ended_at is None for row in rows) == [False, True]  # the first has ended


def _token_of(client: FlaskClient) -> str:
    return csrf_token(client, "/password")


def test_log_out_ends_the_session_on_the_server(login_as: Login, app: Flask) -> None:
    browser = login_as(Role.AGENT)
    cookie = browser.get_cookie("yingda_login")
    assert cookie is not None
    token = csrf_token(browser, "/account")
    assert browser.get("/logout").status_code == 405
    assert browser.post("/logout", data={"csrf_token": token}).location == "/login"
    thief = app.test_client()
    thief.set_cookie("yingda_login", cookie.value)
    assert thief.get("/account").location == "/login?next=/account"


def test_idle_and_absolute_time_end_a_session(login_as: Login, clock: ManualClock) -> None:
    browser = login_as(Role.AGENT)
    for _ in range(16):  # used every 29 minutes: 7 h 44
        clock.forward(minutes=29)
        assert browser.get("/account").status_code == 200
    clock.forward(minutes=29)
    assert browser.get("/account").status_code == 302
    other = login_as(Role.EDITOR)
    clock.forward(minutes=30)
    assert other.get("/account").status_code == 302


def test_last_seen_is_not_written_on_every_click(
    login_as: Login, database: Database, clock: ManualClock
) -> None:
    browser = login_as(Role.AGENT)
    began = clock()
    clock.forward(seconds=59)
    browser.get("/account")
    with database.reading() as session:
        assert session.scalars(select(LoginSession.last_seen_at)).one() == began
    clock.forward(seconds=1)
    browser.get("/account")
    with database.reading() as session:
        assert session.scalars(select(LoginSession.last_seen_at)).one() == clock()


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [
        ("/account", "/account"),
        ("/desk?caller=1", "/desk?caller=1"),
        ("//evil.example", "/desk"),
        ("/\\evil.example", "/desk"),
        ("https://evil.example/", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("/a\r\nSet-Cookie: x=1", "/desk"),
        ("", "/desk"),
    ],
)
def test_next_stays_on_this_host(
    client: FlaskClient, database: Database, clock: ManualClock, target: str, goes_to: str
) -> None:
    make_user(database, clock, Role.AGENT)
    form = {"csrf_token": csrf_token(client), "username": "agent", "password": PASSWORD}
    assert client.post("/login", data=form | {"next": target}).location == goes_to


def test_an_initial_password_must_be_changed_first(
    client: FlaskClient, database: Database, clock: ManualClock
) -> None:
    user = make_user(database, clock, Role.AGENT)
    with database.unit_of_work() as session:
        session.get_one(User, user.id).must_change_password = True
    log_in(client, "agent")
    assert client.get("/desk").location == "/password"
    token = csrf_token(client, "/password")
    form = {"csrf_token": token, "old": PASSWORD, "password": "weak", "again": "weak"}
    refused = client.post("/password", data=form)
    assert refused.status_code == 422 and "密码太短" in refused.text
    form |= {"password": "Xin-Mima-88", "again": "Xin-Mima-88"}
    assert client.post("/password", data=form).location == "/desk"
    assert client.get("/account").status_code == 200


# ---- a form sent after the log-in expired ----

TEXT = '二次供水 <script>alert("1")</script>\n请在 3 日内 & 尽快'


def _expired_post(browser: FlaskClient, clock: ManualClock, **form: str) -> str:
    token = csrf_token(browser, "/admin/units")
    clock.forward(minutes=31)
    headers = {"Origin": "http://localhost"}
    answer = browser.post("/admin/units", data={"csrf_token": token, **form}, headers=headers)
    assert answer.status_code == 401
    return answer.text


def test_an_expired_form_is_kept_and_sent_again(
    login_as: Login, clock: ManualClock, database: Database
) -> None:
    browser = login_as(Role.ADMIN)
    page = _expired_post(browser, clock, name="澜川市水务局", kind="市直部门", password="p")
    assert "登录已过期，您填写的内容没有丢失" in page
    kept = html.unescape(re.search('name="kept_form" value="(.*?)"', page).group(1))  # type: ignore[union-attr]
    assert "password" not in kept and "csrf_token" not in kept
    form = {
        "csrf_token": csrf_token(browser),
        "username": "admin",
        "password": PASSWORD,
        "kept_form": kept,
    }
    confirm = browser.post("/login", data=form)
    assert confirm.status_code == 200 and "继续提交" in confirm.text
    assert '<input type="hidden" name="name" value="澜川市水务局">' in confirm.text
    token = re.findall('name="csrf_token" value="(.*?)"', confirm.text)[-1]
    again = browser.post(
        "/admin/units", data={"csrf_token": token, "name": "澜川市水务局", "kind": "市直部门"}
    )
    assert again.location == "/admin/units"
    with database.reading() as session:
        assert session.scalars(select(Unit.name).where(Unit.name == "澜川市水务局")).one()


def test_a_kept_form_is_escaped(login_as: Login, clock: ManualClock) -> None:
    page = _expired_post(login_as(Role.ADMIN), clock, name=TEXT)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_form_over_a_megabyte_is_said_not_to_be_kept(login_as: Login, clock: ManualClock) -> None:
    page = _expired_post(login_as(Role.ADMIN), clock, name="长" * 400_000)
    assert "内容太长，没有带过来" in page and "kept_form" not in page


def test_another_site_cannot_plant_a_form(client: FlaskClient) -> None:
    headers = {"Origin": "https://evil.example"}
    answer = client.post("/admin/units", data={"name": "x"}, headers=headers)
    assert answer.location == "/login"


@pytest.mark.parametrize(
    "kept",
    [
        '{"path": "https://evil.example/", "fields": []}',
        '{"path": "//evil.example/", "fields": []}',
        '{"path": "/nowhere", "fields": []}',
        '{"path": "/password", "fields": []}',
        '{"path": "/admin/units", "fields": [["csrf_token", "x"]]}',
        '{"path": 5}',
        "[1]",
        "nonsense",
    ],
)
def test_a_forged_kept_form_is_ignored(
    client: FlaskClient, database: Database, clock: ManualClock, kept: str
) -> None:
    make_user(database, clock, Role.ADMIN)
    form = {"csrf_token": csrf_token(client), "username": "admin", "password": PASSWORD}
    assert client.post("/login", data=form | {"kept_form": kept}).status_code == 302


def test_log_ins_are_audited(login_as: Login, database: Database) -> None:
    login_as(Role.AGENT)
    with database.reading() as session:
        actions = session.scalars(select(AuditRecord.action).order_by(AuditRecord.id)).all()
    assert actions == ["user_created", "login"]
