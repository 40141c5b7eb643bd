"""The page of a unit's roster: kept by its reviewer, read by the centre, closed to other units."""

import pytest

from kb.db import Database
from kb.models import Unit
from kb.terms import Role
from tests.web.conftest import Login, csrf_token

SHIFT = {
    "first": "2026-05-07",
    "last": "2026-05-09",
    "period": "night",
    "name": "王建国",
    "shift_phone": "0999-8800123",
}


def test_a_reviewer_keeps_the_roster(login_as: Login, unit: Unit):
    browser = login_as(Role.UNIT_REVIEWER)
    home = f"/duty/{unit.id}"
    assert browser.get("/duty/").headers["Location"] == home
    form = SHIFT | {"csrf_token": csrf_token(browser, home)}
    assert browser.post(f"{home}/shifts", data=form).status_code == 302
    page = browser.get(home).text
    assert page.count("<td>王建国</td>") == 3
    assert "2026-05-09 周六" in page
    assert "此刻没有人值班" in page  # it is Thursday 10:24
    # The same again adds nothing; a wrong one comes back as it was typed.
    browser.post(f"{home}/shifts", data=form)
    assert browser.get(home).text.count("<td>王建国</td>") == 3
    wrong = browser.post(f"{home}/shifts", data=form | {"shift_phone": "没有", "name": "李海"})
    assert wrong.status_code == 422
    assert "请写明能打通的电话" in wrong.text
    assert 'value="李海"' in wrong.text
    token = {"csrf_token": form["csrf_token"]}
    assert browser.post("/duty/shifts/1/remove", data=token).status_code == 302
    assert browser.get(home).text.count("<td>王建国</td>") == 2


def test_serving_always_shows_the_number_and_refuses_an_older_page(login_as: Login, unit: Unit):
    browser = login_as(Role.UNIT_REVIEWER)
    home = f"/duty/{unit.id}"
    form = {"always": "1", "phone": "0999-96116", "rev": "0"}
    form["csrf_token"] = csrf_token(browser, home)
    assert browser.post(f"{home}/service", data=form).status_code == 302
    assert "7×24 值守" in browser.get(home).text
    assert browser.post(f"{home}/service", data=form).status_code == 409


def test_leaders_are_named_and_ended(login_as: Login, unit: Unit):
    browser = login_as(Role.ADMIN)
    home = f"/duty/{unit.id}"
    form = {"level": "1", "leader": "周局长", "post": "局长", "email": "zhou@lanchuan.example"}
    form["csrf_token"] = csrf_token(browser, home)
    assert browser.post(f"{home}/leaders", data=form | {"email": "不是"}).status_code == 422
    assert browser.post(f"{home}/leaders", data=form).status_code == 302
    assert "zhou@lanchuan.example" in browser.get(home).text
    token = {"csrf_token": form["csrf_token"]}
    assert browser.post("/duty/leaders/1/end", data=token).status_code == 302
    assert "zhou@lanchuan.example" not in browser.get(home).text


def test_others_read_or_see_nothing(login_as: Login, unit: Unit, database: Database):
    with database.unit_of_work() as session:
        other = Unit(name="澜川供热公司")
        session.add(other)
    dispatcher = login_as(Role.DISPATCHER)
    page = dispatcher.get(f"/duty/{unit.id}")
    assert page.status_code == 200
    assert "添加领导" not in page.text
    stranger = login_as(Role.UNIT_REVIEWER, unit_id=other.id, name="stranger")
    assert stranger.get(f"/duty/{unit.id}").status_code == 404
    form = SHIFT | {"csrf_token": csrf_token(stranger, f"/duty/{other.id}")}
    assert stranger.post(f"/duty/{unit.id}/shifts", data=form).status_code == 404
    assert login_as(Role.AGENT).get(f"/duty/{unit.id}").status_code == 403


@pytest.mark.parametrize("period", ["", "noon"])
def test_an_unknown_period_is_refused(login_as: Login, unit: Unit, period: str):
    browser = login_as(Role.ADMIN)
    form = SHIFT | {"period": period, "csrf_token": csrf_token(browser, f"/duty/{unit.id}")}
    assert browser.post(f"/duty/{unit.id}/shifts", data=form).status_code == 422


def test_the_centre_opens_on_the_first_unit_with_a_roster(
    login_as: Login, unit: Unit, database: Database
) -> None:
    with database.unit_of_work() as session:
        centre = Unit(name="《热线中心》")  # before every other by name
        session.add(centre)
    dispatcher = login_as(Role.DISPATCHER, unit_id=centre.id)
    opened = dispatcher.get("/duty/").headers["Location"]
    assert "还没有单位排班" in dispatcher.get(opened).text
    reviewer = login_as(Role.UNIT_REVIEWER, unit_id=unit.id, name="keeper")
    home = f"/duty/{unit.id}"
    assert reviewer.get("/duty/").headers["Location"] == home
    form = SHIFT | {"csrf_token": csrf_token(reviewer, home)}
    assert reviewer.post(f"{home}/shifts", data=form).status_code == 302
    assert dispatcher.get("/duty/").headers["Location"] == home
    page = dispatcher.get(home).text
    assert "还没有单位排班" not in page
    assert f"{centre.name}（未排班）" in page


def test_the_centre_sees_at_a_glance_who_answers_now(
    login_as: Login, unit: Unit, database: Database
) -> None:
    with database.unit_of_work() as session:
        idle = Unit(name="澜川供热公司")
        session.add(idle)
    admin, dispatcher = login_as(Role.ADMIN), login_as(Role.DISPATCHER, name="paidan")
    page = dispatcher.get(f"/duty/{idle.id}").text
    assert "此刻没有单位值班" in page
    home = f"/duty/{unit.id}"
    form = {"always": "1", "phone": "0999-8800123", "rev": "0"}
    token = {"csrf_token": csrf_token(admin, home)}
    assert admin.post(f"{home}/service", data=form | token).status_code == 302
    listed = dispatcher.get(f"/duty/{idle.id}").text
    listed = listed[listed.index('id="d-all"') :].split("</section>")[0]
    assert unit.name in listed and "0999-8800123" in listed
    assert idle.name not in listed
    # A unit's people see their own roster alone.
    clerk = login_as(Role.UNIT_CLERK, unit_id=unit.id, name="clerk")
    assert 'id="d-all"' not in clerk.get(home).text
