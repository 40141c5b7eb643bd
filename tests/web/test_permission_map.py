"""The permission map covers the whole URL map, and the guard does what it says."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter
from werkzeug.routing import Rule as UrlRule

from kb.terms import Role
from tests.web.conftest import Login
from webapp.permission_map import permissions
from webapp.rules import PUBLIC, Rule, is_allowed


def _routes(app: Flask) -> Iterator[tuple[UrlRule, str]]:
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {
            name: 987654 if isinstance(converter, IntegerConverter) else "none"
            for name, converter in rule._converters.items()
        }
        yield rule, adapter.build(rule.endpoint, values, force_external=False)


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    routed = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert set(permissions(app)) == routed


def test_an_endpoint_without_row_is_refused(app: Flask, login_as: Login) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = login_as(Role.ADMIN).get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def _cells(app: Flask) -> list[tuple[str, str, str, Rule]]:
    return [
        (method, path, rule.endpoint, permissions(app)[rule.endpoint])
        for rule, path in _routes(app)
        for method in ("GET", "POST")
        if method in (rule.methods or ())
    ]


def test_nobody_is_sent_to_the_login_page(app: Flask, client: FlaskClient) -> None:
    wrong = []
    for method, path, _, rule in _cells(app):
        answer = client.open(path, method=method)
        is_api = path.startswith("/api/")
        turned_away = answer.status_code == 401 if is_api else _leads_to_login(answer)
        if turned_away == (rule is PUBLIC):
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def _leads_to_login(answer: object) -> bool:
    location = getattr(answer, "location", None) or ""
    return getattr(answer, "status_code", 0) == 302 and location.startswith("/login")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_what_the_map_says(app: Flask, login_as: Login, role: Role) -> None:
    browser = login_as(role)
    actor_roles = frozenset({role})
    wrong = []
    for method, path, endpoint, rule in _cells(app):
        # Without a CSRF token no POST gets further than the guard, so that nothing happens.
        answer = browser.open(path, method=method)
        allowed = not isinstance(rule, frozenset) or not rule.isdisjoint(actor_roles)
        if (answer.status_code == 403) == allowed:
            wrong.append((method, path, endpoint, answer.status_code))
    assert wrong == []


def test_the_public_may_use_public_rows_only() -> None:
    assert is_allowed(PUBLIC, None)
    assert not is_allowed(frozenset({Role.ADMIN}), None)
