"""Scopes narrow what a token may do; roles bound it; nothing works without one."""

import pytest
from flask.testing import FlaskClient

from kb.models import ApiToken
from kb.services.api_tokens import SCOPES, revoke_token
from kb.terms import Role
from tests.web.api_v1.city import ApiClient, City

CALLS = (
    ("GET", "/search?q=医保", "search"),
    ("GET", "/documents/1", "documents"),
    ("POST", "/documents", "documents"),
    ("POST", "/requests", "requests"),
    ("GET", "/requests/x", "requests"),
    ("POST", "/requests/x/resolve-online", "requests"),
    ("POST", "/requests/x/work-orders", "requests"),
    ("GET", "/work-orders", "work_orders"),
    ("GET", "/work-orders/x", "work_orders"),
    ("POST", "/work-orders/x/dispatch", "work_orders"),
    ("POST", "/work-orders/x/note", "work_orders"),
    ("GET", "/figures", "figures"),
    ("GET", "/figures/records?address=totals/requests", "figures"),
)
_ROLES = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.EDITOR)


@pytest.mark.parametrize("scope", list(SCOPES))
def test_a_token_does_what_its_scope_says_and_no_more(
    client: FlaskClient, city: City, scope: str
) -> None:
    api = ApiClient(client, city.token(*_ROLES, scopes=[scope]))
    bodies = {
        "/requests/x/resolve-online": {"item_id": 1},
        "/work-orders/x/dispatch": {"unit_id": 1},
        "/requests": {"title": "路灯不亮"},
    }
    for method, path, needed in CALLS:
        options = {"json": bodies.get(path, {})} if method == "POST" else {}
        answer = api.open(method, path, **options)
        assert (answer.status_code == 403) == (needed != scope), (method, path, answer.text)


def test_without_a_good_token_nothing_is_done(client: FlaskClient, city: City) -> None:
    for headers in ({}, {"Authorization": "Bearer ydk_wrong"}, {"Authorization": "Basic eA=="}):
        for method, path, _ in CALLS:
            answer = client.open(f"/api/v1{path}", method=method, headers=headers)
            assert answer.status_code == 401, (headers, path)
            assert answer.json["error"]["message"]


def test_a_revoked_token_is_refused_at_once(client: FlaskClient, city: City) -> None:
    revoked, other = (ApiClient(client, token) for token in city.tokens(Role.AGENT))
    assert revoked.get("/work-orders").status_code == 200
    with city.database.unit_of_work() as session:
        token = session.query(ApiToken).filter_by(name="测试").one()
        revoke_token(session, token.id, actor_id=token.user_id, now=city.clock())
    assert revoked.get("/work-orders").status_code == 401
    assert other.get("/work-orders").status_code == 200


def test_a_unit_clerk_does_not_dispatch(client: FlaskClient, city: City) -> None:
    api = ApiClient(client, city.token(Role.UNIT_CLERK))
    assert api.post("/work-orders/x/dispatch", {"unit_id": 1}).status_code == 403
    assert api.get("/figures").status_code == 403
    assert api.post("/requests", {"title": "x"}).status_code == 403
