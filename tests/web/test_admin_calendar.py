"""The page of the working calendar: read, previewed, changed, taken back."""

import re

import pytest

from kb.calendar import seed_calendar
from kb.db import Database
from kb.terms import Role
from tests.kb.test_calendar_editing import NOTICE_2027
from tests.web.conftest import Login, csrf_token


@pytest.fixture(autouse=True)
def entered(database: Database) -> None:
    with database.unit_of_work() as session:
        seed_calendar(session)


def hidden(page: str) -> dict[str, str]:
    """The fields that the preview sends on."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_a_year_is_shown_month_by_month(login_as: Login):
    page = login_as(Role.ADMIN).get("/admin/calendar?year=2026").text
    assert page.count('<table class="cal">') == 12
    assert 'title="2026-05-09 劳动节调休上班"' in page
    assert "国务院办公厅节假日安排" in page


def test_a_year_is_previewed_entered_and_taken_back(login_as: Login):
    browser = login_as(Role.ADMIN)
    form = {
        "csrf_token": csrf_token(browser, "/admin/calendar"),
        "kind": "year",
        "year": "2027",
        "text": NOTICE_2027,
        "source": "云政办发〔2026〕9号",
    }
    preview = browser.post("/admin/calendar/preview", data=form)
    assert preview.status_code == 200
    assert "新录入 2027 年" in preview.text
    assert "2027-01-31 周日" in preview.text
    # Nothing is changed by looking, and nothing without having looked.
    assert browser.post("/admin/calendar", data=form).status_code == 409
    done = browser.post("/admin/calendar", data=form | {"token": hidden(preview.text)["token"]})
    assert done.status_code == 302
    page = browser.get(done.headers["Location"]).text
    assert "录入 2027 年：云政办发〔2026〕9号" in page
    assert 'title="2027-01-31 春节调休上班"' in page
    undo = browser.post(
        "/admin/calendar/preview",
        data={"csrf_token": form["csrf_token"], "kind": "undo", "change_id": "1"},
    )
    assert "2027 年将从日历里去掉" in undo.text
    assert browser.post("/admin/calendar", data=hidden(undo.text)).status_code == 302
    assert "已撤销" in browser.get("/admin/calendar").text


def test_a_wrong_notice_comes_back_as_it_was_typed(login_as: Login):
    browser = login_as(Role.ADMIN)
    form = {"kind": "year", "year": "2027", "text": "元旦：1月1日（周四）放假", "source": "通知"}
    form["csrf_token"] = csrf_token(browser, "/admin/calendar")
    answer = browser.post("/admin/calendar/preview", data=form)
    assert answer.status_code == 422
    assert "2027-01-01 是周五，通知里写的是周四" in answer.text
    assert "元旦：1月1日（周四）放假" in answer.text


def test_nobody_else_comes_in(login_as: Login):
    assert login_as(Role.SUPERVISOR).get("/admin/calendar").status_code == 403
