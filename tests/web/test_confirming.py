"""确认 without script: the page in between, which carries the form along."""

from html import unescape
from pathlib import Path

from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from kb.db import Database
from kb.models import ApiToken, User
from kb.terms import Role
from tests.web.conftest import Login, csrf_token

TEMPLATES = Path(__file__).parents[2] / "webapp" / "templates"
SENTENCE = "停用“外网网站”后，使用它的系统立即不能调用接口，且不能恢复。继续吗？"


def _press(browser: FlaskClient, form: html.FormElement, button: html.HtmlElement) -> object:
    """Send a form by one of its buttons, as a browser without script does."""
    fields = [(one.name, one.value) for one in form.inputs if one.get("type") == "hidden"]
    fields.append((button.get("name"), button.get("value")))
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return browser.post(form.get("action"), data=data)


def _token(browser: FlaskClient, database: Database) -> tuple[html.FormElement, html.HtmlElement]:
    with database.reading() as session:
        user_id = session.scalars(select(User.id).order_by(User.id.desc())).first()
    token = csrf_token(browser, "/admin/tokens")
    form = {"csrf_token": token, "name": "外网网站", "user_id": user_id, "scopes": ["search"]}
    browser.post("/admin/tokens", data=form)
    page = html.fromstring(browser.get("/admin/tokens").text)
    button = page.xpath("//button[@data-confirm]")[0]
    return button.getparent(), button


def _is_revoked(database: Database) -> bool:
    with database.reading() as session:
        return session.scalars(select(ApiToken)).one().revoked_at is not None


def test_what_cannot_be_undone_is_asked_first(login_as: Login, database: Database) -> None:
    browser = login_as(Role.ADMIN)
    form, button = _token(browser, database)
    asked = _press(browser, form, button)
    assert asked.status_code == 200
    assert SENTENCE in unescape(asked.text)
    assert not _is_revoked(database)
    sure = html.fromstring(asked.text).xpath("//form[.//button[@name='confirmed']]")[0]
    done = _press(browser, sure, sure.xpath(".//button")[0])
    assert done.status_code in (302, 303)
    assert _is_revoked(database)


def test_what_the_dialog_asked_is_not_asked_again(login_as: Login, database: Database) -> None:
    browser = login_as(Role.ADMIN)
    form, button = _token(browser, database)
    hidden = {one.name: one.value for one in form.inputs if one.get("type") == "hidden"}
    answer = browser.post(
        form.get("action"), data=hidden | {"ask": button.get("value"), "confirmed": "1"}
    )
    assert answer.status_code in (302, 303)
    assert _is_revoked(database)


def test_only_the_pressed_button_is_asked_for(login_as: Login) -> None:
    browser = login_as(Role.ADMIN)
    data = {
        "csrf_token": csrf_token(browser, "/admin/tokens"),
        "ask.action.publish": "直接发布<这一版>？",
        "name": ["甲", "乙"],
    }
    asked = browser.post("/admin/tokens", data=data | {"action": "publish"})
    assert "直接发布&lt;这一版&gt;？" in asked.text
    carried = html.fromstring(asked.text).xpath("//input[@name='name']/@value")
    assert carried == ["甲", "乙"]
    assert "直接发布" not in browser.post("/admin/tokens", data=data | {"action": "save"}).text


def test_nobody_sends_a_form_from_another_site(login_as: Login) -> None:
    browser = login_as(Role.ADMIN)
    assert browser.post("/admin/tokens", data={"ask": "继续吗？"}).status_code == 400


def test_the_public_is_asked_within_the_public_frame(client: FlaskClient) -> None:
    data = {"csrf_token": csrf_token(client, "/ask"), "content": "路灯不亮", "ask": "提交吗？"}
    asked = html.fromstring(client.post("/ask", data=data).text)
    assert asked.xpath("//main//h1/text()") == ["请确认"]
    ways = asked.xpath("//header[contains(@class, 'pbar')]//a/@href")
    assert {"/", "/ask", "/track"} <= set(ways)
    assert asked.xpath("//link[contains(@href, 'public') and @rel='stylesheet']")
    assert asked.xpath("//footer[contains(@class, 'pfoot')]")


def test_every_question_can_be_asked_without_script() -> None:
    own = [
        path.name
        for path in TEMPLATES.rglob("*.html")
        if path.name != "components.html" and "data-confirm" in path.read_text()
    ]
    assert own == []
