"""管理: people, units, tokens and the audit record through their pages."""

import io
import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import Database
from kb.models import ApiToken, Unit, User
from kb.terms import Role
from tests.web.conftest import PASSWORD, Login, csrf_token, log_in
from webapp.settings import Settings


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


def _seen(browser: FlaskClient, path: str) -> str:
    """What the form on a page was made from."""
    return browser.get(path).text.split('name="seen" value="', 1)[1].split('"', 1)[0]


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
        "seen": _seen(browser, f"/admin/units/{unit.id}"),
    }
    assert browser.post(f"/admin/units/{unit.id}", data=form).status_code == 302
    with database.reading() as session:
        kept = session.get_one(Unit, unit.id)
        assert (kept.needs_second_reviewer, kept.submitters) == (True, "reviewers")
        assert (kept.review_months, kept.correction_limit) == (12, "4 小时")
    assert browser.post(f"/admin/units/{unit.id}", data=form).status_code == 409
    form["seen"] = _seen(browser, f"/admin/units/{unit.id}")
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
    form |= {"seen": _seen(browser, f"/admin/units/{unit.id}"), "confirmed": "1"}
    refused = browser.post(f"/admin/units/{unit.id}", data=form)
    assert refused.status_code == 422 and "不能是自己或自己的下级" in refused.text
    form |= {"parent_id": "", "name": "澜川市教育和体育局", "confirmed": ""}
    asked = browser.post(f"/admin/units/{unit.id}", data=form)
    assert asked.status_code == 200 and "改名为“澜川市教育和体育局”" in asked.text
    with database.reading() as session:
        assert session.get_one(Unit, unit.id).name == "澜川市教育局"
    form["confirmed"] = "1"
    assert browser.post(f"/admin/units/{unit.id}", data=form).status_code == 302
    assert "澜川市教育和体育局" in browser.get("/admin/units").text


def test_people_come_from_a_table_wholly_or_not_at_all(
    login_as: Login, database: Database, unit: Unit
) -> None:
    browser = login_as(Role.ADMIN)
    token = csrf_token(browser, "/admin/people/import")
    lines = (
        "姓名,用户名,单位,角色,邮箱",
        "陈晓,0218,热线中心,坐席,",
        f"王敏,wangmin,{unit.name},单位经办、单位审核,wm@example.gov.cn",
        "李强,ADMIN,,坐席,",
        "赵倩,zhaoqian,市没有局,坐席,",
        "孙莉,孙,,总管,不是邮箱",
    )

    def tried(*rows: str) -> TestResponse:
        table = (io.BytesIO("\n".join(rows).encode()), "人员.csv")
        form = {"csrf_token": token, "table": table}
        return browser.post("/admin/people/import/try", data=form)

    bad = tried(*lines)
    assert bad.status_code == 422 and "5 处不对，一行都没有导入" in bad.text
    for row, column, value in (
        (4, "用户名", "ADMIN"),
        (5, "单位", "市没有局"),
        (6, "角色", "总管"),
        (6, "用户名", "孙"),
        (6, "邮箱", "不是邮箱"),
    ):
        cells = f'<td class="r num">{row}</td><td class="nb">{column}</td><td>{value}</td>'
        assert cells in bad.text
    good = tried(*lines[:3])
    assert good.status_code == 200 and "将添加 <span" in good.text
    rows = unescape(good.text.split('name="rows" value="', 1)[1].split('"', 1)[0])
    added = browser.post("/admin/people/import", data={"csrf_token": token, "rows": rows})
    assert added.status_code == 200, added.text
    once = re.findall("<code>(.+?)</code>", added.text)
    with database.reading() as session:
        user = session.scalars(select(User).where(User.username == "wangmin")).one()
        assert (user.roles, user.unit_id) == (["unit_clerk", "unit_reviewer"], unit.id)
        assert (user.email, user.must_change_password) == ("wm@example.gov.cn", True)
    assert log_in(browser.application.test_client(), "wangmin", once[1]) is not None
    again = browser.post("/admin/people/import", data={"csrf_token": token, "rows": rows})
    assert again.status_code == 422 and "一行都没有导入" in again.text
    listed = browser.get("/admin?role=unit_reviewer&state=new&sort=name").text
    assert "王敏" in listed and "陈晓" not in listed


