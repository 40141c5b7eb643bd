"""One error shape everywhere under /api: every route, every method, every kind of refusal."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from kb.terms import Role
from tests.web.api_v1.city import ApiClient, City

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")


def _assert_shape(answer: Any, what: object) -> None:
    body = answer.json
    assert set(body) == {"error"}, what
    error = body["error"]
    assert {"code", "message", "request_id"} <= set(error), what
    assert set(error) <= {"code", "message", "request_id", "fields", "context"}, what
    assert re.search("[\u4e00-\u9fff]", error["message"]), what
    assert error["request_id"] == answer.headers["X-Request-Id"], what
    for field in error.get("fields", []):
        assert set(field) == {"name", "message"}, what


def _paths(app: Flask) -> list[str]:
    found = []
    for rule in app.url_map.iter_rules():
        if str(rule).startswith("/api/"):
            path = str(rule).replace("<int:item_id>", "987654").replace("<number>", "none")
            found.append(path)
    return sorted(found)


def test_strangers_and_people_without_rights(app: Flask, client: FlaskClient, city: City) -> None:
    token = city.token(Role.AGENT)
    for path in _paths(app):
        for method in METHODS:
            for headers in ({}, {"Authorization": f"Bearer {token}"}):
                answer = client.open(path, method=method, headers=headers)
                assert answer.status_code < 500, (path, method)
                if answer.status_code >= 400:
                    _assert_shape(answer, (path, method, answer.status_code))


def test_undeclared_methods_are_405(app: Flask, client: FlaskClient) -> None:
    for rule in app.url_map.iter_rules():
        path = (
            str(rule)
            .replace("<int:item_id>", "1")
            .replace("<int:batch_id>", "1")
            .replace("<number>", "x")
        )
        if not path.startswith("/api/"):
            continue
        for method in set(METHODS) - (rule.methods or set()):
            allowed = [
                other
                for other in app.url_map.iter_rules()
                if str(other) == str(rule) and method in (other.methods or set())
            ]
            if allowed:
                continue
            answer = client.open(path, method=method)
            assert answer.status_code == 405, (path, method)
            assert answer.headers["Allow"]


def test_an_address_that_is_not_there(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert answer.status_code == 404
    _assert_shape(answer, "404")


def test_numbers_that_name_nothing(client: FlaskClient, city: City) -> None:
    api = ApiClient(client, city.token(*Role))
    for number in ("%00", "%ED%A0%80", "'--", "x" * 4000, "%0a"):
        for path in (f"/work-orders/{number}", f"/requests/{number}", f"/documents/{number}"):
            answer = api.get(path)
            assert answer.status_code == 404, (path[:40], answer.text)
            _assert_shape(answer, path[:40])


def test_bodies_of_every_wrong_kind(app: Flask, client: FlaskClient, city: City) -> None:
    api = ApiClient(client, city.token(*Role))
    bodies = (b"", b"null", b"[]", b'"x"', b"{", b'{"unknown": 1}', b'{"text": {"a": []}}')
    for rule in app.url_map.iter_rules():
        if not str(rule).startswith("/api/v1/") or "POST" not in (rule.methods or set()):
            continue
        path = str(rule).removeprefix("/api/v1").replace("<number>", "none")
        for data in bodies:
            answer = api.open("POST", path, data=data, content_type="application/json")
            assert 400 <= answer.status_code < 500, (path, data, answer.text)
            _assert_shape(answer, (path, data))
