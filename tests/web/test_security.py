"""CSRF, origin, headers, hosts, proxies, limits, tokens."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.db import Database
from kb.services import api_tokens
from kb.terms import Role
from tests.web.conftest import PASSWORD, Login, ManualClock, csrf_token, make_user
from webapp import create_app
from webapp.settings import Settings

POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


def test_every_unsafe_route_needs_a_token(app: Flask, login_as: Login) -> None:
    browser = login_as(*Role)
    routes = [
        rule
        for rule in app.url_map.iter_rules()
        if not {"POST", "PUT", "PATCH", "DELETE"}.isdisjoint(rule.methods or ())
    ]
    adapter = app.url_map.bind("localhost")
    passed = []
    for rule in routes:
        path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1))
        for method in {"POST", "PUT", "PATCH", "DELETE"} & set(rule.methods or ()):
            if browser.open(path, method=method).status_code != 400:
                passed.append((method, path))
    assert len(routes) >= 10
    assert passed == []


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_a_token_does_not_help_another_site(login_as: Login, headers: dict[str, str]) -> None:
    browser = login_as(Role.AGENT)
    form = {"csrf_token": csrf_token(browser, "/account")}
    assert browser.post("/logout", data=form, headers=headers).status_code == 400
    assert browser.post("/logout", data=form).status_code == 302


@pytest.mark.parametrize("path", ["/", "/login", "/nowhere", "/static/yingda.css", "/api/v1"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_https_is_remembered(client: FlaskClient) -> None:
    answer = client.get("/", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_pages_behind_log_in_are_not_stored(login_as: Login, client: FlaskClient) -> None:
    browser = login_as(Role.AGENT)
    assert browser.get("/account").headers["Cache-Control"] == "no-store"
    assert browser.get("/").headers["Cache-Control"] == "no-store"
    assert "no-store" not in client.get("/").headers.get("Cache-Control", "")


def test_no_page_has_inline_code_or_style(login_as: Login) -> None:
    browser = login_as(Role.ADMIN)
    for path in ("/admin", "/admin/units", "/admin/tokens", "/admin/audit", "/admin/styleguide"):
        page = browser.get(path).text
        assert " style=" not in page and " onclick=" not in page and "<style" not in page
        assert page.count("<script") == page.count("<script src=") >= 2
        assert "http://" not in page.replace("http://www.w3.org", "")


def _other(settings: Settings, database: Database, clock: ManualClock, **changes: object) -> Flask:
    app = create_app(replace(settings, **changes), database, clock=clock)  # type: ignore[arg-type]
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def test_a_foreign_host_name_is_refused(
    settings: Settings, database: Database, clock: ManualClock
) -> None:
    app = _other(settings, database, clock, trusted_hosts=("12345.lanchuan.example",))
    client = app.test_client()
    assert client.get("/", base_url="http://12345.lanchuan.example").status_code == 200
    answer = client.get("/", base_url="http://evil.example")
    assert answer.status_code == 400 and "evil.example" not in answer.text


def test_secure_cookies_are_bound_to_the_host(
    settings: Settings, database: Database, clock: ManualClock
) -> None:
    make_user(database, clock, Role.AGENT)
    client = _other(settings, database, clock, secure_cookies=True).test_client()
    base = "https://localhost"
    token = client.get("/login", base_url=base).text.split('csrf_token" value="')[1].split('"')[0]
    form = {"csrf_token": token, "username": "agent", "password": PASSWORD}
    headers = {"Origin": base, "Referer": f"{base}/login"}
    answer = client.post("/login", data=form, base_url=base, headers=headers)
    cookies = answer.headers.getlist("Set-Cookie")
    assert answer.status_code == 302
    assert any(c.startswith("__Host-yingda=") and "Secure" in c for c in cookies)
    assert all("Secure" in c for c in cookies)


def test_forwarded_addresses_count_only_behind_a_proxy(
    settings: Settings, database: Database, clock: ManualClock
) -> None:
    limits = {"login": "3/minute"}
    codes = {}
    for hops in (0, 1):
        app = _other(settings, database, clock, rate_limits=limits, proxy_hops=hops)
        client = app.test_client()
        token = csrf_token(client)
        codes[hops] = [
            client.post(
                "/login",
                data={"csrf_token": token, "username": "x", "password": "y"},
                headers={"X-Forwarded-For": f"10.0.0.{number}"},
            ).status_code
            for number in range(5)
        ]
    assert codes == {0: [401, 401, 401, 429, 429], 1: [401] * 5}


def test_too_many_log_ins_are_told_when_to_come_back(
    settings: Settings, database: Database, clock: ManualClock
) -> None:
    client = _other(settings, database, clock, rate_limits={"login": "1/minute"}).test_client()
    form = {"csrf_token": csrf_token(client), "username": "x", "password": "y"}
    client.post("/login", data=form)
    answer = client.post("/login", data=form)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert "操作太频繁" in answer.text
    assert client.get("/login").status_code == 200


def test_a_bearer_token_opens_the_api_only(
    client: FlaskClient, database: Database, clock: ManualClock
) -> None:
    user = make_user(database, clock, Role.AGENT)
    with database.unit_of_work() as session:
        _, secret = api_tokens.create_token(
            session,
            name="对接",
            user_id=user.id,
            unit_id=None,
            scopes=["search"],
            actor_id=user.id,
            now=clock(),
        )
    bearer = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1", headers=bearer).status_code == 200
    assert client.get("/desk", headers=bearer).status_code == 302
    wrong = client.get("/api/v1", headers={"Authorization": "Bearer ydk_wrong"})
    assert wrong.status_code == 401
    assert wrong.get_json()["error"]["code"] == "token_refused"
