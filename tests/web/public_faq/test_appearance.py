"""关怀版 without scripts, and pages that a browser may keep."""

from flask.testing import FlaskClient

from kb.terms import Role
from tests.web.api_v1.city import City
from tests.web.conftest import Login


def test_the_choice_is_kept_on_every_page_until_it_is_taken_back(
    client: FlaskClient, city: City
) -> None:
    item = city.publish("甲", facts={"conclusion": "办。", "fee": "不收费"})
    page = client.get(f"/entry/{item}").text
    assert '<html lang="zh-CN">' in page
    assert f'href="/appearance?large=1&amp;back=/entry/{item}"' in page
    answer = client.get(f"/appearance?large=1&back=/entry/{item}")
    assert (answer.status_code, answer.location) == (303, f"/entry/{item}")
    for path in ("/", f"/entry/{item}", "/by-unit", "/login", "/nothing"):
        large = client.get(path).text
        assert '<html lang="zh-CN" data-large>' in large, path
        assert "标准版" in large or path == "/login", path
    client.get("/appearance?large=0&back=/")
    assert "data-large>" not in client.get("/").text


def test_the_way_back_stays_with_us(client: FlaskClient) -> None:
    for back in ("https://elsewhere.example/", "//elsewhere.example", ""):
        assert client.get("/appearance", query_string={"back": back}).location == "/"


def test_a_page_is_sent_once_while_it_stays_the_same(client: FlaskClient, city: City) -> None:
    item = city.publish("甲", facts={"conclusion": "办。"})
    for path in (f"/entry/{item}", "/by-unit", f"/by-unit/{city.unit_id}", "/notices"):
        first = client.get(path)
        assert first.headers["Cache-Control"] == "public, no-cache", path
        assert "Cookie" in first.headers["Vary"]
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
    tag = client.get(f"/entry/{item}").headers["ETag"]
    city.withdraw(item)
    gone = client.get(f"/entry/{item}", headers={"If-None-Match": tag})
    assert gone.status_code == 404


def test_a_page_with_a_token_or_a_name_is_nobody_elses(
    client: FlaskClient, city: City, login_as: Login
) -> None:
    for path in ("/", "/ask", "/track"):
        answer = client.get(path)
        assert "public" not in answer.headers["Cache-Control"], path
    assert login_as(Role.AGENT).get("/by-unit").headers["Cache-Control"] == "no-store"