def test_units_come_from_a_table_with_those_above_in_the_same_one(
    login_as: Login, database: Database
) -> None:
    browser = login_as(Role.ADMIN)
    token = csrf_token(browser, "/admin/units/import")

    def tried(*rows: str) -> TestResponse:
        table = (io.BytesIO("\n".join(("单位全称,类别,上级单位,简称", *rows)).encode()), "单位.csv")
        form = {"csrf_token": token, "table": table}
        return browser.post("/admin/units/import/try", data=form)

    assert "不能是自己，也不能绕回自己" in tried("甲局,市直部门,乙所,", "乙所,其他单位,甲局,").text
    # Only rows that say so are examples: the city may have just such a unit.
    assert "除了示例没有别的行" in tried("示例：市教育局,市直部门,,教育局、教委").text
    assert (
        "市招生考试中心"
        in tried("市教育局,市直部门,,教育局、教委", "市招生考试中心,其他单位,市教育局,考试院").text
    )
    good = tried("云岭街道办,街道,云北区政府,云岭", "云北区政府,县区,,")
    rows = unescape(good.text.split('name="rows" value="', 1)[1].split('"', 1)[0])
    form = {"csrf_token": token, "rows": rows}
    assert browser.post("/admin/units/import", data=form).location == "/admin/units"
    with database.reading() as session:
        below = session.scalars(select(Unit).where(Unit.name == "云岭街道办")).one()
        assert below.parent is not None and below.parent.name == "云北区政府"
        assert below.aliases == ["云岭"]


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


def test_settings_are_shown_with_their_source_and_no_secret(
    login_as: Login, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_RATE_LIMITS", "off")
    page = login_as(Role.ADMIN).get("/admin/settings").text
    assert "KB_SECRET_KEY" in page and settings.secret_key not in page
    assert settings.database_url not in page
    row = page.split("KB_RATE_LIMITS", 1)[1].split("</tr>", 1)[0]
    assert "环境变量" in row
    assert "默认" in page.split("KB_MAX_UPLOAD_MB", 1)[1].split("</tr>", 1)[0]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("单位.xlsx", b"", "《单位.xlsx》：表格是空的"),
        ("报告.docx", b"PK\x03\x04 no workbook", "《报告.docx》：不是能打开的 XLSX 表格"),
        ("装.exe", b"MZ\x90\x00\x03\x00", "《装.exe》：看不懂这个文件"),
        ("单位.csv", "单位名称\n甲局".encode(), "请用本页给的表格填写"),
    ],
)
def test_a_file_that_is_no_such_table_is_named_and_told_what_it_is(
    login_as: Login, name: str, data: bytes, sentence: str
) -> None:
    browser = login_as(Role.ADMIN)
    token = csrf_token(browser, "/admin/units/import")
    form = {"csrf_token": token, "table": (io.BytesIO(data), name)}
    answer = browser.post("/admin/units/import/try", data=form)
    assert answer.status_code == 422 and sentence in unescape(answer.text)
    none = browser.post("/admin/units/import/try", data={"csrf_token": token})
    assert none.status_code == 422 and "请先选择填好的表格" in none.text


def test_a_doubled_name_is_told_by_the_row_it_repeats(login_as: Login) -> None:
    browser = login_as(Role.ADMIN)
    token = csrf_token(browser, "/admin/units/import")
    table = (io.BytesIO("单位全称,类别\n甲局,市直部门\n甲局,市直部门".encode()), "单位.csv")
    form = {"csrf_token": token, "table": table}
    assert "和第 2 行重了" in browser.post("/admin/units/import/try", data=form).text
