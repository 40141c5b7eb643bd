"""A form from a page older than the log-in: shown whole, and sent again with one press."""

import html
import io
import re

from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import CitizenRequest, Unit, User
from kb.terms import Role
from tests.web.conftest import PASSWORD, Login, ManualClock, csrf_token, make_user

OURS = {"Origin": "http://localhost"}
OLD = {"csrf_token": "of-an-older-page"}


def _sent_again(client: FlaskClient, page: str) -> tuple[str, dict[str, str]]:
    """Where the form of the page goes and what it carries."""
    form = re.search(
        r'<form class="panel narrow" method="post" action="(.*?)"(.*?)</form>', page, re.S
    )
    assert form is not None
    fields = re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', form[2], re.S)
    return html.unescape(form[1]), {name: html.unescape(value) for name, value in fields}


def test_a_question_of_the_public_is_not_lost(client: FlaskClient, database: Database) -> None:
    csrf_token(client, "/ask")
    typed = {
        "token": "a" * 24,
        "title": "小区半夜施工",
        "content": "每晚十一点以后还在打桩 <b>吵</b>",
        "purpose": "complaint",
        "requester_phone": "13800000000",
    }
    late = client.post("/ask", data=OLD | typed, headers=OURS)
    assert late.status_code == 400
    assert late.headers["Cache-Control"] == "no-store"
    assert "还没有提交" in late.text
    assert "每晚十一点以后还在打桩 &lt;b&gt;吵&lt;/b&gt;" in late.text
    assert f'class="kept">{"a" * 24}' not in late.text
    assert 'class="kept">complaint' not in late.text
    path, fields = _sent_again(client, late.text)
    assert path == "/ask"
    assert {name: fields[name] for name in typed} == typed
    sent = client.post(path, data=fields, headers=OURS)
    assert sent.status_code == 200
    with database.reading() as session:
        assert session.scalars(select(CitizenRequest.title)).all() == ["小区半夜施工"]


def test_a_form_of_staff_is_not_lost(login_as: Login, database: Database) -> None:
    browser = login_as(Role.ADMIN)
    csrf_token(browser, "/admin/units")
    form = {"name": "澜川市水务局", "kind": "市直部门"}
    late = browser.post("/admin/units?from=1", data=OLD | form, headers=OURS)
    path, fields = _sent_again(browser, late.text)
    assert path == "/admin/units?from=1"
    assert browser.post(path, data=fields, headers=OURS).status_code in (302, 303)
    with database.reading() as session:
        assert session.scalars(select(Unit.name).where(Unit.name == "澜川市水务局")).one()


def test_a_moment_is_shown_as_one_reads_it(login_as: Login) -> None:
    form = OLD | {"text": "城东停水", "ends_at": "2026-05-07T20:00"}
    page = login_as(Role.SUPERVISOR).post("/supervise/guidance", data=form, headers=OURS).text
    assert '<p class="kept">2026-05-07 20:00</p>' in page
    assert 'name="ends_at" value="2026-05-07T20:00"' in page


def test_files_are_named_to_be_chosen_again(login_as: Login) -> None:
    browser = login_as(Role.ADMIN)
    form = OLD | {"note": "新版说明", "table": (io.BytesIO(b"x"), "单位.xlsx")}
    page = browser.post("/admin/units/import", data=form, headers=OURS).text
    assert 'enctype="multipart/form-data"' in page
    assert "请重新选择：单位.xlsx" in page
    assert re.search(r'type="file" name="table"', page)


def test_passwords_are_never_shown_again(login_as: Login) -> None:
    browser = login_as(Role.AGENT)
    form = OLD | {"old": PASSWORD, "password": "Neues-2026-Wort", "again": "Neues-2026-Wort"}
    late = browser.post("/password", data=form, headers=OURS)
    assert (late.status_code, late.location) == (303, "/password")
    page = browser.get("/password").text
    assert "页面停留太久，为安全起见没有提交，请重新填写。" in page
    assert "Neues-2026-Wort" not in page


def test_a_log_in_from_an_old_page_asks_for_the_password_only(
    client: FlaskClient, database: Database, clock: ManualClock
) -> None:
    make_user(database, clock, Role.ADMIN)
    kept = '{"path": "/admin/units", "fields": [["name", "澜川市水务局"]]}'
    form = {"username": "admin", "password": PASSWORD, "next": "/admin/units", "kept_form": kept}
    late = client.post("/login", data=OLD | form, headers=OURS)
    assert late.status_code == 400
    assert "页面停留太久，请再输一次密码" in late.text
    assert 'value="admin"' in late.text and 'name="next" value="/admin/units"' in late.text
    assert "澜川市水务局" in html.unescape(late.text)
    assert PASSWORD not in late.text
    with database.reading() as session:
        assert session.scalars(select(User.failed_logins)).one() == 0


def test_another_site_gets_no_form_back(login_as: Login) -> None:
    browser = login_as(Role.ADMIN)
    for headers in (
        {"Origin": "https://evil.example"},
        {},
        OURS | {"Sec-Fetch-Site": "cross-site"},
    ):
        late = browser.post("/admin/units", data=OLD | {"name": "外来"}, headers=headers)
        assert late.status_code == 400
        assert "外来" not in late.text


def test_a_script_is_told_in_its_own_words(login_as: Login) -> None:
    headers = OURS | {"Accept": "application/json"}
    late = login_as(Role.ADMIN).post("/admin/units", data=OLD | {"name": "x"}, headers=headers)
    assert late.get_json()["error"]["code"] == "csrf"
