"""管理: people, units, tokens and the audit record through their pages."""

import re

from sqlalchemy import select

from kb.db import Database
from kb.models import ApiToken, Unit, User
from kb.terms import Role
from tests.web.conftest import PASSWORD, Login, csrf_token, log_in


def test_a_person_is_added_with_a_password_shown_once(login_as: Login, database: Database) -> None:
    browser = login_as(Role.ADMIN)
    form = {
        "csrf_token": csrf_token(browser, "/admin"),
        "name": "陈晓",
        "username": "0217",
        "roles": ["agent", "editor"],
        "unit_id": "",
    }
    page = browser.post("/admin/people", data=form)
    once = re.search('class="once">(.+?)<', page.text).group(1)  # type: ignore[union-attr]
    with database.reading() as session:
        user = session.scalars(select(User).where(User.username == "0217")).one()
    assert (user.roles, user.must_change_password) == (["agent", "editor"], True)
    assert once not in browser.get(f"/admin/people/{user.id}").text
    other = browser.application.test_client()
    assert log_in(other, "0217", once).get("/desk").location == "/password"


def test_wrong_fields_come_back_with_what_was_typed(login_as: Login) -> None:
    browser = login_as(Role.ADMIN)
    form = {"csrf_token": csrf_token(browser, "/admin"), "name": "陈晓", "username": "陈"}
    page = browser.post("/admin/people", data=form)
    assert page.status_code == 422
    assert 'value="陈晓"' in page.text and "至少选一个角色" in page.text
    taken = form | {"username": "admin", "roles": "agent"}
    assert browser.post("/admin/people", data=taken).status_code == 409


def test_disabling_ends_the_session_at_once(login_as: Login, database: Database) -> None:
    agent, admin = login_as(Role.AGENT), login_as(Role.ADMIN)
    with database.reading() as session:
        user_id = session.scalars(select(User.id).where(User.username == "agent")).one()
    token = csrf_token(admin, f"/admin/people/{user_id}")
    form = {"csrf_token": token, "active": "0"}
    assert admin.post(f"/admin/people/{user_id}/active", data=form).status_code == 302
    assert agent.get("/account").location == "/login?next=/account"


def test_a_unit_s_own_rules_are_kept_and_impossible_ones_refused(
    login_as: Login, database: Database, unit: Unit
) -> None:
    browser = login_as(Role.ADMIN)
    form = {
        "csrf_token": csrf_token(browser, "/admin/units"),
        "name": unit.name,
        "kind": "市直部门",
        "active": "1",
        "second_reviewer": "1",
        "submitters": "reviewers",
        "review_months": "12",
        "correction_limit": "4 小时",
    }
    assert browser.post(f"/admin/units/{unit.id}", data=form).status_code == 302
    with database.reading() as session:
        kept = session.get_one(Unit, unit.id)
        assert (kept.needs_second_reviewer, kept.submitters) == (True, "reviewers")
        assert (kept.review_months, kept.correction_limit) == (12, "4 小时")
    form |= {"no_unit_review": "1", "review_months": "一年"}
    refused = browser.post(f"/admin/units/{unit.id}", data=form)
    assert refused.status_code == 422 and "写几个月" in refused.text
    form["review_months"] = ""
    refused = browser.post(f"/admin/units/{unit.id}", data=form)
    assert refused.status_code == 422 and "必须有本单位审核" in refused.text


def test_a_unit_is_added_renamed_and_never_its_own_parent(
    login_as: Login, database: Database, unit: Unit
) -> None:
    browser = login_as(Role.ADMIN)
    form = {
        "csrf_token": csrf_token(browser, "/admin/units"),
        "name": "澜川市招生考试中心",
        "kind": "其他单位",
        "parent_id": str(unit.id),
    }
    assert browser.post("/admin/units", data=form).location == "/admin/units"
    with database.reading() as session:
        child = session.scalars(select(Unit).where(Unit.parent_id == unit.id)).one()
    form |= {"name": unit.name, "kind": "市直部门", "parent_id": str(child.id), "active": "1"}
    refused = browser.post(f"/admin/units/{unit.id}", data=form)
    assert refused.status_code == 422 and "不能是自己或自己的下级" in refused.text
    form |= {"parent_id": "", "name": "澜川市教育和体育局"}
    assert browser.post(f"/admin/units/{unit.id}", data=form).status_code == 302
    assert "澜川市教育和体育局" in browser.get("/admin/units").text


def test_a_token_is_shown_once_and_revoked(login_as: Login, database: Database) -> None:
    browser = login_as(Role.ADMIN)
    with database.reading() as session:
        user_id = session.scalars(select(User.id).order_by(User.id.desc())).first()
    token = csrf_token(browser, "/admin/tokens")
    form = {"csrf_token": token, "name": "公文系统", "user_id": user_id, "scopes": ["search"]}
    page = browser.post("/admin/tokens", data=form)
    secret = re.search('class="once">(.+?)<', page.text).group(1)  # type: ignore[union-attr]
    bearer = {"Authorization": f"Bearer {secret}"}
    outside = browser.application.test_client()
    assert outside.get("/api/v1", headers=bearer).status_code != 401
    assert secret not in browser.get("/admin/tokens").text
    with database.reading() as session:
        token_id = session.scalars(select(ApiToken.id)).one()
    browser.post(f"/admin/tokens/{token_id}/revoke", data={"csrf_token": token})
    assert outside.get("/api/v1", headers=bearer).status_code in (401, 404)


def test_the_audit_page_checks_the_chain(login_as: Login, database: Database) -> None:
    browser = login_as(Role.ADMIN)
    token = csrf_token(browser, "/admin/audit")
    whole = browser.post("/admin/audit/check", data={"csrf_token": token})
    assert "审计记录完整" in whole.text and "新增人员" in whole.text
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_record SET detail = '{}' WHERE id = 1")
    broken = browser.post("/admin/audit/check", data={"csrf_token": token})
    assert "从第 1 号起对不上" in broken.text


def test_passwords_never_appear_in_a_page(login_as: Login) -> None:
    browser = login_as(Role.ADMIN)
    for path in ("/admin", "/admin/audit", "/account"):
        assert PASSWORD not in browser.get(path).text
        assert "argon2" not in browser.get(path).text
