"""初次开通: the code from the terminal makes one administrator, once."""

from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import User
from kb.services.first_run import new_code
from tests.web.conftest import PASSWORD, csrf_token, log_in


def test_the_code_makes_the_first_administrator_once(
    client: FlaskClient, database: Database
) -> None:
    with database.unit_of_work() as session:
        code = new_code(session)
    assert client.get("/login").location == "/first-run"
    form = {
        "csrf_token": csrf_token(client, "/first-run"),
        "code": "0000-000",
        "name": "何平",
        "username": "admin",
        "password": PASSWORD,
        "again": PASSWORD,
    }
    wrong = client.post("/first-run", data=form)
    assert wrong.status_code == 403 and "开通码不对" in wrong.text and "何平" in wrong.text
    two = client.post("/first-run", data=form | {"again": "x"}).text
    assert "开通码不对" in two and "两次输入的密码不一样" in two
    form["code"] = f" {code[:4]} {code[5:]} "  # typed off the terminal
    differs = client.post("/first-run", data=form | {"again": "x"})
    assert differs.status_code == 422 and "两次输入的密码不一样" in differs.text
    weak = client.post("/first-run", data=form | {"password": "abc", "again": "abc"})
    assert weak.status_code == 422 and "密码太短" in weak.text
    assert client.post("/first-run", data=form).status_code == 302
    with database.reading() as session:
        assert session.scalars(select(User)).one().roles == ["admin"]
    again = client.post("/first-run", data=form | {"username": "second"})
    assert again.status_code == 403 and "已经开通过了" in again.text
    log_in(client, "admin")
    assert client.get("/first-run").status_code == 302
