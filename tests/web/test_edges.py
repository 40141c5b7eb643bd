"""Odd ids and odd characters: an unknown address or stored text, never a fault."""

import re

from flask import Flask

from kb.db import Database
from kb.models import Unit
from kb.terms import Role
from tests.web.conftest import Login, csrf_token

HUGE = str(2**63)


def test_an_id_no_row_can_have_is_an_unknown_address(app: Flask, login_as: Login) -> None:
    client = login_as(*Role)
    rules = [rule for rule in app.url_map.iter_rules() if "<int:" in rule.rule]
    assert len(rules) > 20
    for rule in rules:
        path = re.sub(r"<int:\w+>", HUGE, rule.rule)
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = client.open(path, method=method)
            assert answer.status_code in (404, 405), (method, path)


def test_nul_does_not_reach_the_database(
    app: Flask, database: Database, login_as: Login, unit: Unit
) -> None:
    client = login_as(Role.ADMIN)
    form = {
        "name": "澜川市\0供电公司",
        "kind": "国有企业",
        "csrf_token": csrf_token(client, "/admin"),
    }
    assert client.post("/admin/units", data=form).status_code == 302
    assert client.get("/admin?q=a%00b").status_code == 200
    with database.reading() as session:
        names = [one.name for one in session.query(Unit).order_by(Unit.id)]
    assert names == [unit.name, "澜川市供电公司"]
